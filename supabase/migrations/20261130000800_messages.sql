-- Messages: numbered without a gap within their chat.
-- Creates: table support_messages; setting messages_per_minute; in support_private check_message, message_text,
--          number_message; the trigger support_messages_number.

-- The tables are new: no other session waits for their locks.
-- squawk-ignore-file require-concurrent-index-creation
set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.support_settings
  add column messages_per_minute bigint not null default 60 check (messages_per_minute between 1 and 1000);
comment on column public.support_settings.messages_per_minute is 'How many messages one customer may send in a minute.';
grant update (messages_per_minute) on table public.support_settings to authenticated;

create table public.support_messages (
  -- The client makes the id, so that sending a message again stores it once.
  id uuid primary key,
  chat_id uuid not null references public.support_chats (id) on delete cascade,
  conversation_id uuid references public.support_conversations (id) on delete set null,
  seq bigint not null check (seq > 0),
  content text not null
    constraint support_message_too_long check (char_length(content) <= 4000),
  attachments jsonb not null default '[]'
    constraint support_attachments_too_many check (jsonb_typeof(attachments) = 'array' and jsonb_array_length(attachments) <= 5),
  sender_type public.support_sender_type not null default 'user',
  sender_id uuid references auth.users (id) on delete set null,
  -- The agent's name for the customer, as it was when the message was written.
  sender_name text check (char_length(sender_name) <= 80),
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint support_messages_chat_id_seq_key unique (chat_id, seq),
  constraint support_message_blank check (
    case when attachments = '[]' then btrim(content, support_private.blank_characters()) <> '' else true end
  )
);
comment on table public.support_messages is
  'The messages of all chats. Only functions write them; seq orders them within a chat.';
comment on column public.support_messages.attachments is
  'The files of the message: [{id, path, name, mime_type, size_bytes, width, height}]. Written by send_support_message.';
comment on column public.support_messages.read_at is 'When the customer read the message of an agent; null if it is unread.';

create index support_messages_chat_id_created_at_idx on public.support_messages (chat_id, created_at);
create index support_messages_sender_id_idx on public.support_messages (sender_id);
create index support_messages_unread_idx on public.support_messages (chat_id, seq)
where sender_type = 'admin' and read_at is null;
create index support_messages_conversation_id_idx on public.support_messages (conversation_id);

create extension if not exists pg_trgm with schema extensions;
-- Trigrams find substrings in any script, also in scripts without spaces.
create index support_messages_content_idx on public.support_messages using gin (content extensions.gin_trgm_ops);

alter table public.support_messages enable row level security;
revoke all on table public.support_messages from public, anon, authenticated;
-- Columns are granted one by one, so that customers cannot read a new one unintentionally.
grant select (
  id, chat_id, conversation_id, seq, content, attachments, sender_type, sender_id, sender_name, read_at, created_at, updated_at
) on table public.support_messages to authenticated;
grant select, insert, update, delete on table public.support_messages to service_role;

create policy "Customers read messages of their own chat, agents all"
on public.support_messages for select to authenticated
using (
  chat_id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat())
  and (
    (select support_private.is_agent())
    or conversation_id is null
    or conversation_id <> all ((select support_private.hidden_conversation_ids())::uuid[])
  )
);

create trigger support_begin_work before insert or update or delete on public.support_messages
for each statement execute function support_private.begin_work_of_statement();

create trigger support_messages_touch_updated_at
before update on public.support_messages
for each row execute function support_private.touch_updated_at();

create function support_private.check_message(p_id uuid, p_content text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_id is null then
    perform support_private.fail(400, 'support_message_id_missing');
  elsif p_content is null or btrim(p_content, support_private.blank_characters()) = '' then
    perform support_private.fail(400, 'support_message_blank');
  elsif char_length(p_content) > 4000 then
    perform support_private.fail(400, 'support_message_too_long', char_length(p_content) || ' characters, at most 4000');
  end if;
end
$$;
comment on function support_private.check_message(uuid, text) is
  'Raises an error if the id of a message is missing, or if its text is blank or too long.';
revoke execute on function support_private.check_message(uuid, text) from public;

create function support_private.message_text(p_message public.support_messages)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when p_message.content <> '' then p_message.content
    else coalesce(
      (
        select string_agg('📎 ' || (f.file ->> 'name'), ' ' order by f.place)
        from jsonb_array_elements(p_message.attachments) with ordinality f (file, place)
      ),
      ''
    )
  end
$$;
comment on function support_private.message_text(public.support_messages) is
  'The text of a message in previews and emails: its content, or the names of its files.';
revoke execute on function support_private.message_text(public.support_messages) from public;
grant execute on function support_private.message_text(public.support_messages) to service_role;

-- Definer: it writes the chat's counters, which no client may write.
create function support_private.number_message()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
  v_at timestamptz;
begin
  select * into v_chat from public.support_chats c where c.id = new.chat_id for no key update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  -- Read the clock once, after taking the lock. Even if the clock was set back, a message must be later than the one before it, and
  -- a customer's message later than an agent's last view.
  v_at := greatest(
    clock_timestamp(),
    v_chat.last_message_at + interval '1 microsecond',
    v_chat.admin_viewed_at + interval '1 microsecond',
    (
      select m.created_at + interval '1 microsecond' from public.support_messages m
      where m.chat_id = new.chat_id order by m.seq desc limit 1
    )
  );
  -- System messages take a seq and change nothing else.
  if new.sender_type = 'system' then
    update public.support_chats c set last_seq = c.last_seq + 1 where c.id = new.chat_id;
  else
    update public.support_chats c
    set last_seq = c.last_seq + 1,
        message_count = c.message_count + 1,
        last_message_at = v_at,
        last_message_preview = support_private.preview(support_private.message_text(new), 100),
        last_message_sender = new.sender_type,
        last_user_message_at = case when new.sender_type = 'user' then v_at else c.last_user_message_at end,
        -- A message of either side brings the chat back from the archive.
        archived_at = null
    where c.id = new.chat_id;
  end if;
  new.seq := v_chat.last_seq + 1;
  new.created_at := v_at;
  new.updated_at := v_at;
  return new;
end
$$;
comment on function support_private.number_message() is
  'Gives a message its seq and time under the chat''s row lock, and updates the chat''s counters and preview.';
revoke execute on function support_private.number_message() from public;

create trigger support_messages_number
before insert on public.support_messages
for each row execute function support_private.number_message();
