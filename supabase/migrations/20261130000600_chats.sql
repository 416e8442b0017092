-- Chats: one per user, for as long as the user exists.
-- Creates: type support_sender_type; table support_chats; in support_private own_chat_id, first_readable_chat,
--          last_readable_chat, may_read_chat, get_or_create_chat.

set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_sender_type as enum ('user', 'admin', 'system');
comment on type public.support_sender_type is 'Who wrote a message: the customer (user), an agent (admin) or the product (system).';

create table public.support_chats (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references auth.users (id) on delete cascade,
  last_message_at timestamptz,
  admin_viewed_at timestamptz,
  archived_at timestamptz,
  -- Written by triggers, never by clients:
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
comment on table public.support_chats is 'One chat per user. Archiving only moves it out of the inbox, and can be undone.';
comment on column public.support_chats.last_seq is
  'The newest seq. The next message takes last_seq + 1 under this row''s lock, so seq has no gaps and is in commit order.';
comment on column public.support_chats.message_count is 'The messages of customer and agents; system messages are not counted.';
comment on column public.support_chats.unread is
  'For agents: has the customer written since an agent last viewed the chat?';

create index support_chats_last_message_at_idx on public.support_chats (last_message_at desc, id desc);
create index support_chats_archived_at_idx on public.support_chats (archived_at);
-- The two inbox tabs, each in the order it is paged in.
create index support_chats_active_idx on public.support_chats (last_message_at desc, id desc) where archived_at is null;
create index support_chats_archived_idx on public.support_chats (last_message_at desc, id desc) where archived_at is not null;
create index support_chats_unread_idx on public.support_chats (id) where unread and archived_at is null;

alter table public.support_chats enable row level security;
revoke all on table public.support_chats from public, anon, authenticated;
-- Customers and agents have the same role, so these are the columns that a customer may read. Agents get the others, such as
-- archived_at, from functions.
grant select (id, user_id, last_seq, last_message_at, admin_viewed_at, created_at) on table public.support_chats to authenticated;
grant select, insert, update, delete on table public.support_chats to service_role;

create trigger support_begin_work before insert or update or delete on public.support_chats
for each statement execute function support_private.begin_work_of_statement();

create trigger support_chats_touch_updated_at
before update on public.support_chats
for each row execute function support_private.touch_updated_at();

-- Definer: with row level security, a policy that calls this would evaluate the policy of chats for every row.
create function support_private.own_chat_id()
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

-- Policies compare a column with both ends of a range of ids, for which a customer's query uses an index. A condition such as "own
-- chat or agent" would be evaluated for every row of the table.
create function support_private.first_readable_chat()
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when support_private.is_agent() then '00000000-0000-0000-0000-000000000000'::uuid
    else support_private.own_chat_id()
  end
$$;
comment on function support_private.first_readable_chat() is
  'The lowest id of a chat that the caller may read: of all ids for an agent, else the id of their own chat.';
revoke execute on function support_private.first_readable_chat() from public;
grant execute on function support_private.first_readable_chat() to authenticated;

create function support_private.last_readable_chat()
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when support_private.is_agent() then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
    else support_private.own_chat_id()
  end
$$;
comment on function support_private.last_readable_chat() is 'The highest id of a chat that the caller may read; see first_readable_chat().';
revoke execute on function support_private.last_readable_chat() from public;
grant execute on function support_private.last_readable_chat() to authenticated;

create policy "Customers read their own chat, agents read every chat"
on public.support_chats for select to authenticated
using (id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat()));

-- Definer: it reads chats without their policy.
create function support_private.may_read_chat(p_chat_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_chats c
    where c.id = p_chat_id and (c.user_id = (select support_private.caller_id()) or support_private.is_agent())
  )
$$;
comment on function support_private.may_read_chat(uuid) is 'Is it the id of a chat whose messages the caller may read?';
revoke execute on function support_private.may_read_chat(uuid) from public;
grant execute on function support_private.may_read_chat(uuid) to authenticated;

-- Definer: it creates the chat, and no client may insert chats.
create function support_private.get_or_create_chat()
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
    if not found then -- a simultaneous call created it
      select * into v_chat from public.support_chats c where c.user_id = v_user_id;
    end if;
  end if;
  return v_chat;
exception
  when foreign_key_violation then -- the user was deleted, but the token is still valid
    perform support_private.fail(401, 'support_not_authenticated');
end
$$;
comment on function support_private.get_or_create_chat() is
  'The caller''s chat, created by the first call; two simultaneous calls are safe.';
revoke execute on function support_private.get_or_create_chat() from public;
grant execute on function support_private.get_or_create_chat() to authenticated;
