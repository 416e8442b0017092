-- The queue that assigns by itself: rules, scores, and what sets it off.
-- Creates: type support_rule_condition; table support_assignment_rules; function support_assignment_score, which a team may
--          replace, and, in support_private, assign_conversation, assign_waiting; the trigger
--          support_conversations_assign_after_end.

set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_rule_condition as enum ('always', 'attribute', 'business_hours', 'outside_hours');

create table public.support_assignment_rules (
  id bigint generated always as identity primary key,
  name text not null check (support_private.is_line(name, 80)),
  condition public.support_rule_condition not null default 'always',
  -- For attribute: which field of the customer's app_metadata, and what it must be.
  attribute text check (support_private.is_line(attribute, 100)),
  attribute_value text check (attribute_value = '' or support_private.is_line(attribute_value, 200)),
  tier public.support_agent_tier not null,
  weight bigint not null default 1 check (weight between 1 and 1000),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint support_assignment_rules_attribute_named check (
    (condition = 'attribute') = (attribute is not null and attribute_value is not null)
  )
);
comment on table public.support_assignment_rules is
  'Whom waiting conversations are given to first: where the condition holds, agents of the tier gain the weight.';

alter table public.support_assignment_rules enable row level security;
revoke all on table public.support_assignment_rules from public, anon, authenticated;
grant select, delete on table public.support_assignment_rules to authenticated;
grant insert (name, condition, attribute, attribute_value, tier, weight, enabled),
  update (name, condition, attribute, attribute_value, tier, weight, enabled)
  on table public.support_assignment_rules to authenticated;
grant select, insert, update, delete on table public.support_assignment_rules to service_role;

create policy "Agents read the assignment rules" on public.support_assignment_rules for select to authenticated
using ((select support_private.is_agent()));
create policy "Admins add assignment rules" on public.support_assignment_rules for insert to authenticated
with check ((select support_private.is_admin()));
create policy "Admins change assignment rules" on public.support_assignment_rules for update to authenticated
using ((select support_private.is_admin())) with check ((select support_private.is_admin()));
create policy "Admins remove assignment rules" on public.support_assignment_rules for delete to authenticated
using ((select support_private.is_admin()));

create trigger support_assignment_rules_limit_changes
before insert or update or delete on public.support_assignment_rules
for each statement execute function support_private.limit_admin_changes();

create trigger support_assignment_rules_touch_updated_at
before update on public.support_assignment_rules
for each row execute function support_private.touch_updated_at();

-- The customer's attributes are read from app_metadata only, which users cannot write.
create function support_private.rule_score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- It runs for every agent who is online, while other assignments wait: plpgsql keeps its plans.
  if not exists (select from public.support_assignment_rules r where r.enabled) then
    return 0;
  end if;
  return (
    select coalesce(sum(r.weight), 0)
    from public.support_assignment_rules r
    join public.support_agents a on a.user_id = p_agent_id and a.tier = r.tier
    where r.enabled and case r.condition
      when 'always' then true
      when 'business_hours' then support_private.is_open_at(now())
      when 'outside_hours' then not support_private.is_open_at(now())
      when 'attribute' then exists (
        select from public.support_conversations v
        join public.support_chats c on c.id = v.chat_id
        join auth.users u on u.id = c.user_id
        where v.id = p_conversation_id and u.raw_app_meta_data ->> r.attribute = r.attribute_value
      )
    end
  );
end
$$;
comment on function support_private.rule_score(uuid, uuid) is
  'The sum of the weights of the rules that hold for the conversation and name the agent''s tier.';
revoke execute on function support_private.rule_score(uuid, uuid) from public;

create function public.support_assignment_score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language sql
stable
security invoker
set search_path = ''
as $$
  -- Replace this function with your own: docs/hooks.md. Null says that this agent must not get the conversation.
  select support_private.rule_score(p_conversation_id, p_agent_id)
$$;
comment on function public.support_assignment_score(uuid, uuid) is
  'How well an agent suits a conversation, the highest first; null never. Replace it with your own; what it raises is kept in '
  'support_faults, and the conversation is assigned as if there were no rules.';
revoke execute on function public.support_assignment_score(uuid, uuid) from public, anon, authenticated;

-- Definer: it keeps the team's function from taking another role.
create function support_private.score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language plpgsql
security definer
set search_path = ''
as $$
begin
  return public.support_assignment_score(p_conversation_id, p_agent_id);
exception
  when others then
    perform support_private.record_fault('support_assignment_score', sqlerrm);
    return 0;
end
$$;
comment on function support_private.score(uuid, uuid) is
  'The team''s score; a fault in it counts as zero and is kept where agents see it.';
revoke execute on function support_private.score(uuid, uuid) from public;

-- The caller holds the conversation. The agent who gets it is told.
create function support_private.assign_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
  v_agent public.support_agents;
  -- An agent who is the customer is no candidate.
  v_customer_id uuid := (
    select c.user_id from public.support_conversations v join public.support_chats c on c.id = v.chat_id
    where v.id = p_conversation_id
  );
begin
  -- Assignments take turns: each may lock several agents, and two that did so in another order would wait for each other.
  perform pg_advisory_xact_lock(hashtext('support_private.assign_conversation'));
  -- Fewest active first, then the longest idle. Each candidate is locked and counted again, because agents also take
  -- conversations by themselves.
  for v_agent in
    select a.*
    from public.support_settings s
    cross join public.support_agents a
    cross join lateral (
      select count(*) as value from public.support_conversations v where v.agent_id = a.user_id and v.status = 'active'
    ) busy
    cross join lateral (select support_private.score(p_conversation_id, a.user_id) as value) score
    -- is_online() and max_active() written out: a call for each agent and each is most of the time that others wait.
    where a.available and a.last_seen_at > clock_timestamp() - s.agent_timeout
      and score.value is not null
      and a.user_id is distinct from v_customer_id
      and busy.value < coalesce(a.max_active, s.max_active_conversations, busy.value + 1)
    order by score.value desc, busy.value, a.last_assigned_at nulls first, a.user_id
  loop
    -- Read again under the lock: they may have left, gone away or filled up by now.
    select * into v_agent from public.support_agents a where a.user_id = v_agent.user_id and a.available for no key update;
    if found and support_private.is_active_user(v_agent.user_id)
      and support_private.count_active(v_agent.user_id) < coalesce(support_private.max_active(v_agent), 9223372036854775807)
    then
      v_conversation := support_private.transition_conversation(p_conversation_id, 'active', v_agent.user_id);
      perform support_private.notify_agent(v_agent.user_id, p_conversation_id, null);
      return v_conversation;
    end if;
  end loop;
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id;
  return v_conversation;
end
$$;
comment on function support_private.assign_conversation(uuid) is
  'Gives a waiting conversation to the best agent who is online and below the limit; leaves it waiting when there is none.';
revoke execute on function support_private.assign_conversation(uuid) from public;

create function support_private.after_opening(p_conversation public.support_conversations)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if p_conversation.status = 'waiting' and (select s.auto_assign from public.support_settings s) then
    return support_private.assign_conversation(p_conversation.id);
  end if;
  return p_conversation;
end
$$;
comment on function support_private.after_opening(public.support_conversations) is
  'The actions after a conversation starts to wait.';
revoke execute on function support_private.after_opening(public.support_conversations) from public;

-- Runs by schedule, after a heartbeat and when a place becomes free.
create function support_private.assign_waiting(p_batch integer default 100)
returns integer
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_conversation public.support_conversations;
  v_assigned integer := 0;
begin
  perform support_private.begin_work();
  if not (select s.auto_assign from public.support_settings s) then
    return 0;
  end if;
  -- One queue, one worker: a second call leaves the work to the first.
  if not pg_try_advisory_xact_lock(hashtext('support_private.assign_conversation')) then
    return 0;
  end if;
  for v_id in
    select v.id from public.support_conversations v
    where v.status = 'waiting'
    order by v.priority desc, v.queued_at, v.id
    limit p_batch
  loop
    v_conversation := support_private.try_lock_conversation(v_id);
    if v_conversation.status = 'waiting' then
      v_conversation := support_private.assign_conversation(v_id);
      exit when v_conversation.status = 'waiting' and not exists (
        select from public.support_agents a where a.available and support_private.is_online(a)
      );
      v_assigned := v_assigned + (v_conversation.status = 'active')::integer;
    end if;
  end loop;
  return v_assigned;
end
$$;
comment on function support_private.assign_waiting(integer) is
  'Assigns the queue, the most urgent and longest waiting first; returns how many were assigned.';
revoke execute on function support_private.assign_waiting(integer) from public;

-- Definer: whoever ends a conversation may not assign the next. A place that becomes free is filled.
create function support_private.assign_after_end()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.assign_waiting(1);
  return null;
end
$$;
comment on function support_private.assign_after_end() is 'Gives the next waiting conversation to whoever has room now.';
revoke execute on function support_private.assign_after_end() from public;

-- Deferred to the commit: the locks of other chats are taken when nothing else is left to do.
create constraint trigger support_conversations_assign_after_end
after update of status on public.support_conversations
deferrable initially deferred
for each row
when (old.status = 'active' and new.status = 'ended')
execute function support_private.assign_after_end();
