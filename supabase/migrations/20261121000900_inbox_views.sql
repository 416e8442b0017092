-- Inbox views: mine, waiting, open, ended; who has a chat and how long it has waited.
-- Creates: columns of support_chats that follow the newest conversation, their indexes and trigger; attributes of
--          support_chat_list_item; list_support_chats with p_view; get_support_inbox_counts with the views.
-- Undo:    drop the trigger support_conversations_follow and the added columns; apply the inbox migration again.

-- The tables come with this same release: they are empty or as good as, and nothing else waits for them.
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation
set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.support_chats
  -- Kept by trigger from the newest conversation, so that the inbox is one index scan.
  add column conversation_id uuid references public.support_conversations (id) on delete set null,
  add column conversation_status public.support_conversation_status,
  add column agent_id uuid references public.support_agents (user_id) on delete set null,
  add column waiting_since timestamptz,
  add column priority bigint not null default 0;

create index support_chats_conversation_id_idx on public.support_chats (conversation_id);
create index support_chats_agent_id_idx on public.support_chats (agent_id, last_message_at desc, id desc)
where conversation_status = 'active';
create index support_chats_agent_idx on public.support_chats (agent_id);
create index support_chats_waiting_idx on public.support_chats (last_message_at desc, id desc) where conversation_status = 'waiting';
create index support_chats_open_idx on public.support_chats (last_message_at desc, id desc)
where conversation_status in ('waiting', 'active');
create index support_chats_ended_idx on public.support_chats (last_message_at desc, id desc) where conversation_status = 'ended';

create or replace function support_private.follow_conversation()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- While an account is deleted, the agent may be gone already and the conversation not yet know.
  v_agent_id uuid := (select a.user_id from public.support_agents a where a.user_id = new.agent_id);
  v_waiting_since timestamptz := case when new.status = 'waiting' then new.queued_at end;
begin
  update public.support_chats c
  set conversation_id = new.id,
      conversation_status = new.status,
      agent_id = v_agent_id,
      waiting_since = v_waiting_since,
      priority = new.priority,
      -- Archiving ends the open conversation; one that is open brings the chat back.
      archived_at = case when new.status = 'ended' then c.archived_at end
  where c.id = new.chat_id
    and (c.conversation_id is null or c.conversation_id = new.id or new.status <> 'ended')
    and (
      (c.conversation_id, c.conversation_status, c.agent_id, c.waiting_since, c.priority)
      is distinct from (new.id, new.status, v_agent_id, v_waiting_since, new.priority)
      or new.status <> 'ended' and c.archived_at is not null
    );
  return null;
end
$$;
comment on function support_private.follow_conversation() is 'Keeps what the inbox shows of a chat''s newest conversation.';
revoke execute on function support_private.follow_conversation() from public;

create trigger support_conversations_follow
after insert or update on public.support_conversations
for each row execute function support_private.follow_conversation();

alter type public.support_chat_list_item
  add attribute conversation_id uuid,
  add attribute conversation_status public.support_conversation_status,
  add attribute agent_id uuid,
  add attribute agent_name text,
  add attribute waiting_since timestamptz,
  add attribute priority bigint;

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
    p_chat.unread, p_chat.archived_at is not null, p_chat.admin_viewed_at, p_chat.created_at,
    p_chat.conversation_id, p_chat.conversation_status, p_chat.agent_id,
    (select a.display_name from public.support_agents a where a.user_id = p_chat.agent_id),
    p_chat.waiting_since, p_chat.priority
  )::public.support_chat_list_item
  from auth.users u
  where u.id = p_chat.user_id
$$;

create type public.support_inbox_view as enum ('active', 'mine', 'waiting', 'open', 'ended', 'archived');

drop function public.list_support_chats(boolean, text, jsonb, integer);
drop function support_private.list_chat_items(boolean, text, jsonb, integer);
drop function support_private.list_chats(boolean, text, timestamptz, uuid, integer);

-- Definer: search looks into auth.users. The view is written into the statement, so that each uses its own index.
create or replace function support_private.list_chats(
  p_view public.support_inbox_view,
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
            or u.raw_user_meta_data ->> ''full_name'' ilike $4
            or u.raw_user_meta_data ->> ''name'' ilike $4
        )
        or c.id in (select m.chat_id from public.support_messages m where m.content ilike $4)
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
  'A page of chats that have messages, newest first, after a cursor; with a search, those whose person or messages match.';
revoke execute on function support_private.list_chats(public.support_inbox_view, text, timestamptz, uuid, integer) from public;

-- A search reads far more than a page of the inbox does. People type: the dashboard searches at most four times a second.
insert into support_private.limits (action, amount, period) values ('search', 120, '1 minute');

-- Definer: as list_chats(); it checks who calls.
create or replace function support_private.list_chat_items(
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
  perform support_private.require_staff();
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
  -- Half a cursor would begin again at the top, and a client that pages would never end.
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
comment on function support_private.list_chat_items(public.support_inbox_view, text, jsonb, integer) is 'Works for public.list_support_chats.';
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
  'The inbox, newest first, at most 200 rows. p_view is active, archived, mine, waiting, open or ended; p_before is the cursor '
  '{"last_message_at", "id"} of the last row of the page before; p_search finds people and messages. Staff only: support_forbidden (403).';
revoke execute on function public.list_support_chats(boolean, text, jsonb, integer, public.support_inbox_view) from public, anon;
grant execute on function public.list_support_chats(boolean, text, jsonb, integer, public.support_inbox_view) to authenticated;

-- Definer: under row level security a count reads the rows; without it, the indexes of the views.
create or replace function support_private.inbox_counts()
returns table (active bigint, archived bigint, unread bigint, mine bigint, waiting bigint, open bigint)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.require_staff();
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
comment on function support_private.inbox_counts() is 'Works for public.get_support_inbox_counts.';
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
comment on function public.get_support_inbox_counts() is 'How many chats each view of the inbox has, and how many are unread. Staff only: support_forbidden (403).';
revoke execute on function public.get_support_inbox_counts() from public, anon;
grant execute on function public.get_support_inbox_counts() to authenticated;
