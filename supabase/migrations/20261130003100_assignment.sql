-- Automatic assignment of the queue: rules, scores and triggers.
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
  -- For the condition attribute: a field of the customer's app_metadata and its value.
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
  'Rules of automatic assignment: if the condition is true, agents of the tier get the weight.';

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

-- Only app_metadata is read, because users cannot write it.
create function support_private.rule_score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- This runs for every online agent while other assignments wait. plpgsql caches its plans.
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
  'The sum of the weights of the rules whose condition is true and whose tier is the agent''s.';
revoke execute on function support_private.rule_score(uuid, uuid) from public;

create function public.support_assignment_score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language sql
stable
security invoker
set search_path = ''
as $$
  -- Replace this function with your own; see docs/hooks.md. Null means that this agent must not get the conversation.
  select support_private.rule_score(p_conversation_id, p_agent_id)
$$;
comment on function public.support_assignment_score(uuid, uuid) is
  'The score of an agent for a conversation: the highest gets it, null never. Replace it with your own function. Its errors are '
  'recorded in support_faults and count as zero.';
revoke execute on function public.support_assignment_score(uuid, uuid) from public, anon, authenticated;

-- Definer: the team's function must not take another role.
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
  'The score of the team''s function; an error is recorded in support_faults and counts as zero.';
revoke execute on function support_private.score(uuid, uuid) from public;

-- The caller holds the lock of the conversation. The agent gets a notice.
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
  -- Serialize assignments: each may lock several agents, and a different order of locks would end in a deadlock.
  perform pg_advisory_xact_lock(hashtext('support_private.assign_conversation'));
  -- The fewest active conversations first, then the longest idle. Each candidate is locked and counted again, because agents also
  -- take conversations themselves.
  for v_agent in
    select a.*
    from public.support_settings s
    cross join public.support_agents a
    cross join lateral (
      select count(*) as value from public.support_conversations v where v.agent_id = a.user_id and v.status = 'active'
    ) busy
    cross join lateral (select support_private.score(p_conversation_id, a.user_id) as value) score
    -- is_online() and max_active() are inlined, because a call of each for every agent would take most of the time.
    where a.available and a.last_seen_at > clock_timestamp() - s.agent_timeout
      and score.value is not null
      and a.user_id is distinct from v_customer_id
      and busy.value < coalesce(a.max_active, s.max_active_conversations, busy.value + 1)
    order by score.value desc, busy.value, a.last_assigned_at nulls first, a.user_id
  loop
    -- Read again under the lock: the agent may have left, gone away or reached the limit.
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
  'Assigns a waiting conversation to the agent with the highest score who is online and below the limit; without one it waits on.';
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
  'Assigns a conversation that begins to wait, if auto_assign is on.';
revoke execute on function support_private.after_opening(public.support_conversations) from public;

-- Called by schedule, when an agent comes online, and when a conversation ends.
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
  -- Only one call at a time works on the queue; a second one returns at once.
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

-- Definer: the user who ends a conversation may not assign the next one.
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
comment on function support_private.assign_after_end() is 'Assigns the next waiting conversation after an active one has ended.';
revoke execute on function support_private.assign_after_end() from public;

-- Deferred to the commit, so that the locks of other chats are taken last.
create constraint trigger support_conversations_assign_after_end
after update of status on public.support_conversations
deferrable initially deferred
for each row
when (old.status = 'active' and new.status = 'ended')
execute function support_private.assign_after_end();
