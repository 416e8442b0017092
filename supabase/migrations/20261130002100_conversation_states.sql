-- The states of conversations: one function changes the status, and all callers take the same locks first.
-- Creates: in support_private write_system_message, transition_conversation, lock_conversation, try_lock_conversation,
--          refuse_own_conversation, require_charge, require_charge_of_chat.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Archiving, taking, transferring, ending and so on: each is broadcast to the whole team.
insert into support_private.limits (action, amount, period) values ('agent_action', 1200, '1 minute');

create function support_private.write_system_message(p_conversation public.support_conversations, p_texts jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_text text := support_private.text_by_locale(p_texts, p_conversation.user_snapshot ->> 'locale');
begin
  if v_text is not null then
    insert into public.support_messages (id, chat_id, conversation_id, content, sender_type)
    values (gen_random_uuid(), p_conversation.chat_id, p_conversation.id, v_text, 'system');
  end if;
end
$$;
comment on function support_private.write_system_message(public.support_conversations, jsonb) is
  'Writes a system message into a conversation, in the customer''s language; does nothing without a text.';
revoke execute on function support_private.write_system_message(public.support_conversations, jsonb) from public;

-- Only this function writes the status. Callers hold the lock of the chat's row. Locks are always taken in the order chat,
-- conversation, agent, so that calls cannot deadlock.
create function support_private.transition_conversation(
  p_conversation_id uuid,
  p_to public.support_conversation_status,
  p_agent_id uuid default null,
  p_ended_by public.support_conversation_end default null
)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_from public.support_conversations;
  v_to public.support_conversations;
  v_now timestamptz;
begin
  select * into v_from from public.support_conversations v where v.id = p_conversation_id for update;
  if not found then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  if (v_from.status, p_to) not in (
    ('waiting', 'active'), ('waiting', 'ended'), ('active', 'waiting'), ('active', 'active'), ('active', 'ended')
  ) then
    perform support_private.fail(409, 'support_bad_transition', v_from.status || ' to ' || p_to);
  end if;

  -- One time for all columns, and never before an earlier time, even if the clock was set back.
  v_now := greatest(clock_timestamp(), v_from.started_at, v_from.queued_at, v_from.accepted_at, v_from.last_message_at);
  update public.support_conversations v
  set status = p_to,
      agent_id = case p_to when 'waiting' then null when 'active' then p_agent_id else v.agent_id end,
      accepted_at = case when p_to = 'active' then coalesce(v.accepted_at, v_now) else v.accepted_at end,
      queued_at = case when p_to = 'waiting' then v_now else v.queued_at end,
      ended_at = case when p_to = 'ended' then v_now end,
      ended_by = case when p_to = 'ended' then p_ended_by end,
      ended_by_id = case when p_to = 'ended' and p_ended_by <> 'inactivity' then support_private.caller_id() end
  where v.id = p_conversation_id
  returning * into v_to;

  if p_to = 'active' and p_agent_id is distinct from v_from.agent_id then
    update public.support_agents a set last_assigned_at = v_now where a.user_id = p_agent_id;
  end if;
  if p_to = 'ended' then
    perform support_private.write_system_message(v_to, (select s.end_message from public.support_settings s));
  end if;
  v_to := support_private.emit_conversation(
    case
      when p_to = 'ended' then 'conversation.ended'
      when p_to = 'waiting' then 'conversation.requeued'
      when v_from.status = 'waiting' then 'conversation.accepted'
      else 'conversation.transferred'
    end,
    v_to,
    v_from.agent_id
  );
  perform support_private.announce_conversation(v_to);
  return v_to;
end
$$;
comment on function support_private.transition_conversation(uuid, public.support_conversation_status, uuid, public.support_conversation_end) is
  'Changes the status: from waiting to active or ended; from active to another agent, to waiting, or to ended. Raises '
  'support_bad_transition.';
revoke execute on function support_private.transition_conversation(uuid, public.support_conversation_status, uuid, public.support_conversation_end) from public;

create function support_private.lock_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id;
  if not found then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  perform from public.support_chats c where c.id = v_conversation.chat_id for update;
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id for update;
  if not found then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  return v_conversation;
end
$$;
comment on function support_private.lock_conversation(uuid) is
  'Locks a conversation and, before it, its chat. Raises support_conversation_not_found.';
revoke execute on function support_private.lock_conversation(uuid) from public;

-- For jobs that process many chats. They never wait for a lock, because they hold locks of other chats.
create function support_private.try_lock_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform from public.support_chats c
  where c.id = (select v.chat_id from public.support_conversations v where v.id = p_conversation_id)
  for update skip locked;
  if found then
    select * into v_conversation from public.support_conversations v where v.id = p_conversation_id for update skip locked;
  end if;
  return v_conversation;
end
$$;
comment on function support_private.try_lock_conversation(uuid) is
  'Locks a conversation and, before it, its chat; null if another transaction holds one of the locks.';
revoke execute on function support_private.try_lock_conversation(uuid) from public;

create function support_private.refuse_own_conversation(p_conversation_id uuid, p_agent_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if exists (
    select from public.support_conversations v join public.support_chats c on c.id = v.chat_id
    where v.id = p_conversation_id and c.user_id = p_agent_id
  ) then
    perform support_private.fail(403, 'support_own_conversation', 'Another agent handles it');
  end if;
end
$$;
comment on function support_private.refuse_own_conversation(uuid, uuid) is
  'Raises support_own_conversation if the agent is the customer of the conversation: they may not take, move or '
  'rate it.';
revoke execute on function support_private.refuse_own_conversation(uuid, uuid) from public;

create function support_private.require_charge(p_conversation public.support_conversations)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform support_private.refuse_own_conversation(p_conversation.id, support_private.caller_id());
  if p_conversation.status = 'active' and p_conversation.agent_id <> support_private.caller_id()
    and (select s.only_assigned_may_write from public.support_settings s) and not support_private.is_admin()
  then
    perform support_private.fail(403, 'support_not_assigned', 'Another agent has this conversation');
  end if;
end
$$;
comment on function support_private.require_charge(public.support_conversations) is
  'Checks whether the calling agent may change a conversation. Raises support_own_conversation if they are its customer, and '
  'support_not_assigned if another agent has it and only_assigned_may_write is on (not for admins).';
revoke execute on function support_private.require_charge(public.support_conversations) from public;

create function support_private.require_charge_of_chat(p_chat_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  if p_chat_id = support_private.own_chat_id() then
    perform support_private.fail(403, 'support_own_conversation', 'Another agent handles it');
  end if;
  select * into v_conversation from public.support_conversations v where v.chat_id = p_chat_id and v.status <> 'ended';
  if found then
    perform support_private.require_charge(v_conversation);
  end if;
end
$$;
comment on function support_private.require_charge_of_chat(uuid) is
  'As require_charge(), for a change of the whole chat: archiving it ends its open conversation.';
revoke execute on function support_private.require_charge_of_chat(uuid) from public;
