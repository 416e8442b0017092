-- Broadcasts: the database sends changes of messages, chats, conversations and settings to clients.
-- Creates: type support_chat_list_item; in support_private broadcast, list_item, message_json, conversation_json and the
--          functions that broadcast; the triggers support_messages_announce, support_chats_announce,
--          support_settings_announce.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- The only function that broadcasts. Realtime keeps rows of realtime.messages for 72 hours and can replay them, so erased content is
-- removed there, too. forget_broadcasts() finds the rows of a chat by topic, or by chat_id on the topics of the team. Its callers
-- run as the owner, because realtime.send() ignores errors: a broadcast by a role without rights would be lost without an error.
create function support_private.broadcast(p_topic text, p_event text, p_payload jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  -- These topics name the chat, or need none (settings, and agents who view no chat).
  if p_topic !~ '^(support_chat:|support_(settings|staff)$)' and p_payload ->> 'chat_id' is null then
    raise exception 'A broadcast on % needs chat_id', p_topic;
  end if;
  perform realtime.send(jsonb_build_object('type', p_event) || p_payload, p_event, p_topic, true);
end
$$;
comment on function support_private.broadcast(text, text, jsonb) is
  'Broadcasts to a private topic when the transaction commits; type in the payload is the event.';
revoke execute on function support_private.broadcast(text, text, jsonb) from public;

create function support_private.broadcast_messages_read(p_chat_id uuid, p_up_to_seq bigint, p_read_at timestamptz)
returns void
language sql
security invoker
set search_path = ''
as $$
  select support_private.broadcast(
    'support_chat:' || p_chat_id, 'messages_read',
    jsonb_build_object('chat_id', p_chat_id, 'up_to_seq', p_up_to_seq, 'read_at', p_read_at)
  )
$$;
comment on function support_private.broadcast_messages_read(uuid, bigint, timestamptz) is
  'Broadcasts to a chat that its customer has read the messages up to a seq.';
revoke execute on function support_private.broadcast_messages_read(uuid, bigint, timestamptz) from public;

-- Contents of broadcasts ---------------------------------------------------------------------------
-- The fields are listed, so that a new column is not sent unintentionally.

create function support_private.message_json(p_message public.support_messages)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_message.id, 'chat_id', p_message.chat_id, 'seq', p_message.seq, 'content', p_message.content,
    'sender_type', p_message.sender_type, 'sender_id', p_message.sender_id, 'sender_name', p_message.sender_name,
    'read_at', p_message.read_at, 'created_at', p_message.created_at, 'updated_at', p_message.updated_at,
    'conversation_id', p_message.conversation_id, 'attachments', p_message.attachments
  )
$$;
comment on function support_private.message_json(public.support_messages) is 'A message as broadcasts carry it.';
revoke execute on function support_private.message_json(public.support_messages) from public;

create function support_private.conversation_json(p_conversation public.support_conversations)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_conversation.id, 'chat_id', p_conversation.chat_id, 'status', p_conversation.status,
    'agent_id', p_conversation.agent_id,
    'agent_name', (select a.display_name from public.support_agents a where a.user_id = p_conversation.agent_id),
    'started_at', p_conversation.started_at, 'queued_at', p_conversation.queued_at,
    'accepted_at', p_conversation.accepted_at, 'ended_at', p_conversation.ended_at,
    'ended_by', p_conversation.ended_by, 'rating', p_conversation.rating
  )
$$;
comment on function support_private.conversation_json(public.support_conversations) is
  'A conversation as broadcasts and support_status() carry it.';
revoke execute on function support_private.conversation_json(public.support_conversations) from public;

create function support_private.name_in_metadata(p_user_metadata jsonb)
returns text
language plpgsql
stable
parallel safe
set search_path = ''
as $$
begin
  -- Users write their metadata themselves, and the inbox reads it for every row, so large metadata is not decompressed. It is also part
  -- of the user's token, and gateways reject tokens of more than a few kilobytes, so no ordinary user has so much.
  if pg_column_size(p_user_metadata) > 8192 then
    return null;
  end if;
  return left(nullif(btrim(coalesce(p_user_metadata ->> 'full_name', p_user_metadata ->> 'name')), ''), 80);
end
$$;
comment on function support_private.name_in_metadata(jsonb) is
  'The user''s name, at most 80 characters; null without one, and if their metadata takes more than 8 kB '
  'of storage.';
revoke execute on function support_private.name_in_metadata(jsonb) from public;

create type public.support_chat_list_item as (
  id uuid,
  user_id uuid,
  user_email text,
  user_name text,
  last_message_at timestamptz,
  last_message_preview text,
  last_message_sender public.support_sender_type,
  message_count bigint,
  unread boolean,
  archived boolean,
  admin_viewed_at timestamptz,
  created_at timestamptz,
  conversation_id uuid,
  conversation_status public.support_conversation_status,
  agent_id uuid,
  agent_name text,
  waiting_since timestamptz,
  priority bigint
);
comment on type public.support_chat_list_item is 'One row of the inbox.';

-- The address is read from auth.users, so that it is always current.
create function support_private.list_item(p_chat public.support_chats)
returns public.support_chat_list_item
language sql
stable
security invoker
set search_path = ''
as $$
  select row(
    p_chat.id, p_chat.user_id, u.email,
    support_private.name_in_metadata(u.raw_user_meta_data),
    p_chat.last_message_at, p_chat.last_message_preview, p_chat.last_message_sender, p_chat.message_count,
    p_chat.unread, p_chat.archived_at is not null, p_chat.admin_viewed_at, p_chat.created_at,
    p_chat.conversation_id, p_chat.conversation_status, p_chat.agent_id,
    (select a.display_name from public.support_agents a where a.user_id = p_chat.agent_id),
    p_chat.waiting_since, p_chat.priority
  )::public.support_chat_list_item
  from auth.users u
  where u.id = p_chat.user_id
$$;
comment on function support_private.list_item(public.support_chats) is 'A chat as the inbox shows it.';
revoke execute on function support_private.list_item(public.support_chats) from public;

create function support_private.broadcast_chat_updated(p_item public.support_chat_list_item)
returns void
language sql
security invoker
set search_path = ''
as $$
  select support_private.broadcast(
    'admin_support_notifications', 'chat_updated', jsonb_build_object('chat_id', p_item.id, 'chat', to_jsonb(p_item))
  )
  -- While a user is being deleted, their chat is not in the inbox.
  where p_item.id is not null
$$;
comment on function support_private.broadcast_chat_updated(public.support_chat_list_item) is
  'Broadcasts the inbox row of a chat to the team.';
revoke execute on function support_private.broadcast_chat_updated(public.support_chat_list_item) from public;

-- Triggers -----------------------------------------------------------------------------------------

-- Definer: only the owner may execute broadcast().
create function support_private.announce_message()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_message jsonb := support_private.message_json(new);
  v_item public.support_chat_list_item;
begin
  perform support_private.broadcast(
    'support_chat:' || new.chat_id, 'new_message', jsonb_build_object('message', v_message)
  );
  select item.* into v_item
  from public.support_chats c cross join lateral support_private.list_item(c) item
  where c.id = new.chat_id;
  if new.sender_type = 'user' then
    perform support_private.broadcast(
      'admin_support_notifications', 'new_user_message',
      jsonb_build_object(
        'chat_id', new.chat_id, 'user_email', v_item.user_email, 'message', v_message, 'chat', to_jsonb(v_item)
      )
    );
  else
    perform support_private.broadcast_chat_updated(v_item);
  end if;
  return null;
end
$$;
comment on function support_private.announce_message() is 'Broadcasts a new message to its chat and to the team.';
revoke execute on function support_private.announce_message() from public;

create trigger support_messages_announce
after insert on public.support_messages
for each row execute function support_private.announce_message();

-- Definer: only the owner may execute broadcast().
create function support_private.announce_chat()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.broadcast_chat_updated(support_private.list_item(new));
  if new.admin_viewed_at is distinct from old.admin_viewed_at then
    -- The customer may know that the team has seen the chat, but not the other fields of the inbox.
    perform support_private.broadcast(
      'support_chat:' || new.id, 'chat_updated',
      jsonb_build_object('chat_id', new.id, 'admin_viewed_at', new.admin_viewed_at)
    );
  end if;
  return null;
end
$$;
comment on function support_private.announce_chat() is 'Broadcasts that a chat was viewed, archived or restored.';
revoke execute on function support_private.announce_chat() from public;

-- Viewing a chat that has nothing unread is not broadcast.
create trigger support_chats_announce
after update of admin_viewed_at, archived_at on public.support_chats
for each row
when (
  old.unread is distinct from new.unread and old.admin_viewed_at is distinct from new.admin_viewed_at
  or old.archived_at is distinct from new.archived_at
)
execute function support_private.announce_chat();

create function support_private.announce_conversation(p_conversation public.support_conversations)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_item public.support_chat_list_item;
begin
  perform support_private.broadcast(
    'support_chat:' || p_conversation.chat_id, 'conversation_updated',
    jsonb_build_object(
      'chat_id', p_conversation.chat_id, 'conversation', support_private.conversation_json(p_conversation)
    )
  );
  select item.* into v_item
  from public.support_chats c cross join lateral support_private.list_item(c) item
  where c.id = p_conversation.chat_id;
  perform support_private.broadcast_chat_updated(v_item);
end
$$;
comment on function support_private.announce_conversation(public.support_conversations) is
  'Broadcasts the state of a conversation to its chat and to the team.';
revoke execute on function support_private.announce_conversation(public.support_conversations) from public;

-- Definer: only the owner may execute broadcast().
create function support_private.announce_settings()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Send only the version; each client then reads the settings that it may read.
  perform support_private.broadcast(
    'support_settings', 'settings_changed', jsonb_build_object('version', new.version)
  );
  return null;
end
$$;
comment on function support_private.announce_settings() is 'Broadcasts to open widgets and dashboards that the settings changed.';
revoke execute on function support_private.announce_settings() from public;

create trigger support_settings_announce
after update on public.support_settings
for each row execute function support_private.announce_settings();
