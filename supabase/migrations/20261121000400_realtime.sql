-- Realtime: who may receive and send on which topic, and the broadcasts that the database sends.
-- Creates: policies on realtime.messages, for topics that begin with support_ or admin_support_ only; triggers that broadcast.
-- Undo:    drop the four policies on realtime.messages; drop the triggers support_messages_announce and
--          support_chats_announce; drop the functions in support_private named below.

set lock_timeout = '5s';
set statement_timeout = '60s';

create or replace function support_private.id_from_text(p_text text)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when p_text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_text::uuid end
$$;
comment on function support_private.id_from_text(text) is
  'The id that a client wrote in the one form that the database writes; null for every other text.';
revoke execute on function support_private.id_from_text(text) from public;

-- The text is cast, never the column: every join of a topic calls this, and a cast column has no index.
create or replace function support_private.may_see_chat(p_chat_id text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.may_read_chat(support_private.id_from_text(p_chat_id))
$$;
comment on function support_private.may_see_chat(text) is 'Is this the id, as text, of a chat that the caller may see?';
revoke execute on function support_private.may_see_chat(text) from public;

-- Definer: it compares the topic with the caller's own chat and with the team.
-- The topic is text from the client: only the exact form counts.
create or replace function support_private.may_use_topic(p_topic text, p_extension text, p_write boolean)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    case
      -- Clients send nothing but their presence: a broadcast of a client names no sender that anybody could check.
      when p_extension = 'presence' then p_topic = 'support_staff' and support_private.is_staff()
      when p_write or p_extension <> 'broadcast' then false
      when p_topic in ('admin_support_notifications', 'support_staff') then support_private.is_staff()
      when p_topic = 'support_settings' then support_private.caller_id() is not null
      when p_topic like 'support\_agent:%' then
        p_topic = 'support_agent:' || support_private.caller_id() and support_private.is_staff()
      when p_topic like 'support\_chat:%' then
        support_private.may_see_chat(substr(p_topic, length('support_chat:') + 1))
      when p_topic like 'support\_typing:%' then
        support_private.may_see_chat(substr(p_topic, length('support_typing:') + 1))
    end,
    false
  )
$$;
comment on function support_private.may_use_topic(text, text, boolean) is
  'May the caller receive (or, with p_write, send) on a topic of the support chat? Broadcasts come from the database alone.';
revoke execute on function support_private.may_use_topic(text, text, boolean) from public;
grant execute on function support_private.may_use_topic(text, text, boolean) to authenticated;

create or replace function support_private.is_own_topic(p_topic text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select coalesce(p_topic ~ '^(support|admin_support)_', false)
$$;
comment on function support_private.is_own_topic(text) is 'Does the topic belong to the support chat?';
revoke execute on function support_private.is_own_topic(text) from public;
grant execute on function support_private.is_own_topic(text) to anon, authenticated;

create policy "Customers and staff receive on support topics"
on realtime.messages for select to authenticated
using ((select support_private.may_use_topic((select realtime.topic()), messages.extension, false)));

create policy "Agents show their presence"
on realtime.messages for insert to authenticated
with check ((select support_private.may_use_topic((select realtime.topic()), messages.extension, true)));

-- Policies of one table are joined by OR: one that the host wrote for its own topics, say using (true), must not open ours.
create policy "Other policies do not open support topics for receiving"
on realtime.messages as restrictive for select to anon, authenticated
using (
  not (select support_private.is_own_topic((select realtime.topic())))
  or (
    (select auth.uid()) is not null
    and (select support_private.may_use_topic((select realtime.topic()), messages.extension, false))
  )
);

create policy "Other policies do not open support topics for sending"
on realtime.messages as restrictive for insert to anon, authenticated
with check (
  not (select support_private.is_own_topic((select realtime.topic())))
  or (
    (select auth.uid()) is not null
    and (select support_private.may_use_topic((select realtime.topic()), messages.extension, true))
  )
);
grant usage on schema support_private to anon;
grant execute on function support_private.may_use_topic(text, text, boolean) to anon;

-- Broadcasts -----------------------------------------------------------------------------------
-- The functions are definer: realtime.send() swallows its errors, so an invoker's broadcast would be refused by RLS and
-- nobody would hear of the message.

-- The only function that sends. Rows of realtime.messages are kept for 72 hours and can be replayed, so what is erased is
-- removed there, too: forget_broadcasts() finds the rows of a chat by their topic, or by chat_id on the topics of the team.
create or replace function support_private.broadcast(p_topic text, p_event text, p_payload jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The chat is in the topic, or there is none: settings; an agent who looks at no chat.
  if p_topic !~ '^(support_chat:|support_(settings|staff)$)' and p_payload ->> 'chat_id' is null then
    raise exception 'A broadcast on % needs chat_id', p_topic;
  end if;
  perform realtime.send(jsonb_build_object('type', p_event) || p_payload, p_event, p_topic, true);
end
$$;
comment on function support_private.broadcast(text, text, jsonb) is
  'Broadcasts to a private topic when the transaction commits; type, in the payload, is the event.';
revoke execute on function support_private.broadcast(text, text, jsonb) from public;

create or replace function support_private.broadcast_messages_read(p_chat_id uuid, p_up_to_seq bigint, p_read_at timestamptz)
returns void
language sql
security definer
set search_path = ''
as $$
  select support_private.broadcast(
    'support_chat:' || p_chat_id, 'messages_read',
    jsonb_build_object('chat_id', p_chat_id, 'up_to_seq', p_up_to_seq, 'read_at', p_read_at)
  )
$$;
comment on function support_private.broadcast_messages_read(uuid, bigint, timestamptz) is 'Tells those who watch a chat that its customer has read up to a seq.';
revoke execute on function support_private.broadcast_messages_read(uuid, bigint, timestamptz) from public;

-- The allow-list of what a broadcast tells of a message: a new column does not leave the database by itself.
create or replace function support_private.message_json(p_message public.support_messages)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_message.id, 'chat_id', p_message.chat_id, 'seq', p_message.seq, 'content', p_message.content,
    'sender_type', p_message.sender_type, 'sender_id', p_message.sender_id, 'sender_name', p_message.sender_name,
    'read_at', p_message.read_at, 'created_at', p_message.created_at, 'updated_at', p_message.updated_at
  )
$$;
comment on function support_private.message_json(public.support_messages) is 'A message as broadcasts carry it.';
revoke execute on function support_private.message_json(public.support_messages) from public;

create or replace function support_private.announce_message()
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
comment on function support_private.announce_message() is 'Broadcasts a new message to its chat and to the staff.';
revoke execute on function support_private.announce_message() from public;

create or replace function support_private.broadcast_chat_updated(p_item public.support_chat_list_item)
returns void
language sql
security definer
set search_path = ''
as $$
  select support_private.broadcast(
    'admin_support_notifications', 'chat_updated', jsonb_build_object('chat_id', p_item.id, 'chat', to_jsonb(p_item))
  )
  -- While its user is being deleted, a chat is no row of the inbox any more.
  where p_item.id is not null
$$;
comment on function support_private.broadcast_chat_updated(public.support_chat_list_item) is 'Tells the staff how a chat looks in the inbox now.';
revoke execute on function support_private.broadcast_chat_updated(public.support_chat_list_item) from public;

create trigger support_messages_announce
after insert on public.support_messages
for each row execute function support_private.announce_message();

create or replace function support_private.announce_chat()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.broadcast_chat_updated(support_private.list_item(new));
  if new.admin_viewed_at is distinct from old.admin_viewed_at then
    -- What the customer is told is that the team has seen the chat, not what the inbox does with it.
    perform support_private.broadcast(
      'support_chat:' || new.id, 'chat_updated',
      jsonb_build_object('chat_id', new.id, 'admin_viewed_at', new.admin_viewed_at)
    );
  end if;
  return null;
end
$$;
comment on function support_private.announce_chat() is 'Broadcasts that a chat was seen, archived or restored.';
revoke execute on function support_private.announce_chat() from public;

-- A second look at a chat that has nothing unread tells nobody anything new.
create trigger support_chats_announce
after update of admin_viewed_at, archived_at on public.support_chats
for each row
when (
  old.unread is distinct from new.unread and old.admin_viewed_at is distinct from new.admin_viewed_at
  or old.archived_at is distinct from new.archived_at
)
execute function support_private.announce_chat();
