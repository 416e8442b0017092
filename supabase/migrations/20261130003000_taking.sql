-- Agents and their conversations: taking, transferring, releasing.
-- Creates: settings auto_assign, max_active_conversations, agent_timeout, failover_minutes; functions
--          take_support_conversation, transfer_support_conversation, release_support_conversation and, in support_private,
--          give_conversation.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.support_settings
  add column auto_assign boolean not null default false,
  add column max_active_conversations bigint check (max_active_conversations between 1 and 1000),
  add column agent_timeout interval not null default interval '90 seconds'
    check (agent_timeout between interval '30 seconds' and interval '1 hour'),
  add column failover_minutes bigint check (failover_minutes between 1 and 1440);
comment on column public.support_settings.auto_assign is 'Are waiting conversations assigned to agents who are online?';
comment on column public.support_settings.max_active_conversations is
  'How many active conversations an agent may have; null is no limit.';
comment on column public.support_settings.agent_timeout is
  'An agent without a heartbeat for this long is offline. Dashboards send one every 30 seconds.';
comment on column public.support_settings.failover_minutes is
  'The conversations of an agent who is offline for this long go back to the queue; null means never.';
grant update (auto_assign, max_active_conversations, agent_timeout, failover_minutes) on table public.support_settings to authenticated;

create function support_private.is_online(p_agent public.support_agents)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(p_agent.last_seen_at > clock_timestamp() - s.agent_timeout, false) from public.support_settings s
$$;
comment on function support_private.is_online(public.support_agents) is 'Has this agent sent a heartbeat within agent_timeout?';
revoke execute on function support_private.is_online(public.support_agents) from public;

create function support_private.max_active(p_agent public.support_agents)
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(p_agent.max_active, s.max_active_conversations) from public.support_settings s
$$;
comment on function support_private.max_active(public.support_agents) is
  'How many active conversations this agent may have; null is no limit.';
revoke execute on function support_private.max_active(public.support_agents) from public;

create function support_private.count_active(p_agent_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select count(*) from public.support_conversations v where v.agent_id = p_agent_id and v.status = 'active'
$$;
comment on function support_private.count_active(uuid) is 'How many active conversations an agent has.';
revoke execute on function support_private.count_active(uuid) from public;

-- The caller holds the locks of chat and conversation. The agent's row is locked here, so that two simultaneous calls cannot exceed
-- the limit. The agent gets a notice unless they are the caller.
create function support_private.give_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_agent public.support_agents;
  v_conversation public.support_conversations;
begin
  perform support_private.refuse_own_conversation(p_conversation_id, p_agent_id);
  select * into v_agent from public.support_agents a where a.user_id = p_agent_id for no key update;
  if not found or not support_private.is_active_user(p_agent_id) then
    perform support_private.fail(404, 'support_agent_not_found');
  end if;
  if support_private.count_active(p_agent_id) >= support_private.max_active(v_agent) then
    perform support_private.fail(409, 'support_agent_limit', 'At most ' || support_private.max_active(v_agent) || ' active conversations');
  end if;
  v_conversation := support_private.transition_conversation(p_conversation_id, 'active', p_agent_id);
  if p_agent_id is distinct from support_private.caller_id() then
    perform support_private.notify_agent(p_agent_id, p_conversation_id, null);
  end if;
  return v_conversation;
end
$$;
comment on function support_private.give_conversation(uuid, uuid) is
  'Gives an open conversation to an agent within their limit (support_agent_limit).';
revoke execute on function support_private.give_conversation(uuid, uuid) from public;

-- Definer: no client may write conversations.
create function support_private.take_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
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
comment on function support_private.take_conversation(uuid) is 'Implements public.take_support_conversation.';
revoke execute on function support_private.take_conversation(uuid) from public;
grant execute on function support_private.take_conversation(uuid) to authenticated;

create function public.take_support_conversation(p_conversation_id uuid)
returns public.support_conversations
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.take_conversation(p_conversation_id)
$$;
comment on function public.take_support_conversation(uuid) is
  'Takes a waiting conversation; of several simultaneous callers one succeeds. Errors: support_already_taken, support_agent_limit, '
  'support_bad_transition '
  '(409), support_conversation_not_found (404), support_forbidden (403).';
revoke execute on function public.take_support_conversation(uuid) from public, anon;
grant execute on function public.take_support_conversation(uuid) to authenticated;

-- Definer: no client may write conversations.
create function support_private.transfer_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if v_conversation.status = 'active' and v_conversation.agent_id = p_agent_id then
    return v_conversation;
  end if;
  return support_private.give_conversation(p_conversation_id, p_agent_id);
end
$$;
comment on function support_private.transfer_conversation(uuid, uuid) is 'Implements public.transfer_support_conversation.';
revoke execute on function support_private.transfer_conversation(uuid, uuid) from public;
grant execute on function support_private.transfer_conversation(uuid, uuid) to authenticated;

create function public.transfer_support_conversation(p_conversation_id uuid, p_agent_id uuid)
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

-- Definer: no client may write conversations.
create function support_private.release_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if v_conversation.status = 'active' and v_conversation.agent_id <> support_private.caller_id() and not support_private.is_admin() then
    perform support_private.fail(403, 'support_not_assigned', 'Another agent has this conversation');
  end if;
  return support_private.transition_conversation(p_conversation_id, 'waiting');
end
$$;
comment on function support_private.release_conversation(uuid) is 'Implements public.release_support_conversation.';
revoke execute on function support_private.release_conversation(uuid) from public;
grant execute on function support_private.release_conversation(uuid) to authenticated;

create function public.release_support_conversation(p_conversation_id uuid)
returns public.support_conversations
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.release_conversation(p_conversation_id)
$$;
comment on function public.release_support_conversation(uuid) is
  'Puts an active conversation back into the queue; only admins may release those of others. Errors: support_not_assigned, '
  'support_forbidden (403), support_bad_transition (409), support_conversation_not_found (404).';
revoke execute on function public.release_support_conversation(uuid) from public, anon;
grant execute on function public.release_support_conversation(uuid) to authenticated;
