-- Notices to one agent, in the dashboard.
-- Creates: type support_notice; functions list_support_notices, support_notify_agent.

set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_notice as (
  id uuid,
  chat_id uuid,
  conversation_id uuid,
  user_email text,
  preview text,
  note text,
  created_at timestamptz
);
comment on type public.support_notice is
  'A notice for one agent: a conversation was assigned to them, or (with a note) needs their attention.';

-- Definer: it writes the outbox and broadcasts.
create function support_private.notify_agent(p_user_id uuid, p_conversation_id uuid, p_note text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_note text := nullif(btrim(p_note, support_private.blank_characters()), '');
  v_chat_id uuid := (select v.chat_id from public.support_conversations v where v.id = p_conversation_id);
  v_id uuid;
begin
  if v_chat_id is null then
    perform support_private.fail(404, 'support_conversation_not_found');
  elsif not exists (select from public.support_agents a where a.user_id = p_user_id) then
    perform support_private.fail(404, 'support_agent_not_found');
  elsif char_length(v_note) > 500 then
    perform support_private.fail(400, 'support_note_too_long', 'At most 500 characters');
  end if;
  insert into public.support_notifications (
    kind, chat_id, conversation_id, agent_id, note, status, due_at, sent_at, attempts, created_at
  )
  values (
    'staff_assigned', v_chat_id, p_conversation_id, p_user_id, v_note, 'sent', now(), now(), 1, clock_timestamp()
  )
  returning id into v_id;
  insert into public.support_notification_attempts (notification_id, attempt, outcome) values (v_id, 1, 'sent');
  -- A dashboard that misses this broadcast finds the row.
  perform support_private.broadcast(
    'support_agent:' || p_user_id, 'notice', jsonb_build_object('chat_id', v_chat_id, 'notice', to_jsonb(i))
  )
  from support_private.notices_of(p_user_id, null, v_id) i;
  return v_id;
end
$$;
comment on function support_private.notify_agent(uuid, uuid, text) is
  'Shows a notice about a conversation in the dashboard of one agent, and stores it.';
revoke execute on function support_private.notify_agent(uuid, uuid, text) from public;
grant execute on function support_private.notify_agent(uuid, uuid, text) to service_role;

create function support_private.notices_of(p_user_id uuid, p_after timestamptz, p_id uuid)
returns setof public.support_notice
language sql
stable
security invoker
set search_path = ''
as $$
  select
    n.id, n.chat_id, n.conversation_id, (select u.email from auth.users u where u.id = c.user_id),
    c.last_message_preview, n.note, n.created_at
  from public.support_notifications n
  join public.support_conversations v on v.id = n.conversation_id
  join public.support_chats c on c.id = n.chat_id
  where n.agent_id = p_user_id and n.kind = 'staff_assigned'
    and (n.id = p_id or p_id is null and n.created_at > p_after)
    -- Skip assignments of conversations that the agent no longer has.
    and (p_id is not null or n.note is not null or v.status = 'active' and v.agent_id = p_user_id)
  order by n.created_at, n.id
  limit 100
$$;
comment on function support_private.notices_of(uuid, timestamptz, uuid) is
  'The notices of an agent after a time, oldest first; or one notice by its id.';
revoke execute on function support_private.notices_of(uuid, timestamptz, uuid) from public;

-- Definer: only the owner may execute notices_of().
create function support_private.list_notices(p_after timestamptz)
returns setof public.support_notice
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return query
    select n.* from support_private.notices_of(support_private.caller_id(), coalesce(p_after, now() - interval '10 minutes'), null) n;
end
$$;
comment on function support_private.list_notices(timestamptz) is 'Implements public.list_support_notices.';
revoke execute on function support_private.list_notices(timestamptz) from public;
grant execute on function support_private.list_notices(timestamptz) to authenticated;

create function public.list_support_notices(p_after timestamptz default null)
returns setof public.support_notice
language sql
stable
security invoker
set search_path = ''
as $$
  select * from support_private.list_notices(p_after)
$$;
comment on function public.list_support_notices(timestamptz) is
  'The calling agent''s notices after a time (by default of the last ten minutes), oldest first, at most 100. Call it in case '
  'a broadcast on support_agent:<user_id> was missed. Agents only. Errors: support_forbidden (403).';
revoke execute on function public.list_support_notices(timestamptz) from public, anon;
grant execute on function public.list_support_notices(timestamptz) to authenticated;

create function public.support_notify_agent(p_user_id uuid, p_conversation_id uuid, p_note text default null)
returns uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.notify_agent(p_user_id, p_conversation_id, p_note)
$$;
comment on function public.support_notify_agent(uuid, uuid, text) is
  'For hooks, the SQL editor and the secret key: shows one agent a notice about a conversation in their dashboard, with '
  'a note of at most 500 characters; returns the notice''s id. Errors: support_agent_not_found, support_conversation_not_found (404), '
  'support_note_too_long (400).';
revoke execute on function public.support_notify_agent(uuid, uuid, text) from public, anon, authenticated;
grant execute on function public.support_notify_agent(uuid, uuid, text) to service_role;
