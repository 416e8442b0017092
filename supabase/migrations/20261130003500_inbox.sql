-- The inbox: listing, searching, opening, archiving and restoring chats.
-- Creates: type support_inbox_view; functions list_support_chats, get_support_chat, get_support_inbox_counts,
--          mark_support_chat_viewed, archive_support_chat, unarchive_support_chat.

set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_inbox_view as enum ('active', 'mine', 'waiting', 'open', 'ended', 'archived');

-- Listing ------------------------------------------------------------------------------------------

-- A search reads much more than a page of the inbox. While an agent types, the dashboard searches at most four times a second.
insert into support_private.limits (action, amount, period) values ('search', 120, '1 minute');

-- The condition of the view is part of the statement, so that each view uses its own index.
create function support_private.list_chats(
  p_view public.support_inbox_view,
  p_search text,
  p_before_at timestamptz,
  p_before_id uuid,
  p_limit integer
)
returns setof public.support_chats
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_search text := nullif(btrim(left(p_search, 200), support_private.blank_characters()), '');
  -- Escape the wildcards of like in the search text.
  v_pattern text := '%' || replace(replace(replace(v_search, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  v_where text := case p_view
    when 'active' then 'c.archived_at is null'
    when 'archived' then 'c.archived_at is not null'
    when 'mine' then 'c.conversation_status = ''active'' and c.agent_id = $5'
    when 'waiting' then 'c.conversation_status = ''waiting'''
    when 'open' then 'c.conversation_status in (''waiting'', ''active'')'
    when 'ended' then 'c.conversation_status = ''ended'''
  end;
begin
  if v_search is not null then
    v_where := v_where || '
      and (
        c.user_id in (
          select u.id from auth.users u
          where u.email ilike $4
            or support_private.name_in_metadata(u.raw_user_meta_data) ilike $4
        )
        or c.id in (select m.chat_id from public.support_messages m where m.content ilike $4)
        or c.id in (select f.chat_id from public.support_attachments f where f.message_id is not null and f.name ilike $4)
      )';
  end if;
  if p_before_at is not null then
    v_where := v_where || ' and (c.last_message_at, c.id) < ($1, $2)';
  end if;
  return query execute
    'select c.* from public.support_chats c where ' || v_where || '
     and c.last_message_at is not null
     order by c.last_message_at desc, c.id desc limit $3'
    using p_before_at, p_before_id, p_limit, v_pattern, case when p_view = 'mine' then support_private.caller_id() end;
end
$$;
comment on function support_private.list_chats(public.support_inbox_view, text, timestamptz, uuid, integer) is
  'A page of chats with messages, newest first, after a cursor; with p_search, the chats whose customer, messages or files match.';
revoke execute on function support_private.list_chats(public.support_inbox_view, text, timestamptz, uuid, integer) from public;

-- Definer: only the owner may execute list_chats(). This function checks the caller.
create function support_private.list_chat_items(
  p_view public.support_inbox_view,
  p_search text,
  p_before jsonb,
  p_limit integer
)
returns setof public.support_chat_list_item
language plpgsql
volatile -- it counts searches
security definer
set search_path = ''
as $$
declare
  v_before_at timestamptz;
  v_before_id uuid;
begin
  perform support_private.require_agent();
  if btrim(p_search, support_private.blank_characters()) <> '' then
    perform support_private.use_allowance('search');
  end if;
  begin
    v_before_at := (p_before ->> 'last_message_at')::timestamptz;
    v_before_id := (p_before ->> 'id')::uuid;
  exception
    when data_exception then
      perform support_private.fail(400, 'support_bad_cursor');
  end;
  -- An incomplete cursor would return the first page again, so that a client would never reach the end.
  if jsonb_typeof(p_before) <> 'null' and (v_before_at is null or v_before_id is null) then
    perform support_private.fail(400, 'support_bad_cursor');
  end if;
  return query
    select item.*
    from support_private.list_chats(
      p_view, p_search, v_before_at, v_before_id, least(greatest(coalesce(p_limit, 50), 1), 200)
    ) c
    cross join lateral support_private.list_item(c) item;
end
$$;
comment on function support_private.list_chat_items(public.support_inbox_view, text, jsonb, integer) is
  'Implements public.list_support_chats.';
revoke execute on function support_private.list_chat_items(public.support_inbox_view, text, jsonb, integer) from public;
grant execute on function support_private.list_chat_items(public.support_inbox_view, text, jsonb, integer) to authenticated;

create function public.list_support_chats(
  p_archived boolean default false,
  p_search text default null,
  p_before jsonb default null,
  p_limit integer default 50,
  p_view public.support_inbox_view default null
)
returns setof public.support_chat_list_item
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.list_chat_items(
    coalesce(p_view, case when p_archived then 'archived' else 'active' end::public.support_inbox_view),
    p_search, p_before, p_limit
  )
$$;
comment on function public.list_support_chats(boolean, text, jsonb, integer, public.support_inbox_view) is
  'The inbox, newest first, at most 200 rows. p_view is active, archived, mine, waiting, open or ended; p_before is '
  '{"last_message_at", "id"} of the last row of the page before; p_search finds customers, messages and files. Agents only: '
  'support_forbidden (403).';
revoke execute on function public.list_support_chats(boolean, text, jsonb, integer, public.support_inbox_view) from public, anon;
grant execute on function public.list_support_chats(boolean, text, jsonb, integer, public.support_inbox_view) to authenticated;

-- Definer: with row level security a count reads the rows, without it only the indexes of the views.
create function support_private.inbox_counts()
returns table (active bigint, archived bigint, unread bigint, mine bigint, waiting bigint, open bigint)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return query
    select
      (select count(*) from public.support_chats c where c.archived_at is null and c.last_message_at is not null),
      (select count(*) from public.support_chats c where c.archived_at is not null and c.last_message_at is not null),
      (select count(*) from public.support_chats c where c.archived_at is null and c.unread),
      (select count(*) from public.support_chats c where c.conversation_status = 'active' and c.agent_id = (select support_private.caller_id())),
      (select count(*) from public.support_chats c where c.conversation_status = 'waiting'),
      (select count(*) from public.support_chats c where c.conversation_status in ('waiting', 'active'));
end
$$;
comment on function support_private.inbox_counts() is 'Implements public.get_support_inbox_counts.';
revoke execute on function support_private.inbox_counts() from public;
grant execute on function support_private.inbox_counts() to authenticated;

create function public.get_support_inbox_counts()
returns table (active bigint, archived bigint, unread bigint, mine bigint, waiting bigint, open bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  select * from support_private.inbox_counts()
$$;
comment on function public.get_support_inbox_counts() is
  'The number of chats in each view of the inbox except ended, and of unread chats. Agents only: support_forbidden (403).';
revoke execute on function public.get_support_inbox_counts() from public, anon;
grant execute on function public.get_support_inbox_counts() to authenticated;

-- One chat -----------------------------------------------------------------------------------------

-- Definer: the list item reads auth.users.
create function support_private.get_chat_item(p_chat_id uuid)
returns public.support_chat_list_item
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
begin
  perform support_private.require_agent();
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

create function public.get_support_chat(p_chat_id uuid)
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
  'A chat as the inbox shows it, with its newest 50 messages, oldest first. Agents only: support_forbidden (403), '
  'support_chat_not_found (404).';
revoke execute on function public.get_support_chat(uuid) from public, anon;
grant execute on function public.get_support_chat(uuid) to authenticated;

insert into support_private.limits (action, amount, period) values ('view', 600, '1 minute');

-- Definer: clients may not change chats.
create function support_private.change_chat(p_chat_id uuid, p_change text)
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
  perform support_private.require_agent();
  perform support_private.use_allowance(case p_change when 'view' then 'view' else 'agent_action' end);
  perform from public.support_chats c where c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  if p_change = 'view' and p_chat_id = support_private.own_chat_id() then
    -- An agent who views their own chat is its customer, so the team has not seen it.
    select * into v_chat from public.support_chats c where c.id = p_chat_id;
    return support_private.list_item(v_chat);
  elsif p_change <> 'view' then
    perform support_private.require_charge_of_chat(p_chat_id);
  end if;
  -- Read the clock after taking the lock, so that no earlier message stays unread.
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
  -- Read again, because triggers of the change may have changed the chat.
  select * into v_chat from public.support_chats c where c.id = p_chat_id;
  return support_private.list_item(v_chat);
end
$$;
comment on function support_private.change_chat(uuid, text) is
  'Marks a chat viewed, archives or restores it: p_change is view, archive or unarchive.';
revoke execute on function support_private.change_chat(uuid, text) from public;
grant execute on function support_private.change_chat(uuid, text) to authenticated;

create function public.mark_support_chat_viewed(p_chat_id uuid)
returns public.support_chat_list_item
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'view')
$$;
comment on function public.mark_support_chat_viewed(uuid) is 'Stores that an agent has viewed the chat now. Agents only.';
revoke execute on function public.mark_support_chat_viewed(uuid) from public, anon;
grant execute on function public.mark_support_chat_viewed(uuid) to authenticated;

create function public.archive_support_chat(p_chat_id uuid)
returns public.support_chat_list_item
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'archive')
$$;
comment on function public.archive_support_chat(uuid) is
  'Archives a chat and ends its open conversation; the next message of customer or agent brings it back. Agents only.';
revoke execute on function public.archive_support_chat(uuid) from public, anon;
grant execute on function public.archive_support_chat(uuid) to authenticated;

create function public.unarchive_support_chat(p_chat_id uuid)
returns public.support_chat_list_item
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'unarchive')
$$;
comment on function public.unarchive_support_chat(uuid) is 'Brings a chat back from the archive. Agents only.';
revoke execute on function public.unarchive_support_chat(uuid) from public, anon;
grant execute on function public.unarchive_support_chat(uuid) to authenticated;
