-- Chats and messages: one chat per user for ever, its messages numbered without a gap.
-- Creates: type support_sender_type; tables support_chats, support_messages with their triggers; the functions of
--          customers and staff: get_or_create_support_chat, send_support_message, list_support_messages,
--          mark_support_chat_read.
-- Undo:    drop the four functions; drop table public.support_messages, public.support_chats;
--          drop type public.support_sender_type; drop the functions in support_private named below.

set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_sender_type as enum ('user', 'admin', 'system');

create table public.support_chats (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references auth.users (id) on delete cascade,
  last_message_at timestamptz,
  admin_viewed_at timestamptz,
  archived_at timestamptz,
  -- Kept by triggers, never by clients:
  last_seq bigint not null default 0 check (last_seq >= 0),
  message_count bigint not null default 0 check (message_count >= 0),
  last_message_preview text check (char_length(last_message_preview) <= 100),
  last_message_sender public.support_sender_type,
  last_user_message_at timestamptz,
  unread boolean not null generated always as (
    last_user_message_at is not null
    and (admin_viewed_at is null or last_user_message_at > admin_viewed_at)
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_chats is 'One chat per user, for ever. Archiving is inbox housekeeping and can be undone.';
comment on column public.support_chats.last_seq is
  'Messages so far. The next message takes last_seq + 1 under this row''s lock, so seq is gapless and in commit order.';
comment on column public.support_chats.message_count is 'Messages that people wrote: system messages are not counted.';
comment on column public.support_chats.unread is 'For staff: the customer wrote since a member of staff last looked.';

create index support_chats_last_message_at_idx on public.support_chats (last_message_at desc, id desc);
create index support_chats_archived_at_idx on public.support_chats (archived_at);
-- The two inbox tabs, each in the order it is paged in.
create index support_chats_active_idx on public.support_chats (last_message_at desc, id desc) where archived_at is null;
create index support_chats_archived_idx on public.support_chats (last_message_at desc, id desc) where archived_at is not null;
create index support_chats_unread_idx on public.support_chats (id) where unread and archived_at is null;

alter table public.support_chats enable row level security;
revoke all on table public.support_chats from public, anon, authenticated;
-- Customers and agents have the same role: these are the columns that a customer may know. When a chat was archived and how the
-- inbox sorts it is for agents, who get it from functions.
grant select (id, user_id, last_seq, last_message_at, admin_viewed_at, created_at) on table public.support_chats to authenticated;
grant select, insert, update, delete on table public.support_chats to service_role;

-- Definer: a policy that read chats under row level security would plan both policies for every row.
create or replace function support_private.own_chat_id()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select c.id from public.support_chats c where c.user_id = (select support_private.caller_id())
$$;
comment on function support_private.own_chat_id() is 'The caller''s own chat, or null.';
revoke execute on function support_private.own_chat_id() from public;
grant execute on function support_private.own_chat_id() to authenticated, service_role;

-- Policies compare a column with both ends of a range of ids, which an index serves for whoever has one chat. "Their own, or
-- an agent" in one condition would be judged for every row of the table.
create or replace function support_private.first_readable_chat()
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when support_private.is_staff() then '00000000-0000-0000-0000-000000000000'::uuid
    else support_private.own_chat_id()
  end
$$;
comment on function support_private.first_readable_chat() is
  'The lowest id of a chat whose messages the caller may read: of all for an agent, of their own for everybody else.';
revoke execute on function support_private.first_readable_chat() from public;
grant execute on function support_private.first_readable_chat() to authenticated;

create or replace function support_private.last_readable_chat()
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when support_private.is_staff() then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
    else support_private.own_chat_id()
  end
$$;
comment on function support_private.last_readable_chat() is 'The highest id, as first_readable_chat().';
revoke execute on function support_private.last_readable_chat() from public;
grant execute on function support_private.last_readable_chat() to authenticated;

create policy "Customers read their own chat, agents read every chat"
on public.support_chats for select to authenticated
using (id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat()));

-- Definer: it reads chats without their policy.
create or replace function support_private.may_read_chat(p_chat_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_chats c
    where c.id = p_chat_id and (c.user_id = (select support_private.caller_id()) or support_private.is_staff())
  )
$$;
comment on function support_private.may_read_chat(uuid) is 'Is it the id of a chat whose messages the caller may read?';
revoke execute on function support_private.may_read_chat(uuid) from public;
grant execute on function support_private.may_read_chat(uuid) to authenticated;

create trigger support_chats_touch_updated_at
before update on public.support_chats
for each row execute function support_private.touch_updated_at();

-- Text -----------------------------------------------------------------------------------------

create or replace function support_private.preview(p_content text, p_length integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- A variation selector at the end belongs to the emoji before it.
  v_text text := ltrim(
    rtrim(
      regexp_replace(p_content, '\s+', ' ', 'g'),
      regexp_replace(support_private.blank_characters(), '[\ufe00-\ufe0f\u180b-\u180d\u180f]', '', 'g')
    ),
    support_private.blank_characters()
  );
  -- What joins the character before it: marks, joiners, vowels of Hangul syllables (Unicode's Grapheme_Extend and
  -- SpacingMark in the first plane), skin tones, tags and further variation selectors.
  v_joining constant text := '[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u064b-\u065f'
    || '\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3'
    || '\u07fd\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d\u0859-\u085b\u0897-\u089f\u08ca-\u08e1'
    || '\u08e3-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u09d7'
    || '\u09e2-\u09e3\u09fe-\u0a03\u0a3c-\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0ae2-\u0ae3'
    || '\u0afa-\u0b03\u0b3c\u0b3e-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c56'
    || '\u0c62-\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0ce2-\u0ce3\u0cf3-\u0d03\u0d3b-\u0d3c\u0d3e-\u0d4d\u0d57'
    || '\u0d62-\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u0df2-\u0df3\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc'
    || '\u0ec8-\u0ece\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f\u0f71-\u0f84\u0f86-\u0f87\u0f8d-\u0fbc\u0fc6'
    || '\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f'
    || '\u109a-\u109d\u1160-\u11ff\u135d-\u135f\u1712-\u1715\u1732-\u1734\u1752-\u1753\u1772-\u1773\u17b4-\u17d3'
    || '\u17dd\u180b-\u180d\u180f\u1885-\u1886\u18a9\u1920-\u193b\u1a17-\u1a1b\u1a55-\u1a7f\u1ab0-\u1b04'
    || '\u1b34-\u1b44\u1b6b-\u1b73\u1b80-\u1b82\u1ba1-\u1bad\u1be6-\u1bf3\u1c24-\u1c37\u1cd0-\u1cd2\u1cd4-\u1ce8'
    || '\u1ced\u1cf4\u1cf7-\u1cf9\u1dc0-\u1dff\u200c-\u200d\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff'
    || '\u302a-\u302f\u3099-\u309a\ua66f-\ua672\ua674-\ua67d\ua69e-\ua69f\ua6f0-\ua6f1\ua802\ua806\ua80b'
    || '\ua823-\ua827\ua82c\ua880-\ua881\ua8b4-\ua8c5\ua8e0-\ua8f1\ua8ff\ua926-\ua92d\ua947-\ua953\ua980-\ua983'
    || '\ua9b3-\ua9c0\ua9e5\uaa29-\uaa36\uaa43\uaa4c-\uaa4d\uaa7b-\uaa7d\uaab0\uaab2-\uaab4\uaab7-\uaab8'
    || '\uaabe-\uaabf\uaac1\uaaeb-\uaaef\uaaf5-\uaaf6\uabe3-\uabea\uabec-\uabed\ud7b0-\ud7fb\ufb1e\ufe00-\ufe0f'
    || '\ufe20-\ufe2f\uff9e-\uff9f'
    || '\U0001f3fb-\U0001f3ff\U000e0020-\U000e01ef]';
  v_cut integer := p_length;
begin
  if char_length(v_text) <= p_length then
    return v_text;
  end if;
  -- Never cut inside what a reader sees as one character: step back while the next code point joins the one before it,
  -- or is the second half of a flag.
  while v_cut > 1 and (
    substr(v_text, v_cut + 1, 1) ~ v_joining
    or substr(v_text, v_cut, 1) = E'\u200d'
    or (
      substr(v_text, v_cut + 1, 1) between U&'\+01F1E6' and U&'\+01F1FF'
      and char_length(substring(left(v_text, v_cut) from '[\U0001f1e6-\U0001f1ff]*$')) % 2 = 1
    )
  ) loop
    v_cut := v_cut - 1;
  end loop;
  return left(v_text, v_cut);
end
$$;
comment on function support_private.preview(text, integer) is
  'The text on one line, at most p_length code points, never cut inside an emoji, a flag or a combining sequence.';
revoke execute on function support_private.preview(text, integer) from public;
grant execute on function support_private.preview(text, integer) to service_role;

-- Messages -------------------------------------------------------------------------------------

create table public.support_messages (
  -- Made by the client, so that a resend is the same message.
  id uuid primary key,
  chat_id uuid not null references public.support_chats (id) on delete cascade,
  seq bigint not null check (seq > 0),
  content text not null
    constraint support_message_too_long check (char_length(content) <= 4000)
    constraint support_message_blank check (btrim(content, support_private.blank_characters()) <> ''),
  sender_type public.support_sender_type not null default 'user',
  sender_id uuid references auth.users (id) on delete set null,
  -- The name the customer sees, as it was when the message was written.
  sender_name text check (char_length(sender_name) <= 80),
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint support_messages_chat_id_seq_key unique (chat_id, seq)
);
comment on table public.support_messages is 'The messages of all chats. Written by functions only; seq orders them within a chat.';
comment on column public.support_messages.read_at is 'When the customer read a staff message; null is unread.';

create index support_messages_chat_id_created_at_idx on public.support_messages (chat_id, created_at);
create index support_messages_sender_id_idx on public.support_messages (sender_id);
create index support_messages_unread_idx on public.support_messages (chat_id, seq)
where sender_type = 'admin' and read_at is null;

create extension if not exists pg_trgm with schema extensions;
-- Substrings in any script, also those that write without spaces.
create index support_messages_content_idx on public.support_messages using gin (content extensions.gin_trgm_ops);

alter table public.support_messages enable row level security;
revoke all on table public.support_messages from public, anon, authenticated;
-- Column by column: a new one is not for customers by itself.
grant select (
  id, chat_id, seq, content, sender_type, sender_id, sender_name, read_at, created_at, updated_at
) on table public.support_messages to authenticated;
grant select, insert, update, delete on table public.support_messages to service_role;

create policy "Customers read messages of their own chat, agents all"
on public.support_messages for select to authenticated
using (chat_id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat()));

create trigger support_messages_touch_updated_at
before update on public.support_messages
for each row execute function support_private.touch_updated_at();

-- Definer: it writes the chat's counters, which nobody may write directly.
create or replace function support_private.number_message()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One update does it all under the chat's row lock: the number, the time, the preview, and a customer's message
  -- brings an archived chat back. clock_timestamp(), not now(): the time must not be older than the lock.
  -- What the system says is no news: it takes a number and nothing else.
  if new.sender_type = 'system' then
    update public.support_chats c set last_seq = c.last_seq + 1
    where c.id = new.chat_id
    returning c.last_seq, greatest(clock_timestamp(), c.last_message_at) into new.seq, new.created_at;
  else
    update public.support_chats c
    set last_seq = c.last_seq + 1,
        message_count = c.message_count + 1,
        last_message_at = greatest(clock_timestamp(), c.last_message_at),
        last_message_preview = support_private.preview(new.content, 100),
        last_message_sender = new.sender_type,
        last_user_message_at = case
          when new.sender_type = 'user' then greatest(clock_timestamp(), c.last_message_at)
          else c.last_user_message_at
        end,
        archived_at = case when new.sender_type = 'user' then null else c.archived_at end
    where c.id = new.chat_id
    returning c.last_seq, c.last_message_at into new.seq, new.created_at;
  end if;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  new.updated_at := new.created_at;
  return new;
end
$$;
comment on function support_private.number_message() is
  'Gives a message its seq and time under the chat''s row lock, and keeps the chat''s counters and preview.';
revoke execute on function support_private.number_message() from public;

create trigger support_messages_number
before insert on public.support_messages
for each row execute function support_private.number_message();

-- Functions ------------------------------------------------------------------------------------

-- Definer: it creates the chat, and no client may insert chats.
create or replace function support_private.get_or_create_chat()
returns public.support_chats
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_chat public.support_chats;
begin
  perform support_private.begin_work();
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  select * into v_chat from public.support_chats c where c.user_id = v_user_id;
  if not found then
    insert into public.support_chats (user_id) values (v_user_id)
    on conflict (user_id) do nothing
    returning * into v_chat;
    if not found then -- the other of two calls at once made it
      select * into v_chat from public.support_chats c where c.user_id = v_user_id;
    end if;
  end if;
  return v_chat;
exception
  when foreign_key_violation then -- the user was deleted, the token still lives
    perform support_private.fail(401, 'support_not_authenticated');
end
$$;
comment on function support_private.get_or_create_chat() is 'The caller''s chat, made on the first call; safe when called twice at once.';
revoke execute on function support_private.get_or_create_chat() from public;
grant execute on function support_private.get_or_create_chat() to authenticated;

-- Definer: customers may not read the settings, but the name of the desk is for all.
create or replace function support_private.app_name()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select s.app_name from public.support_settings s
$$;
comment on function support_private.app_name() is 'The name of the app whose support desk this is.';
revoke execute on function support_private.app_name() from public;
grant execute on function support_private.app_name() to authenticated, service_role;

create or replace function public.get_or_create_support_chat()
returns table (
  id uuid,
  user_id uuid,
  last_seq bigint,
  last_message_at timestamptz,
  admin_viewed_at timestamptz,
  created_at timestamptz,
  app_name text,
  unread_count integer,
  messages public.support_messages[]
)
language sql
volatile
security invoker
set search_path = ''
as $$
  select
    c.id, c.user_id, c.last_seq, c.last_message_at, c.admin_viewed_at, c.created_at,
    support_private.app_name(),
    (
      select count(*)::integer from public.support_messages m
      where m.chat_id = c.id and m.sender_type = 'admin' and m.read_at is null
    ),
    coalesce(
      (
        select array_agg(newest.m order by (newest.m).seq)
        from (
          select m from public.support_messages m where m.chat_id = c.id order by m.seq desc limit 50
        ) newest
      ),
      '{}'
    )
  from support_private.get_or_create_chat() c
$$;
comment on function public.get_or_create_support_chat() is
  'The caller''s chat (created on the first call) with its newest 50 messages, oldest first, and the number of unread answers.';
revoke execute on function public.get_or_create_support_chat() from public, anon;
grant execute on function public.get_or_create_support_chat() to authenticated;

-- Definer: who the caller is decides the sender type; clients hold no right to insert messages.
create or replace function support_private.send_message(p_id uuid, p_chat_id uuid, p_content text)
returns public.support_messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_sender public.support_sender_type;
  v_message public.support_messages;
begin
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  v_sender := case
    when exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = v_user_id) then 'user'
    when support_private.is_staff() then 'admin'
  end;
  -- The lock also makes two sends of one id take turns, so that the second finds the first.
  perform from public.support_chats c where v_sender is not null and c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;

  perform support_private.check_message(p_id, p_content);
  select * into v_message from public.support_messages m where m.id = p_id;
  if found then
    if v_message.chat_id <> p_chat_id or v_message.sender_id is distinct from v_user_id then
      perform support_private.fail(409, 'support_message_conflict');
    end if;
    return v_message;
  end if;

  perform support_private.use_allowance(
    case v_sender when 'user' then 'message' else 'answer' end,
    p_limit => case v_sender when 'user' then (select s.messages_per_minute from public.support_settings s) end
  );
  insert into public.support_messages (id, chat_id, content, sender_type, sender_id, sender_name)
  values (
    p_id, p_chat_id, p_content, v_sender, v_user_id,
    case when v_sender = 'admin' then
      (select a.display_name from public.support_agents a where a.user_id = v_user_id)
    end
  )
  returning * into v_message;
  return v_message;
exception
  when unique_violation then -- the id belongs to a message of another chat
    perform support_private.fail(409, 'support_message_conflict');
end
$$;
comment on function support_private.send_message(uuid, uuid, text) is
  'Stores a message once: the sender type follows from who calls, a known id returns the row that it made.';
revoke execute on function support_private.send_message(uuid, uuid, text) from public;
grant execute on function support_private.send_message(uuid, uuid, text) to authenticated;

create or replace function support_private.check_message(p_id uuid, p_content text)
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
comment on function support_private.check_message(uuid, text) is 'Raises what is wrong with a message: its id is missing, it is blank or too long.';
revoke execute on function support_private.check_message(uuid, text) from public;

-- A customer's limit of messages is the setting messages_per_minute; that of an agent is there for programs that run wild.
insert into support_private.limits (action, amount, period) values
  ('message', 60, '1 minute'),
  ('answer', 600, '1 minute'),
  ('read', 240, '1 minute');

create or replace function public.send_support_message(p_id uuid, p_chat_id uuid, p_content text)
returns public.support_messages
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.send_message(p_id, p_chat_id, p_content)
$$;
comment on function public.send_support_message(uuid, uuid, text) is
  'Sends a message and returns its row; sending the same id again returns the same row. Errors: support_chat_not_found (404), '
  'support_message_blank, support_message_too_long (400), support_message_conflict (409), support_rate_limited (429).';
revoke execute on function public.send_support_message(uuid, uuid, text) from public, anon;
grant execute on function public.send_support_message(uuid, uuid, text) to authenticated;

create or replace function public.list_support_messages(
  p_chat_id uuid,
  p_after_seq bigint default null,
  p_before_seq bigint default null,
  p_limit integer default 50
)
returns setof public.support_messages
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_limit integer := least(greatest(coalesce(p_limit, 50), 1), 200);
  -- Always a bound, never "is null or": a plan that is kept for all callers then still begins at it in the index.
  v_before_seq bigint := coalesce(p_before_seq, 9223372036854775807);
begin
  -- A stranger's chat answers just as one that does not exist.
  if not support_private.may_read_chat(p_chat_id) then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  if p_after_seq is not null then
    return query
      select m.* from public.support_messages m
      where m.chat_id = p_chat_id and m.seq > p_after_seq and m.seq < v_before_seq
      order by m.seq
      limit v_limit;
  else
    return query
      select * from (
        select m.* from public.support_messages m
        where m.chat_id = p_chat_id and m.seq < v_before_seq
        order by m.seq desc
        limit v_limit
      ) newest
      order by newest.seq;
  end if;
end
$$;
comment on function public.list_support_messages(uuid, bigint, bigint, integer) is
  'Messages of a chat, oldest first, at most 200: the next ones after p_after_seq, or the newest ones (before p_before_seq).';
revoke execute on function public.list_support_messages(uuid, bigint, bigint, integer) from public, anon;
grant execute on function public.list_support_messages(uuid, bigint, bigint, integer) to authenticated;

-- Definer: read_at is written by the database's clock, once, and by no client.
create or replace function support_private.mark_chat_read(p_up_to_seq bigint)
returns table (up_to_seq bigint, read_at timestamptz, unread_count integer)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
  v_marked integer;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  -- The lock lets two tabs take turns instead of meeting in a deadlock.
  select * into v_chat from public.support_chats c where c.user_id = support_private.caller_id() for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  up_to_seq := least(coalesce(p_up_to_seq, 0), v_chat.last_seq);
  -- Not before the messages themselves, nor before the last time that they read something: the clock may have been set back.
  read_at := greatest(
    clock_timestamp(),
    (
      select m.created_at from public.support_messages m
      where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is null and m.seq <= mark_chat_read.up_to_seq
      order by m.seq desc limit 1
    ),
    (
      select m.read_at from public.support_messages m
      where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is not null and m.seq <= mark_chat_read.up_to_seq
      order by m.seq desc limit 1
    )
  );
  update public.support_messages m set read_at = mark_chat_read.read_at
  where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is null and m.seq <= mark_chat_read.up_to_seq;
  get diagnostics v_marked = row_count;
  select count(*) into unread_count from public.support_messages m
  where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is null;
  if v_marked > 0 then
    perform support_private.use_allowance('read');
    perform support_private.broadcast_messages_read(v_chat.id, up_to_seq, read_at);
  end if;
  return next;
end
$$;
comment on function support_private.mark_chat_read(bigint) is 'Marks the staff messages of the caller''s chat read up to a seq, once.';
revoke execute on function support_private.mark_chat_read(bigint) from public;
grant execute on function support_private.mark_chat_read(bigint) to authenticated;

create or replace function public.mark_support_chat_read(p_up_to_seq bigint)
returns table (up_to_seq bigint, read_at timestamptz, unread_count integer)
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.mark_chat_read(p_up_to_seq)
$$;
comment on function public.mark_support_chat_read(bigint) is
  'Marks the staff messages of the caller''s chat read up to p_up_to_seq; returns how many are still unread.';
revoke execute on function public.mark_support_chat_read(bigint) from public, anon;
grant execute on function public.mark_support_chat_read(bigint) to authenticated;
