-- Events: hooks are called and webhook deliveries are written in the transaction of the event.
-- Creates: in support_private has_listeners, emit, conversation_event, emit_conversation; the triggers support_messages_emit,
--          support_chats_emit.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.has_listeners(p_event text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.hooks_for(p_event) <> '{}'
    or exists (select from public.support_webhooks w where w.enabled and p_event = any (w.events))
$$;
comment on function support_private.has_listeners(text) is
  'Is there a hook or a webhook for this event? Called before the event''s data is built.';
revoke execute on function support_private.has_listeners(text) from public;

create function support_private.emit(p_event text, p_data jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  perform support_private.enqueue_webhooks(p_event, p_data);
  perform support_private.call_hooks(p_event, p_data);
end
$$;
comment on function support_private.emit(text, jsonb) is
  'Writes the webhook deliveries of an event and calls its hooks, in this transaction. Never fails.';
revoke execute on function support_private.emit(text, jsonb) from public;

-- Contents of events -------------------------------------------------------------------------------
-- The fields are listed, so that a new column is not sent unintentionally.

create function support_private.conversation_event(
  p_event text,
  p_conversation public.support_conversations,
  p_previous_agent_id uuid
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'conversation_id', p_conversation.id,
    'chat_id', p_conversation.chat_id,
    'user_id', (select c.user_id from public.support_chats c where c.id = p_conversation.chat_id),
    'status', p_conversation.status,
    'priority', p_conversation.priority,
    'agent_id', p_conversation.agent_id,
    'agent_name', (select a.display_name from public.support_agents a where a.user_id = p_conversation.agent_id),
    'started_at', p_conversation.started_at,
    'queued_at', p_conversation.queued_at,
    'accepted_at', p_conversation.accepted_at,
    'ended_at', p_conversation.ended_at,
    'ended_by', p_conversation.ended_by,
    'rating', p_conversation.rating,
    'feedback', p_conversation.feedback,
    'rated_at', p_conversation.rated_at
  )
  || case when p_event in ('conversation.transferred', 'conversation.requeued')
    then jsonb_build_object('previous_agent_id', p_previous_agent_id) else '{}' end
  || case when p_event = 'conversation.ended' then jsonb_build_object('summary', jsonb_build_object(
    'waited_seconds', round(extract(epoch from coalesce(p_conversation.accepted_at, p_conversation.ended_at) - p_conversation.started_at)),
    'duration_seconds', round(extract(epoch from p_conversation.ended_at - p_conversation.started_at)),
    'message_count', (
      select count(*) from public.support_messages m
      where m.conversation_id = p_conversation.id and m.sender_type <> 'system'
    ),
    'ended_by', p_conversation.ended_by,
    'rating', p_conversation.rating
  )) else '{}' end
$$;
comment on function support_private.conversation_event(text, public.support_conversations, uuid) is
  'The data of a conversation for hooks and webhooks.';
revoke execute on function support_private.conversation_event(text, public.support_conversations, uuid) from public;

create function support_private.emit_conversation(
  p_event text,
  p_conversation public.support_conversations,
  p_previous_agent_id uuid default null
)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  if not support_private.has_listeners(p_event) then
    return p_conversation;
  end if;
  perform support_private.emit(p_event, support_private.conversation_event(p_event, p_conversation, p_previous_agent_id));
  select * into v_conversation from public.support_conversations v where v.id = p_conversation.id;
  return case when found then v_conversation else p_conversation end;
end
$$;
comment on function support_private.emit_conversation(text, public.support_conversations, uuid) is
  'Emits an event of a conversation, and returns the conversation as it is after the hooks.';
revoke execute on function support_private.emit_conversation(text, public.support_conversations, uuid) from public;

-- Definer: only the owner may execute emit().
create function support_private.emit_message()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if support_private.has_listeners('message.created') then
    perform support_private.emit('message.created', jsonb_build_object(
      'chat_id', new.chat_id,
      'user_id', (select c.user_id from public.support_chats c where c.id = new.chat_id),
      'conversation_id', new.conversation_id,
      'message', support_private.message_json(new)
    ));
  end if;
  return null;
end
$$;
comment on function support_private.emit_message() is 'Emits the event message.created.';
revoke execute on function support_private.emit_message() from public;

-- Triggers fire in the order of their names, so this one fires after support_messages_announce.
create trigger support_messages_emit
after insert on public.support_messages
for each row execute function support_private.emit_message();

-- Definer: only the owner may execute emit().
create function support_private.emit_chat()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if support_private.has_listeners('chat.created') then
    perform support_private.emit('chat.created', jsonb_build_object(
      'chat_id', new.id, 'user_id', new.user_id, 'created_at', new.created_at
    ));
  end if;
  return null;
end
$$;
comment on function support_private.emit_chat() is 'Emits the event chat.created.';
revoke execute on function support_private.emit_chat() from public;

create trigger support_chats_emit
after insert on public.support_chats
for each row execute function support_private.emit_chat();
