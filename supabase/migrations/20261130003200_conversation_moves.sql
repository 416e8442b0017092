-- Starting, ending and escalating a conversation.
-- Creates: functions start_support_conversation, end_support_conversation, escalate_support_conversation and, in
--          support_private, open_conversation, end_inactive_conversations; the trigger
--          support_chats_end_archived_conversation.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Starting -----------------------------------------------------------------------------------------

-- Each action of a customer on a conversation is broadcast to every open dashboard.
insert into support_private.limits (action, amount, period) values
  ('start', 60, '1 minute'),
  ('conversation', 30, '1 hour'),
  ('end_conversation', 60, '1 hour');

create function support_private.clean_context(p_context jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_context is null or jsonb_typeof(p_context) = 'null' then
    return '{}';
  end if;
  if jsonb_typeof(p_context) <> 'object' or octet_length(p_context::text) > 8192 then
    perform support_private.fail(400, 'support_context_invalid', 'An object of at most 8192 bytes');
  elsif jsonb_path_exists(p_context, 'strict $.**{17}') then
    perform support_private.fail(400, 'support_context_invalid', 'At most 16 levels deep');
  end if;
  return p_context;
end
$$;
comment on function support_private.clean_context(jsonb) is 'Checks the context that a page sent. Raises support_context_invalid.';
revoke execute on function support_private.clean_context(jsonb) from public;

-- The caller holds the lock of the chat's row, so that two tabs open only one conversation. The event is emitted before the
-- broadcast, so that the broadcast contains the changes of hooks.
create function support_private.open_conversation(p_chat_id uuid, p_context jsonb)
returns public.support_conversations
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
  v_now timestamptz;
begin
  select * into v_conversation
  from public.support_conversations v
  where v.chat_id = p_chat_id and v.status <> 'ended';
  if found then
    return v_conversation;
  end if;
  -- An agent's message that opens a conversation counts as a reply only.
  if exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = support_private.caller_id()) then
    perform support_private.use_allowance('conversation');
  end if;
  -- The clock is read after taking the lock. Even if it was set back, the newest conversation must have the latest time.
  v_now := greatest(
    clock_timestamp(),
    (
      select v.started_at + interval '1 microsecond' from public.support_conversations v
      where v.chat_id = p_chat_id order by v.started_at desc limit 1
    )
  );
  insert into public.support_conversations (chat_id, user_snapshot, started_at, queued_at, last_message_at)
  values (p_chat_id, support_private.clean_context(p_context), v_now, v_now, v_now)
  returning * into v_conversation;
  perform support_private.write_system_message(v_conversation, (select s.welcome_message from public.support_settings s));
  v_conversation := support_private.emit_conversation('conversation.started', v_conversation);
  perform support_private.announce_conversation(v_conversation);
  return v_conversation;
end
$$;
comment on function support_private.open_conversation(uuid, jsonb) is
  'Returns the chat''s open conversation; without one, opens one and writes the welcome message.';
revoke execute on function support_private.open_conversation(uuid, jsonb) from public;

-- Definer: no client may write conversations.
create function support_private.start_conversation(p_context jsonb)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats := support_private.get_or_create_chat();
  v_conversation public.support_conversations;
begin
  perform support_private.use_allowance('start');
  perform from public.support_chats c where c.id = v_chat.id for update;
  -- A chat with a waiting customer must be in the inbox, even before a message, and not in the archive.
  update public.support_chats c
  set archived_at = null, last_message_at = coalesce(c.last_message_at, clock_timestamp())
  where c.id = v_chat.id and (c.archived_at is not null or c.last_message_at is null);
  v_conversation := support_private.open_conversation(v_chat.id, p_context);
  if v_conversation.user_snapshot = '{}' and support_private.clean_context(p_context) <> '{}' then
    -- The first message opened the conversation before the page sent its context.
    update public.support_conversations v set user_snapshot = support_private.clean_context(p_context)
    where v.id = v_conversation.id
    returning * into v_conversation;
  end if;
  return support_private.after_opening(v_conversation);
end
$$;
comment on function support_private.start_conversation(jsonb) is 'Implements public.start_support_conversation.';
revoke execute on function support_private.start_conversation(jsonb) from public;
grant execute on function support_private.start_conversation(jsonb) to authenticated;

create function public.start_support_conversation(p_context jsonb default '{}')
returns public.support_conversation_state
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.conversation_state(support_private.start_conversation(p_context))
$$;
comment on function public.start_support_conversation(jsonb) is
  'Opens a conversation in the caller''s chat, or returns the open one. p_context: page, locale, name and the app''s own fields, '
  'at most 8 kB, stored as untrusted text. Errors: support_context_invalid (400).';
revoke execute on function public.start_support_conversation(jsonb) from public, anon;
grant execute on function public.start_support_conversation(jsonb) to authenticated;

-- Ending -------------------------------------------------------------------------------------------

-- Definer: no client may write conversations.
create function support_private.end_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_by public.support_conversation_end;
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  v_by := case
    when support_private.is_own_conversation(p_conversation_id) then 'user'
    when support_private.is_agent() then 'staff'
  end;
  if v_by is null then -- the same error as for a conversation that does not exist
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  perform support_private.use_allowance(case v_by when 'user' then 'end_conversation' else 'agent_action' end);
  v_conversation := support_private.lock_conversation(p_conversation_id);
  if v_by = 'staff' then
    perform support_private.require_charge(v_conversation);
  end if;
  return support_private.transition_conversation(p_conversation_id, 'ended', null, v_by);
end
$$;
comment on function support_private.end_conversation(uuid) is 'Implements public.end_support_conversation.';
revoke execute on function support_private.end_conversation(uuid) from public;
grant execute on function support_private.end_conversation(uuid) to authenticated;

create function public.end_support_conversation(p_conversation_id uuid)
returns public.support_conversation_state
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.conversation_state(support_private.end_conversation(p_conversation_id))
$$;
comment on function public.end_support_conversation(uuid) is
  'Ends an open conversation, by its customer or by an agent. Errors: support_conversation_not_found (404), '
  'support_bad_transition (409).';
revoke execute on function public.end_support_conversation(uuid) from public, anon;
grant execute on function public.end_support_conversation(uuid) to authenticated;

create function support_private.end_inactive_conversations(p_batch integer default 500)
returns integer
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_minutes bigint := (select s.inactivity_minutes from public.support_settings s);
  v_id uuid;
  v_conversation public.support_conversations;
  v_ended integer := 0;
begin
  if v_minutes is null then
    return 0;
  end if;
  for v_id in
    select v.id
    from public.support_conversations v
    -- now() instead of clock_timestamp(), because only a stable expression can use the index.
    where v.status <> 'ended' and v.last_message_at < now() - make_interval(mins => v_minutes::integer)
    order by v.last_message_at
    limit p_batch
  loop
    v_conversation := support_private.try_lock_conversation(v_id);
    -- A message may have arrived, or the conversation may have ended, since the query.
    if v_conversation.status <> 'ended'
      and v_conversation.last_message_at < clock_timestamp() - make_interval(mins => v_minutes::integer)
    then
      perform support_private.transition_conversation(v_id, 'ended', null, 'inactivity');
      v_ended := v_ended + 1;
    end if;
  end loop;
  return v_ended;
end
$$;
comment on function support_private.end_inactive_conversations(integer) is
  'Ends conversations without a message for longer than the settings allow; returns how many.';
revoke execute on function support_private.end_inactive_conversations(integer) from public;

-- Definer: no client may write conversations. A customer who waits in an archived chat would be overlooked, so archiving ends the
-- open conversation.
create function support_private.end_archived_conversation()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_open uuid;
begin
  select v.id into v_open from public.support_conversations v where v.chat_id = new.id and v.status <> 'ended';
  if found then
    perform support_private.transition_conversation(v_open, 'ended', null, 'archive');
  end if;
  return null;
end
$$;
comment on function support_private.end_archived_conversation() is
  'Ends the open conversation of a chat that is archived.';
revoke execute on function support_private.end_archived_conversation() from public;

create trigger support_chats_end_archived_conversation
after update of archived_at on public.support_chats
for each row
when (old.archived_at is null and new.archived_at is not null)
execute function support_private.end_archived_conversation();

-- Escalating ---------------------------------------------------------------------------------------

-- Definer: no client may write conversations.
create function support_private.escalate_conversation(p_conversation_id uuid, p_priority integer)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if p_priority is null or p_priority not between 0 and 9 then
    perform support_private.fail(400, 'support_priority_invalid', 'From 0 to 9');
  elsif v_conversation.status = 'ended' then
    perform support_private.fail(409, 'support_bad_transition', 'The conversation has ended');
  end if;
  update public.support_conversations v set priority = p_priority
  where v.id = p_conversation_id
  returning * into v_conversation;
  v_conversation := support_private.emit_conversation('conversation.escalated', v_conversation);
  perform support_private.announce_conversation(v_conversation);
  return v_conversation;
end
$$;
comment on function support_private.escalate_conversation(uuid, integer) is 'Implements public.escalate_support_conversation.';
revoke execute on function support_private.escalate_conversation(uuid, integer) from public;
grant execute on function support_private.escalate_conversation(uuid, integer) to authenticated;

create function public.escalate_support_conversation(p_conversation_id uuid, p_priority integer default 1)
returns public.support_conversations
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.escalate_conversation(p_conversation_id, p_priority)
$$;
comment on function public.escalate_support_conversation(uuid, integer) is
  'Sets the priority of an open conversation (0 is normal, 9 the most urgent), which orders the queue. Agents only. Errors: '
  'support_priority_invalid (400), support_conversation_not_found (404), support_bad_transition (409), support_forbidden (403).';
revoke execute on function public.escalate_support_conversation(uuid, integer) from public, anon;
grant execute on function public.escalate_support_conversation(uuid, integer) to authenticated;
