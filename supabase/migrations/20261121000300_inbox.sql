-- Inbox: what staff list, open, archive and restore.
-- Creates: type support_chat_list_item; functions list_support_chats, get_support_chat, mark_support_chat_viewed,
--          archive_support_chat, unarchive_support_chat.
-- Undo:    drop the five functions, the functions in support_private named below and
--          drop type public.support_chat_list_item.

set lock_timeout = '5s';
set statement_timeout = '60s';

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
  created_at timestamptz
);
comment on type public.support_chat_list_item is 'One row of the inbox.';

create or replace function support_private.name_in_metadata(p_user_metadata jsonb)
returns text
language plpgsql
stable
parallel safe
set search_path = ''
as $$
begin
  -- Users write this themselves, and the inbox reads it for every row: what is large is not even unpacked. A user's token carries
  -- all of it, and one of more than a few kilobytes passes no gateway, so nobody who signs in as usual has so much.
  if pg_column_size(p_user_metadata) > 8192 then
    return null;
  end if;
  return left(nullif(btrim(coalesce(p_user_metadata ->> 'full_name', p_user_metadata ->> 'name')), ''), 80);
end
$$;
comment on function support_private.name_in_metadata(jsonb) is
  'The name that a user gave themself, at most 80 characters; null without one, and when their metadata are larger than 8 kB as stored.';
revoke execute on function support_private.name_in_metadata(jsonb) from public;

-- Definer: the e-mail is read from auth.users, so that it is never a stale copy.
create or replace function support_private.list_item(p_chat public.support_chats)
returns public.support_chat_list_item
language sql
stable
security definer
set search_path = ''
as $$
  select row(
    p_chat.id, p_chat.user_id, u.email,
    support_private.name_in_metadata(u.raw_user_meta_data),
    p_chat.last_message_at, p_chat.last_message_preview, p_chat.last_message_sender, p_chat.message_count,
    p_chat.unread, p_chat.archived_at is not null, p_chat.admin_viewed_at, p_chat.created_at
  )::public.support_chat_list_item
  from auth.users u
  where u.id = p_chat.user_id
$$;
comment on function support_private.list_item(public.support_chats) is 'A chat as the inbox shows it.';
revoke execute on function support_private.list_item(public.support_chats) from public;

create or replace function support_private.require_staff()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if support_private.is_staff() then
    return;
  elsif support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  perform support_private.fail(403, 'support_forbidden');
end
$$;
comment on function support_private.require_staff() is 'Raises support_forbidden unless the caller is staff.';
revoke execute on function support_private.require_staff() from public;
grant execute on function support_private.require_staff() to authenticated;

-- Definer: search looks into auth.users.
create or replace function support_private.list_chats(
  p_archived boolean,
  p_search text,
  p_before_at timestamptz,
  p_before_id uuid,
  p_limit integer
)
returns setof public.support_chats
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_search text := nullif(btrim(left(p_search, 200), support_private.blank_characters()), '');
  -- What people type is text: the wildcards of like are escaped.
  v_pattern text := '%' || replace(replace(replace(v_search, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  -- Always a bound, never "is null or": a plan that is kept for all pages then still begins at it in the index.
  v_before_at timestamptz := coalesce(p_before_at, 'infinity');
  v_before_id uuid := coalesce(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  if v_search is null and not p_archived then
    return query
      select c.* from public.support_chats c
      where c.archived_at is null and c.last_message_at is not null
        and (c.last_message_at, c.id) < (v_before_at, v_before_id)
      order by c.last_message_at desc, c.id desc
      limit p_limit;
  elsif v_search is null then
    return query
      select c.* from public.support_chats c
      where c.archived_at is not null and c.last_message_at is not null
        and (c.last_message_at, c.id) < (v_before_at, v_before_id)
      order by c.last_message_at desc, c.id desc
      limit p_limit;
  else
    return query
      select c.* from public.support_chats c
      where (c.archived_at is not null) = p_archived and c.last_message_at is not null
        and (c.last_message_at, c.id) < (v_before_at, v_before_id)
        and (
          c.user_id in (
            select u.id from auth.users u
            where u.email ilike v_pattern
              or u.raw_user_meta_data ->> 'full_name' ilike v_pattern
              or u.raw_user_meta_data ->> 'name' ilike v_pattern
          )
          or c.id in (select m.chat_id from public.support_messages m where m.content ilike v_pattern)
        )
      order by c.last_message_at desc, c.id desc
      limit p_limit;
  end if;
end
$$;
comment on function support_private.list_chats(boolean, text, timestamptz, uuid, integer) is
  'A page of chats that have messages, newest first, after a cursor; with a search, those whose person or messages match.';
revoke execute on function support_private.list_chats(boolean, text, timestamptz, uuid, integer) from public;

-- Definer: as list_chats(); it checks who calls.
create or replace function support_private.list_chat_items(p_archived boolean, p_search text, p_before jsonb, p_limit integer)
returns setof public.support_chat_list_item
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_before_at timestamptz;
  v_before_id uuid;
begin
  perform support_private.require_staff();
  begin
    v_before_at := (p_before ->> 'last_message_at')::timestamptz;
    v_before_id := (p_before ->> 'id')::uuid;
  exception
    when data_exception then
      perform support_private.fail(400, 'support_bad_cursor');
  end;
  -- Half a cursor would begin again at the top, and a client that pages would never end.
  if jsonb_typeof(p_before) <> 'null' and (v_before_at is null or v_before_id is null) then
    perform support_private.fail(400, 'support_bad_cursor');
  end if;
  return query
    select item.*
    from support_private.list_chats(
      coalesce(p_archived, false), p_search, v_before_at, v_before_id, least(greatest(coalesce(p_limit, 50), 1), 200)
    ) c
    cross join lateral support_private.list_item(c) item;
end
$$;
comment on function support_private.list_chat_items(boolean, text, jsonb, integer) is 'Works for public.list_support_chats.';
revoke execute on function support_private.list_chat_items(boolean, text, jsonb, integer) from public;
grant execute on function support_private.list_chat_items(boolean, text, jsonb, integer) to authenticated;

create or replace function public.list_support_chats(
  p_archived boolean default false,
  p_search text default null,
  p_before jsonb default null,
  p_limit integer default 50
)
returns setof public.support_chat_list_item
language sql
stable
security invoker
set search_path = ''
as $$
  select * from support_private.list_chat_items(p_archived, p_search, p_before, p_limit)
$$;
comment on function public.list_support_chats(boolean, text, jsonb, integer) is
  'The inbox, newest first, at most 200 rows. p_before is the cursor {"last_message_at", "id"} of the last row of the page before; '
  'p_search finds people and messages. Staff only: support_forbidden (403).';
revoke execute on function public.list_support_chats(boolean, text, jsonb, integer) from public, anon;
grant execute on function public.list_support_chats(boolean, text, jsonb, integer) to authenticated;

-- Definer: the list item reads auth.users.
create or replace function support_private.get_chat_item(p_chat_id uuid)
returns public.support_chat_list_item
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
begin
  perform support_private.require_staff();
  select * into v_chat from public.support_chats c where c.id = p_chat_id;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  return support_private.list_item(v_chat);
end
$$;
comment on function support_private.get_chat_item(uuid) is 'One row of the inbox.';
revoke execute on function support_private.get_chat_item(uuid) from public;
grant execute on function support_private.get_chat_item(uuid) to authenticated;

create or replace function public.get_support_chat(p_chat_id uuid)
returns table (chat public.support_chat_list_item, messages public.support_messages[])
language sql
stable
security invoker
set search_path = ''
as $$
  select
    support_private.get_chat_item(p_chat_id),
    coalesce((select array_agg(m order by m.seq) from public.list_support_messages(p_chat_id) m), '{}')
$$;
comment on function public.get_support_chat(uuid) is
  'A chat as the inbox shows it, with its newest 50 messages, oldest first. Staff only: support_forbidden (403), support_chat_not_found (404).';
revoke execute on function public.get_support_chat(uuid) from public, anon;
grant execute on function public.get_support_chat(uuid) to authenticated;

-- Archiving, taking, handing on, ending and the like: each is told to the whole team.
insert into support_private.limits (action, amount, period) values
  ('agent_action', 1200, '1 minute'),
  ('view', 600, '1 minute');

-- Definer: clients hold no right to change chats.
create or replace function support_private.change_chat(p_chat_id uuid, p_change text)
returns public.support_chat_list_item
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
  v_now timestamptz;
begin
  perform support_private.begin_work();
  perform support_private.require_staff();
  perform support_private.use_allowance(case p_change when 'view' then 'view' else 'agent_action' end);
  perform from public.support_chats c where c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  if p_change = 'view' and p_chat_id = support_private.own_chat_id() then
    -- An agent who reads their own chat is its customer: the team has not seen it.
    select * into v_chat from public.support_chats c where c.id = p_chat_id;
    return support_private.list_item(v_chat);
  elsif p_change <> 'view' then
    perform support_private.require_charge_of_chat(p_chat_id); -- of the migration of conversations
  end if;
  -- The clock is read after the lock, so that nothing that was written before it stays unread.
  v_now := clock_timestamp();
  update public.support_chats c
  set admin_viewed_at = case p_change
        when 'view' then greatest(v_now, c.last_message_at, c.admin_viewed_at)
        else c.admin_viewed_at
      end,
      archived_at = case p_change
        when 'archive' then coalesce(c.archived_at, v_now)
        when 'unarchive' then null
        else c.archived_at
      end
  where c.id = p_chat_id;
  -- Read again: what the change set off may have changed the chat, too.
  select * into v_chat from public.support_chats c where c.id = p_chat_id;
  return support_private.list_item(v_chat);
end
$$;
comment on function support_private.change_chat(uuid, text) is 'Marks a chat viewed, archives or restores it: p_change is view, archive or unarchive.';
revoke execute on function support_private.change_chat(uuid, text) from public;
grant execute on function support_private.change_chat(uuid, text) to authenticated;

create or replace function public.mark_support_chat_viewed(p_chat_id uuid)
returns public.support_chat_list_item
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'view')
$$;
comment on function public.mark_support_chat_viewed(uuid) is 'Says that staff has seen the chat up to now. Staff only.';
revoke execute on function public.mark_support_chat_viewed(uuid) from public, anon;
grant execute on function public.mark_support_chat_viewed(uuid) to authenticated;

create or replace function public.archive_support_chat(p_chat_id uuid)
returns public.support_chat_list_item
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'archive')
$$;
comment on function public.archive_support_chat(uuid) is 'Moves a chat to the archive and ends its open conversation; the next message, whoever writes it, brings it back. Staff only.';
revoke execute on function public.archive_support_chat(uuid) from public, anon;
grant execute on function public.archive_support_chat(uuid) to authenticated;

create or replace function public.unarchive_support_chat(p_chat_id uuid)
returns public.support_chat_list_item
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'unarchive')
$$;
comment on function public.unarchive_support_chat(uuid) is 'Brings a chat back from the archive. Staff only.';
revoke execute on function public.unarchive_support_chat(uuid) from public, anon;
grant execute on function public.unarchive_support_chat(uuid) to authenticated;
