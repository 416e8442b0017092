-- Availability of agents: heartbeats, failover, and the scheduled work on conversations.
-- Creates: functions support_heartbeat, set_support_availability and, in support_private, requeue_abandoned; the trigger
--          support_agents_requeue; cron job support-chat-conversations.

set lock_timeout = '5s';
set statement_timeout = '60s';

insert into support_private.limits (action, amount, period) values
  ('heartbeat', 120, '1 minute'),
  ('availability', 60, '1 minute');

-- Definer: agents may not write support_agents.
create function support_private.record_heartbeat(p_available boolean)
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
  perform support_private.require_agent();
  perform support_private.use_allowance(case when p_available is null then 'heartbeat' else 'availability' end);
  select * into v_before from public.support_agents a where a.user_id = v_user_id;
  update public.support_agents a
  set last_seen_at = clock_timestamp(), available = coalesce(p_available, a.available)
  where a.user_id = v_user_id
  returning * into v_agent;
  -- An agent who becomes available gets waiting conversations.
  if v_agent.available and not (v_before.available and support_private.is_online(v_before)) then
    perform support_private.assign_waiting();
  end if;
  return v_agent;
end
$$;
comment on function support_private.record_heartbeat(boolean) is
  'Stores that the calling agent is online, and available or away; assigns the queue when they become available.';
revoke execute on function support_private.record_heartbeat(boolean) from public;
grant execute on function support_private.record_heartbeat(boolean) to authenticated;

create function public.support_heartbeat()
returns public.support_agents
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.record_heartbeat(null)
$$;
comment on function public.support_heartbeat() is
  'Keeps the calling agent online; a dashboard calls it every 30 seconds. Agents only.';
revoke execute on function public.support_heartbeat() from public, anon;
grant execute on function public.support_heartbeat() to authenticated;

create function public.set_support_availability(p_available boolean)
returns public.support_agents
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.record_heartbeat(p_available)
$$;
comment on function public.set_support_availability(boolean) is
  'Makes the calling agent available, or away, so that they get no new conversations. Agents only.';
revoke execute on function public.set_support_availability(boolean) from public, anon;
grant execute on function public.set_support_availability(boolean) to authenticated;

create function support_private.requeue_abandoned(p_batch integer default 500)
returns integer
language plpgsql
security invoker
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
    -- The agent may be back since the query.
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
comment on function support_private.requeue_abandoned(integer) is
  'Puts the conversations of agents who have been offline too long back into the queue and assigns them; returns how many.';
revoke execute on function support_private.requeue_abandoned(integer) from public;

-- Definer: roles that remove an agent may not write conversations.
create function support_private.requeue_of_removed_agent()
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
comment on function support_private.requeue_of_removed_agent() is
  'Puts the active conversations of an agent who leaves back into the queue.';
revoke execute on function support_private.requeue_of_removed_agent() from public;

create trigger support_agents_requeue
before delete on public.support_agents
for each row execute function support_private.requeue_of_removed_agent();

create function support_private.work_conversations()
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  perform support_private.end_inactive_conversations();
  perform support_private.requeue_abandoned();
  perform support_private.assign_waiting();
end
$$;
comment on function support_private.work_conversations() is
  'Ends inactive conversations, requeues those of agents who have been offline too long, and assigns the queue.';
revoke execute on function support_private.work_conversations() from public;

select cron.schedule('support-chat-conversations', '* * * * *', 'select support_private.work_conversations()');
