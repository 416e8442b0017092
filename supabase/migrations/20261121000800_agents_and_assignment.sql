-- Agents at work: availability, taking, handing on, and the queue that assigns by itself.
-- Creates: type support_agent_tier, support_rule_condition; columns of support_agents and support_settings; tables
--          support_schedules, support_assignment_rules; functions take_, transfer_, release_support_conversation,
--          set_support_availability, support_heartbeat, support_status, support_assignment_score.
-- Undo:    drop the functions and triggers named below; drop the two tables, the added columns and the two types; apply
--          after_opening of the migration before again.

set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_agent_tier as enum ('regular', 'senior');
create type public.support_rule_condition as enum ('always', 'attribute', 'business_hours', 'outside_hours');

alter table public.support_agents
  add column tier public.support_agent_tier not null default 'regular',
  add column max_active bigint check (max_active between 1 and 1000),
  add column available boolean not null default true,
  add column last_seen_at timestamptz;
comment on column public.support_agents.max_active is 'How many active conversations at most; null takes the setting.';
comment on column public.support_agents.available is 'The agent''s own choice: available, or away.';
comment on column public.support_agents.last_seen_at is 'The last heartbeat of an open dashboard.';

alter table public.support_settings
  add column auto_assign boolean not null default false,
  add column max_active_conversations bigint check (max_active_conversations between 1 and 1000),
  add column agent_timeout interval not null default interval '90 seconds'
    check (agent_timeout between interval '30 seconds' and interval '1 hour'),
  add column failover_minutes bigint check (failover_minutes between 1 and 1440),
  add column expected_reply_minutes bigint check (expected_reply_minutes between 1 and 10080),
  add column time_zone text not null default 'UTC' check (char_length(time_zone) <= 64);
comment on column public.support_settings.auto_assign is 'Are waiting conversations given to agents who are online?';
comment on column public.support_settings.max_active_conversations is 'How many active conversations an agent may have; null is no limit.';
comment on column public.support_settings.agent_timeout is 'Without a heartbeat for so long an agent is offline. Dashboards send one every 30 seconds.';
comment on column public.support_settings.failover_minutes is 'The conversations of an agent who is offline for so long go back to the queue; null never.';
comment on column public.support_settings.expected_reply_minutes is 'What customers are told to expect; null says nothing.';
grant update (
  auto_assign, max_active_conversations, agent_timeout, failover_minutes, expected_reply_minutes, time_zone
) on table public.support_settings to authenticated;

create or replace function support_private.check_time_zone()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = new.time_zone) then
    perform support_private.fail(400, 'support_time_zone_unknown', new.time_zone);
  end if;
  return new;
end
$$;
comment on function support_private.check_time_zone() is 'Refuses a time zone that Postgres does not know.';
revoke execute on function support_private.check_time_zone() from public;

create trigger support_settings_check_time_zone
before insert or update of time_zone on public.support_settings
for each row execute function support_private.check_time_zone();

-- Working hours --------------------------------------------------------------------------------

create table public.support_schedules (
  id bigint generated always as identity primary key,
  -- 1 is Monday, 7 is Sunday (ISO 8601), in the time zone of the settings.
  weekday bigint not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null check (closes > opens),
  created_at timestamptz not null default now(),
  unique (weekday, opens)
);
comment on table public.support_schedules is 'When the team works. Without a row it always does.';
alter table public.support_schedules enable row level security;
revoke all on table public.support_schedules from public, anon, authenticated;
grant select, delete on table public.support_schedules to authenticated;
grant insert (weekday, opens, closes), update (weekday, opens, closes) on table public.support_schedules to authenticated;
grant select, insert, update, delete on table public.support_schedules to service_role;
create trigger support_schedules_limit_changes
before insert or update or delete on public.support_schedules
for each statement execute function support_private.limit_admin_changes();
create policy "Staff read the working hours" on public.support_schedules for select to authenticated
using ((select support_private.is_staff()));
create policy "Admins add working hours" on public.support_schedules for insert to authenticated
with check ((select support_private.is_admin()));
create policy "Admins change working hours" on public.support_schedules for update to authenticated
using ((select support_private.is_admin())) with check ((select support_private.is_admin()));
create policy "Admins remove working hours" on public.support_schedules for delete to authenticated
using ((select support_private.is_admin()));

-- Definer: customers may not read the working hours, but see whether somebody is expected.
create or replace function support_private.is_open_at(p_at timestamptz)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select not exists (select from public.support_schedules)
    or exists (
      select from public.support_schedules h, public.support_settings s
      where h.weekday = extract(isodow from p_at at time zone s.time_zone)
        and (p_at at time zone s.time_zone)::time >= h.opens
        and (p_at at time zone s.time_zone)::time < h.closes
    )
$$;
comment on function support_private.is_open_at(timestamptz) is 'Does the team work at that time?';
revoke execute on function support_private.is_open_at(timestamptz) from public;

create or replace function support_private.next_opening(p_after timestamptz)
returns timestamptz
language sql
stable
security definer
set search_path = ''
as $$
  select min(((d.day + h.opens)::timestamp) at time zone s.time_zone)
  from public.support_settings s
  cross join lateral (
    select ((p_after at time zone s.time_zone)::date + n) as day from generate_series(0, 8) n
  ) d
  join public.support_schedules h on h.weekday = extract(isodow from d.day)
  where ((d.day + h.opens)::timestamp) at time zone s.time_zone > p_after
$$;
comment on function support_private.next_opening(timestamptz) is 'When the team begins to work next; null without working hours.';
revoke execute on function support_private.next_opening(timestamptz) from public;

-- Who is online --------------------------------------------------------------------------------

create or replace function support_private.is_online(p_agent public.support_agents)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(p_agent.last_seen_at > clock_timestamp() - s.agent_timeout, false) from public.support_settings s
$$;
comment on function support_private.is_online(public.support_agents) is 'Was there a heartbeat of this agent lately?';
revoke execute on function support_private.is_online(public.support_agents) from public;

create or replace function support_private.max_active(p_agent public.support_agents)
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(p_agent.max_active, s.max_active_conversations) from public.support_settings s
$$;
comment on function support_private.max_active(public.support_agents) is 'How many active conversations this agent may have; null is no limit.';
revoke execute on function support_private.max_active(public.support_agents) from public;

create or replace function support_private.count_active(p_agent_id uuid)
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
  select count(*) from public.support_conversations v where v.agent_id = p_agent_id and v.status = 'active'
$$;
comment on function support_private.count_active(uuid) is 'How many active conversations an agent has.';
revoke execute on function support_private.count_active(uuid) from public;

-- Taking ---------------------------------------------------------------------------------------

-- Definer: the one way by which a conversation gets an agent. The caller holds chat and conversation; the agent's row
-- is locked here, so that two conversations cannot pass the limit side by side.
create or replace function support_private.give_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_agent public.support_agents;
begin
  select * into v_agent from public.support_agents a where a.user_id = p_agent_id for no key update;
  if not found then
    perform support_private.fail(404, 'support_agent_not_found');
  end if;
  if support_private.count_active(p_agent_id) >= support_private.max_active(v_agent) then
    perform support_private.fail(409, 'support_agent_limit', 'At most ' || support_private.max_active(v_agent) || ' active conversations');
  end if;
  return support_private.transition_conversation(p_conversation_id, 'active', p_agent_id);
end
$$;
comment on function support_private.give_conversation(uuid, uuid) is 'Gives an open conversation to an agent, never past the limit (support_agent_limit).';
revoke execute on function support_private.give_conversation(uuid, uuid) from public;

create or replace function support_private.take_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_staff();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.refuse_own_conversation(p_conversation_id, support_private.caller_id());
  if v_conversation.status = 'active' and v_conversation.agent_id = support_private.caller_id() then
    return v_conversation; -- a second click
  elsif v_conversation.status = 'active' then
    perform support_private.fail(409, 'support_already_taken');
  elsif v_conversation.status = 'ended' then
    perform support_private.fail(409, 'support_bad_transition', 'The conversation has ended');
  end if;
  return support_private.give_conversation(p_conversation_id, support_private.caller_id());
end
$$;
comment on function support_private.take_conversation(uuid) is 'Works for public.take_support_conversation.';
revoke execute on function support_private.take_conversation(uuid) from public;
grant execute on function support_private.take_conversation(uuid) to authenticated;

create or replace function public.take_support_conversation(p_conversation_id uuid)
returns public.support_conversations
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.take_conversation(p_conversation_id)
$$;
comment on function public.take_support_conversation(uuid) is
  'Takes a waiting conversation: one of many callers wins. Errors: support_already_taken, support_agent_limit, support_bad_transition '
  '(409), support_conversation_not_found (404), support_forbidden (403).';
revoke execute on function public.take_support_conversation(uuid) from public, anon;
grant execute on function public.take_support_conversation(uuid) to authenticated;

create or replace function support_private.transfer_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_staff();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if v_conversation.status = 'active' and v_conversation.agent_id = p_agent_id then
    return v_conversation;
  end if;
  return support_private.give_conversation(p_conversation_id, p_agent_id);
end
$$;
comment on function support_private.transfer_conversation(uuid, uuid) is 'Works for public.transfer_support_conversation.';
revoke execute on function support_private.transfer_conversation(uuid, uuid) from public;
grant execute on function support_private.transfer_conversation(uuid, uuid) to authenticated;

create or replace function public.transfer_support_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.transfer_conversation(p_conversation_id, p_agent_id)
$$;
comment on function public.transfer_support_conversation(uuid, uuid) is
  'Gives an open conversation to another agent. Errors: support_agent_not_found, support_conversation_not_found (404), '
  'support_agent_limit, support_bad_transition (409), support_forbidden (403).';
revoke execute on function public.transfer_support_conversation(uuid, uuid) from public, anon;
grant execute on function public.transfer_support_conversation(uuid, uuid) to authenticated;

create or replace function support_private.release_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_staff();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if v_conversation.status = 'active' and v_conversation.agent_id <> support_private.caller_id() and not support_private.is_admin() then
    perform support_private.fail(403, 'support_not_assigned', 'Another agent has this conversation');
  end if;
  return support_private.transition_conversation(p_conversation_id, 'waiting');
end
$$;
comment on function support_private.release_conversation(uuid) is 'Works for public.release_support_conversation.';
revoke execute on function support_private.release_conversation(uuid) from public;
grant execute on function support_private.release_conversation(uuid) to authenticated;

create or replace function public.release_support_conversation(p_conversation_id uuid)
returns public.support_conversations
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.release_conversation(p_conversation_id)
$$;
comment on function public.release_support_conversation(uuid) is
  'Puts an active conversation back into the queue: one''s own, or as an admin anyone''s. Errors: support_not_assigned, '
  'support_forbidden (403), support_bad_transition (409), support_conversation_not_found (404).';
revoke execute on function public.release_support_conversation(uuid) from public, anon;
grant execute on function public.release_support_conversation(uuid) to authenticated;

-- Assignment -----------------------------------------------------------------------------------

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
create trigger support_assignment_rules_limit_changes
before insert or update or delete on public.support_assignment_rules
for each statement execute function support_private.limit_admin_changes();
create trigger support_assignment_rules_touch_updated_at
before update on public.support_assignment_rules
for each row execute function support_private.touch_updated_at();
create policy "Staff read the assignment rules" on public.support_assignment_rules for select to authenticated
using ((select support_private.is_staff()));
create policy "Admins add assignment rules" on public.support_assignment_rules for insert to authenticated
with check ((select support_private.is_admin()));
create policy "Admins change assignment rules" on public.support_assignment_rules for update to authenticated
using ((select support_private.is_admin())) with check ((select support_private.is_admin()));
create policy "Admins remove assignment rules" on public.support_assignment_rules for delete to authenticated
using ((select support_private.is_admin()));

-- Definer: the customer's attributes are read from auth.users; app_metadata only, which users cannot write.
create or replace function support_private.rule_score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language plpgsql
stable
security definer
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
comment on function support_private.rule_score(uuid, uuid) is 'The sum of the weights of the rules that hold for the conversation and name the agent''s tier.';
revoke execute on function support_private.rule_score(uuid, uuid) from public;

create or replace function public.support_assignment_score(p_conversation_id uuid, p_agent_id uuid)
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

create or replace function support_private.score(p_conversation_id uuid, p_agent_id uuid)
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
comment on function support_private.score(uuid, uuid) is 'The team''s score; a fault in it counts as zero and is kept where staff see it.';
revoke execute on function support_private.score(uuid, uuid) from public;

-- Definer: the caller holds the conversation.
create or replace function support_private.assign_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
  v_agent public.support_agents;
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
      and busy.value < coalesce(a.max_active, s.max_active_conversations, busy.value + 1)
    order by score.value desc, busy.value, a.last_assigned_at nulls first, a.user_id
  loop
    -- Read again under the lock: they may have left, gone away or filled up by now.
    select * into v_agent from public.support_agents a where a.user_id = v_agent.user_id and a.available for no key update;
    if found and support_private.count_active(v_agent.user_id) < coalesce(support_private.max_active(v_agent), 9223372036854775807) then
      return support_private.transition_conversation(p_conversation_id, 'active', v_agent.user_id);
    end if;
  end loop;
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id;
  return v_conversation;
end
$$;
comment on function support_private.assign_conversation(uuid) is 'Gives a waiting conversation to the best agent who is online and below the limit; leaves it waiting when there is none.';
revoke execute on function support_private.assign_conversation(uuid) from public;

create or replace function support_private.after_opening(p_conversation public.support_conversations)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_conversation.status = 'waiting' and (select s.auto_assign from public.support_settings s) then
    return support_private.assign_conversation(p_conversation.id);
  end if;
  return p_conversation;
end
$$;

-- Definer: it runs as the schedule, after a heartbeat and when a place becomes free.
create or replace function support_private.assign_waiting(p_batch integer default 100)
returns integer
language plpgsql
security definer
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
comment on function support_private.assign_waiting(integer) is 'Assigns the queue, the most urgent and longest waiting first; returns how many were assigned.';
revoke execute on function support_private.assign_waiting(integer) from public;

create or replace function support_private.requeue_abandoned(p_batch integer default 500)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_minutes bigint := (select s.failover_minutes from public.support_settings s);
  v_id uuid;
  v_conversation public.support_conversations;
  v_requeued integer := 0;
begin
  if v_minutes is null then
    return 0;
  end if;
  for v_id in
    select v.id
    from public.support_conversations v
    join public.support_agents a on a.user_id = v.agent_id
    where v.status = 'active'
      and coalesce(a.last_seen_at, v.accepted_at) < clock_timestamp() - make_interval(mins => v_minutes::integer)
    order by v.id
    limit p_batch
  loop
    v_conversation := support_private.try_lock_conversation(v_id);
    -- The agent may be back by now.
    if v_conversation.status = 'active' and exists (
      select from public.support_agents a
      where a.user_id = v_conversation.agent_id
        and coalesce(a.last_seen_at, v_conversation.accepted_at) < clock_timestamp() - make_interval(mins => v_minutes::integer)
    ) then
      perform support_private.transition_conversation(v_id, 'waiting');
      v_requeued := v_requeued + 1;
    end if;
  end loop;
  if v_requeued > 0 then
    perform support_private.assign_waiting();
  end if;
  return v_requeued;
end
$$;
comment on function support_private.requeue_abandoned(integer) is 'Puts the conversations of agents who are gone back into the queue and assigns them again; returns how many.';
revoke execute on function support_private.requeue_abandoned(integer) from public;

-- An agent who is removed gives back what they hold.
create or replace function support_private.requeue_of_removed_agent()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  for v_id in
    select v.id from public.support_conversations v where v.agent_id = old.user_id and v.status = 'active' order by v.id
  loop
    perform support_private.lock_conversation(v_id);
    if exists (select from public.support_conversations v where v.id = v_id and v.agent_id = old.user_id and v.status = 'active') then
      perform support_private.transition_conversation(v_id, 'waiting');
    end if;
  end loop;
  return old;
end
$$;
comment on function support_private.requeue_of_removed_agent() is 'Puts the active conversations of an agent who leaves back into the queue.';
revoke execute on function support_private.requeue_of_removed_agent() from public;

create trigger support_agents_requeue
before delete on public.support_agents
for each row execute function support_private.requeue_of_removed_agent();

-- Presence that the database knows -------------------------------------------------------------

insert into support_private.limits (action, amount, period) values
  ('heartbeat', 120, '1 minute'),
  ('availability', 60, '1 minute');

create or replace function support_private.beat(p_available boolean)
returns public.support_agents
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_before public.support_agents;
  v_agent public.support_agents;
begin
  perform support_private.require_staff();
  perform support_private.use_allowance(case when p_available is null then 'heartbeat' else 'availability' end);
  select * into v_before from public.support_agents a where a.user_id = v_user_id;
  update public.support_agents a
  set last_seen_at = clock_timestamp(), available = coalesce(p_available, a.available)
  where a.user_id = v_user_id
  returning * into v_agent;
  -- Who comes, or comes back, finds work.
  if v_agent.available and not (v_before.available and support_private.is_online(v_before)) then
    perform support_private.assign_waiting();
  end if;
  return v_agent;
end
$$;
comment on function support_private.beat(boolean) is 'Notes that the calling agent is there, and available or away; assigns the queue when they come.';
revoke execute on function support_private.beat(boolean) from public;
grant execute on function support_private.beat(boolean) to authenticated;

create or replace function public.support_heartbeat()
returns public.support_agents
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.beat(null)
$$;
comment on function public.support_heartbeat() is 'Says that the calling agent''s dashboard is open; call it every 30 seconds. Staff only.';
revoke execute on function public.support_heartbeat() from public, anon;
grant execute on function public.support_heartbeat() to authenticated;

create or replace function public.set_support_availability(p_available boolean)
returns public.support_agents
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.beat(p_available)
$$;
comment on function public.set_support_availability(boolean) is 'The calling agent is available, or away and gets no new conversations. Staff only.';
revoke execute on function public.set_support_availability(boolean) from public, anon;
grant execute on function public.set_support_availability(boolean) to authenticated;

-- A place that becomes free is filled.
create or replace function support_private.assign_after_end()
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

-- What customers are told ----------------------------------------------------------------------

create or replace function support_private.queue_position(p_conversation public.support_conversations)
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
  select case when p_conversation.status = 'waiting' then (
    select count(*) + 1 from public.support_conversations v
    where v.status = 'waiting'
      and (v.priority > p_conversation.priority
        or (v.priority = p_conversation.priority and (v.queued_at, v.id) < (p_conversation.queued_at, p_conversation.id)))
  ) end
$$;
comment on function support_private.queue_position(public.support_conversations) is 'The place of a waiting conversation in the queue, from 1.';
revoke execute on function support_private.queue_position(public.support_conversations) from public;

-- Definer: of team, settings and queue a customer sees only what is said here.
create or replace function support_private.status()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_open public.support_conversations;
  v_last public.support_conversations;
  v_staff boolean := support_private.is_staff();
begin
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  select * into v_settings from public.support_settings;
  select * into v_open from public.support_conversations v
  where v.chat_id = support_private.own_chat_id() and v.status <> 'ended';
  if v_open.id is null then
    select * into v_last from public.support_conversations v
    where v.chat_id = support_private.own_chat_id() and v.user_deleted_at is null
    order by v.started_at desc limit 1;
  end if;
  return jsonb_build_object(
    'app_name', v_settings.app_name,
    'agents_online', exists (select from public.support_agents a where a.available and support_private.is_online(a)),
    'open', support_private.is_open_at(now()),
    'opens_at', case when not support_private.is_open_at(now()) then support_private.next_opening(now()) end,
    'expected_reply_minutes', v_settings.expected_reply_minutes,
    'emails_answers', v_settings.email_enabled,
    'conversation', case when coalesce(v_open.id, v_last.id) is not null then
      support_private.conversation_json(case when v_open.id is not null then v_open else v_last end)
    end,
    'queue_position', support_private.queue_position(v_open),
    'message_before_accept', v_settings.message_before_accept,
    'allow_view_history', v_settings.allow_view_history,
    'delete_history', v_settings.delete_history,
    'settings_version', v_settings.version,
    'is_staff', v_staff,
    'waiting_count', case when v_staff then
      (select count(*) from public.support_conversations v where v.status = 'waiting')
    end,
    'dashboard_url', case when v_staff then v_settings.dashboard_url end
  );
end
$$;
comment on function support_private.status() is 'Works for public.support_status.';
revoke execute on function support_private.status() from public;
grant execute on function support_private.status() to authenticated;

create or replace function public.support_status()
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.status()
$$;
comment on function public.support_status() is
  'Is somebody there, when is an answer expected, the caller''s conversation and place in the queue, and what the settings let '
  'them do: {app_name, agents_online, open, opens_at, expected_reply_minutes, emails_answers, conversation, queue_position, '
  'message_before_accept, allow_view_history, delete_history, settings_version, is_staff, waiting_count, dashboard_url}.';
revoke execute on function public.support_status() from public, anon;
grant execute on function public.support_status() to authenticated;

-- Definer: of their chat, the queue and the settings a caller sees only what is said here.
create or replace function support_private.badge()
returns table (
  chat_id uuid,
  last_seq bigint,
  awaiting_answer boolean,
  is_staff boolean,
  waiting_count bigint,
  dashboard_url text
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    c.id,
    coalesce(c.last_seq, 0),
    coalesce(c.last_user_message_at > now() - interval '30 minutes', false)
      or exists (
        select from public.support_conversations v
        where v.chat_id = c.id and v.status <> 'ended' and v.last_message_at > now() - interval '1 day'
      ),
    s.staff,
    case when s.staff then (select count(*) from public.support_conversations v where v.status = 'waiting') end,
    case when s.staff then (select t.dashboard_url from public.support_settings t) end
  from (select support_private.is_staff() as staff) s
  left join public.support_chats c on c.user_id = (select support_private.caller_id())
  where s.staff or c.id is not null
$$;
comment on function support_private.badge() is 'Works for public.get_support_unread.';
revoke execute on function support_private.badge() from public;
grant execute on function support_private.badge() to authenticated;

-- Agents see who waits, and a link to the dashboard.
create function public.get_support_unread()
returns table (
  chat_id uuid,
  unread_count integer,
  last_seq bigint,
  awaiting_answer boolean,
  is_staff boolean,
  waiting_count bigint,
  dashboard_url text
)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    b.chat_id,
    (
      select count(*)::integer from public.support_messages m
      where m.chat_id = b.chat_id and m.sender_type = 'admin' and m.read_at is null
    ),
    b.last_seq, b.awaiting_answer, b.is_staff, b.waiting_count, b.dashboard_url
  from support_private.badge() b
$$;
comment on function public.get_support_unread() is
  'For the launcher''s badge: unread answers, and whether one is awaited (the caller wrote within half an hour, or a conversation is '
  'open in which somebody wrote within a day); for staff, how many wait and where the dashboard is. No row without a chat; creates nothing.';
revoke execute on function public.get_support_unread() from public, anon;
grant execute on function public.get_support_unread() to authenticated;
