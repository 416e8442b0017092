-- The status of team, queue and conversation for customers, and the data of the launcher's badge.
-- Creates: setting expected_reply_minutes; functions support_status, get_support_unread.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.support_settings
  add column expected_reply_minutes bigint check (expected_reply_minutes between 1 and 10080);
comment on column public.support_settings.expected_reply_minutes is
  'The expected reply time that customers see; null shows none.';
grant update (expected_reply_minutes) on table public.support_settings to authenticated;

create function support_private.queue_position(p_conversation public.support_conversations)
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select case when p_conversation.status = 'waiting' then (
    select count(*) + 1 from public.support_conversations v
    where v.status = 'waiting'
      and (v.priority > p_conversation.priority
        or (v.priority = p_conversation.priority and (v.queued_at, v.id) < (p_conversation.queued_at, p_conversation.id)))
  ) end
$$;
comment on function support_private.queue_position(public.support_conversations) is
  'The place of a waiting conversation in the queue, from 1.';
revoke execute on function support_private.queue_position(public.support_conversations) from public;

-- Definer: customers may not read team, settings and queue; this returns only selected fields.
create function support_private.status()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_open public.support_conversations;
  v_last public.support_conversations;
  v_is_agent boolean := support_private.is_agent();
  v_chat_id uuid := support_private.own_chat_id();
begin
  if v_chat_id is null and not v_is_agent and support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  select * into v_settings from public.support_settings;
  select * into v_open from public.support_conversations v
  where v.chat_id = v_chat_id and v.status <> 'ended';
  if v_open.id is null then
    select * into v_last from public.support_conversations v
    where v.chat_id = v_chat_id and v.user_deleted_at is null
    order by v.started_at desc limit 1;
  end if;
  return jsonb_build_object(
    'app_name', v_settings.app_name,
    -- is_online() is inlined, because a call for each agent would read the settings each time.
    'agents_online', exists (
      select from public.support_agents a
      where a.available and a.last_seen_at > clock_timestamp() - v_settings.agent_timeout
    ),
    'open', support_private.is_open_at(now()),
    'opens_at', case when not support_private.is_open_at(now()) then support_private.next_opening(now()) end,
    'expected_reply_minutes', v_settings.expected_reply_minutes,
    'emails_answers', v_settings.email_enabled,
    'conversation', case when coalesce(v_open.id, v_last.id) is not null then
      support_private.conversation_json(case when v_open.id is not null then v_open else v_last end)
    end,
    'queue_position', support_private.queue_position(v_open),
    'message_before_accept', v_settings.message_before_accept,
    'allow_view_history', v_settings.allow_view_history,
    'delete_history', v_settings.delete_history,
    'settings_version', v_settings.version,
    'is_staff', v_is_agent,
    'waiting_count', case when v_is_agent then
      (select count(*) from public.support_conversations v where v.status = 'waiting')
    end,
    'dashboard_url', case when v_is_agent then v_settings.dashboard_url end,
    'max_upload_mb', v_settings.max_upload_mb,
    'upload_types', v_settings.upload_types
  );
end
$$;
comment on function support_private.status() is 'Implements public.support_status.';
revoke execute on function support_private.status() from public;
grant execute on function support_private.status() to authenticated;

create function public.support_status()
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.status()
$$;
comment on function public.support_status() is
  'Whether an agent is online, the expected reply time, the caller''s conversation and place in the queue, and '
  'the customer''s options: {app_name, agents_online, open, opens_at, expected_reply_minutes, emails_answers, '
  'conversation, queue_position, message_before_accept, allow_view_history, delete_history, settings_version, '
  'is_staff, waiting_count, dashboard_url, max_upload_mb, upload_types}.';
revoke execute on function public.support_status() from public, anon;
grant execute on function public.support_status() to authenticated;

-- Definer: callers may not read the queue and the settings; this returns only selected fields.
create function support_private.badge()
returns table (
  chat_id uuid,
  last_seq bigint,
  awaiting_answer boolean,
  is_staff boolean,
  waiting_count bigint,
  dashboard_url text
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    c.id,
    coalesce(c.last_seq, 0),
    coalesce(c.last_user_message_at > now() - interval '30 minutes', false)
      or exists (
        select from public.support_conversations v
        where v.chat_id = c.id and v.status <> 'ended' and v.last_message_at > now() - interval '1 day'
      ),
    s.is_agent,
    case when s.is_agent then (select count(*) from public.support_conversations v where v.status = 'waiting') end,
    case when s.is_agent then (select t.dashboard_url from public.support_settings t) end
  from (select support_private.is_agent() as is_agent) s
  left join public.support_chats c on c.user_id = (select support_private.caller_id())
  where s.is_agent or c.id is not null
$$;
comment on function support_private.badge() is 'Implements public.get_support_unread.';
revoke execute on function support_private.badge() from public;
grant execute on function support_private.badge() to authenticated;

-- For agents, the launcher shows the number of waiting customers and a link to the dashboard.
create function public.get_support_unread()
returns table (
  chat_id uuid,
  unread_count integer,
  last_seq bigint,
  awaiting_answer boolean,
  is_staff boolean,
  waiting_count bigint,
  dashboard_url text
)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    b.chat_id,
    (
      select count(*)::integer from public.support_messages m
      where m.chat_id = b.chat_id and m.sender_type = 'admin' and m.read_at is null
    ),
    b.last_seq, b.awaiting_answer, b.is_staff, b.waiting_count, b.dashboard_url
  from support_private.badge() b
$$;
comment on function public.get_support_unread() is
  'For the launcher''s badge: the number of unread replies, and whether a reply is awaited (the caller wrote within half an '
  'hour, or an open conversation has a message of the last day). For agents, also the number of waiting conversations and '
  'the dashboard''s address. Returns no row without a chat, and creates nothing.';
revoke execute on function public.get_support_unread() from public, anon;
grant execute on function public.get_support_unread() to authenticated;
