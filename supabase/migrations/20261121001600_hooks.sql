-- Hooks: a team's own SQL functions, called in the transaction of what they hear of.
-- Creates: schema support_hooks (the team's: nothing of ours is in it); column support_faults.paused_until; in
--          support_private emit and its helpers; triggers support_chats_emit, support_messages_emit.
-- Undo:    drop the two triggers and the functions named below; apply open_conversation, transition_conversation,
--          escalate_conversation, rate_conversation, record_fault and support_on_conversation_event of the earlier migrations
--          again; alter table public.support_faults drop column paused_until; drop schema support_hooks if the team has
--          nothing in it.

set lock_timeout = '5s';
set statement_timeout = '60s';

create schema if not exists support_hooks;
comment on schema support_hooks is
  'Yours: functions that the support chat calls, such as support_hooks.message_created(data jsonb). See docs/hooks.md.';
revoke all on schema support_hooks from public;

-- Faults ---------------------------------------------------------------------------------------

alter table public.support_faults add column paused_until timestamptz;
comment on column public.support_faults.paused_until is
  'Until when a hook that took too long is not called; dismissing the fault calls it again at once.';

-- Whoever finds that another transaction is writing the same fault goes on without: nobody waits for a fault, and two that
-- record several cannot wait for each other.
create or replace function support_private.write_fault(p_source text, p_message text, p_paused_until timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if pg_try_advisory_xact_lock(hashtextextended('support_faults ' || left(p_source, 100), 0)) then
    insert into public.support_faults (source, message, paused_until)
    values (left(p_source, 100), left(p_message, 1000), p_paused_until)
    on conflict (source) do update
      set message = excluded.message, times = support_faults.times + 1, last_at = now(),
          paused_until = coalesce(excluded.paused_until, support_faults.paused_until);
  end if;
end
$$;
comment on function support_private.write_fault(text, text, timestamptz) is
  'Keeps a fault where staff see it, with the time until which its hook is not called. Never waits.';
revoke execute on function support_private.write_fault(text, text, timestamptz) from public;

create or replace function support_private.record_fault(p_source text, p_message text)
returns void
language sql
security definer
set search_path = ''
as $$
  select support_private.write_fault(p_source, p_message, null)
$$;

-- Calling --------------------------------------------------------------------------------------

-- Definer: what customers and agents do calls it alike, and the hook runs as the owner of the project. It also keeps a
-- hook from taking another role. lock_timeout: unlike statement_timeout, it can be set for a part of a statement.
create or replace function support_private.call_hook(p_hook regprocedure, p_event text, p_data jsonb)
returns void
language plpgsql
security definer
set search_path = ''
set lock_timeout = '1s'
as $$
declare
  c_budget constant interval := '1 second';
  c_pause constant interval := '10 minutes';
  -- What a hook may set, and what the rest of the transaction must not notice. lock_timeout and search_path are this
  -- function's own.
  c_kept constant text[] := array[
    'request.jwt.claims', 'request.jwt.claim.sub', 'request.jwt.claim.role', 'statement_timeout', 'row_security',
    'timezone', 'datestyle', 'intervalstyle', 'session_replication_role', 'support.hooks'
  ];
  v_source text := left(p_hook::regproc::text, 100);
  v_started timestamptz := clock_timestamp();
  v_before text[];
  v_fault text;
  v_cancelled boolean := false;
  v_took interval;
begin
  if exists (select from public.support_faults f where f.source = v_source and f.paused_until > v_started) then
    return;
  end if;
  select array_agg(coalesce(current_setting(k.name, true), '') order by k.n) into v_before
  from unnest(c_kept) with ordinality k (name, n);
  begin
    -- What a hook does calls no hook: one that writes a message would call itself for ever.
    perform set_config('support.hooks', 'inside', true);
    if p_hook::oid = to_regprocedure('support_hooks.on_event(text, jsonb)')::oid then
      execute format('select %s($1, $2)', p_hook::regproc) using p_event, p_data;
    else
      execute format('select %s($1)', p_hook::regproc) using p_data;
    end if;
  exception
    when query_canceled then
      v_cancelled := true;
    when assert_failure or others then
      v_fault := p_event || ': ' || sqlerrm;
  end;
  perform set_config(k.name, v_before[k.n], true)
  from unnest(c_kept) with ordinality k (name, n)
  where coalesce(current_setting(k.name, true), '') <> v_before[k.n];

  v_took := clock_timestamp() - v_started;
  if v_cancelled then
    -- A time-out fires once in a statement: nothing would end another hook in this one.
    perform set_config('support.hooks', 'off', true);
  end if;
  if v_cancelled or v_took > c_budget then
    perform support_private.write_fault(
      v_source,
      format(
        '%s: %s after %s s, and may take 1 s at most. It is not called until %s UTC, or until an admin resumes it.%s',
        p_event, case when v_cancelled then 'was cancelled' else 'ended' end,
        round(extract(epoch from v_took), 1), to_char((v_started + v_took + c_pause) at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
        ' ' || v_fault
      ),
      v_started + v_took + c_pause
    );
  elsif v_fault is not null then
    perform support_private.record_fault(v_source, v_fault);
  end if;
end
$$;
comment on function support_private.call_hook(regprocedure, text, jsonb) is
  'Calls one of the team''s functions. What it raises is kept in support_faults and stops nothing; one that takes longer than a '
  'second, or is cancelled, is not called for ten minutes.';
revoke execute on function support_private.call_hook(regprocedure, text, jsonb) from public;

create or replace function support_private.hooks_for(p_event text)
returns regprocedure[]
language sql
stable
security invoker
set search_path = ''
as $$
  select array_remove(
    array[
      to_regprocedure('support_hooks.' || replace(p_event, '.', '_') || '(jsonb)'),
      to_regprocedure('support_hooks.on_event(text, jsonb)')
    ],
    null
  )
$$;
comment on function support_private.hooks_for(text) is 'The team''s functions for an event: its own, and the one for all.';
revoke execute on function support_private.hooks_for(text) from public;

create or replace function support_private.call_hooks(p_event text, p_data jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_hook regprocedure;
begin
  foreach v_hook in array support_private.hooks_for(p_event) loop
    -- Inside a hook, or after one that was cancelled. Asked each time: the first one may be it.
    exit when coalesce(current_setting('support.hooks', true), '') <> '';
    perform support_private.call_hook(v_hook, p_event, p_data);
  end loop;
end
$$;
comment on function support_private.call_hooks(text, jsonb) is 'Calls the team''s functions for an event, unless one of them made it.';
revoke execute on function support_private.call_hooks(text, jsonb) from public;

-- Webhooks (the next migration) replace these two.
create or replace function support_private.is_heard(p_event text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.hooks_for(p_event) <> '{}'
$$;
comment on function support_private.is_heard(text) is 'Does anybody listen to this event? Asked before its data is put together.';
revoke execute on function support_private.is_heard(text) from public;

create or replace function support_private.emit(p_event text, p_data jsonb)
returns void
language sql
security definer
set search_path = ''
as $$
  select support_private.call_hooks(p_event, p_data)
$$;
comment on function support_private.emit(text, jsonb) is 'Tells an event to whoever listens, in this transaction. It never fails.';
revoke execute on function support_private.emit(text, jsonb) from public;

-- What is told -----------------------------------------------------------------------------------
-- Allow-lists: a new column does not leave the database by itself.

-- Definer: names and owners are read from tables that the caller may not read.
create or replace function support_private.conversation_event(
  p_event text,
  p_conversation public.support_conversations,
  p_previous_agent_id uuid
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'conversation_id', p_conversation.id,
    'chat_id', p_conversation.chat_id,
    'user_id', (select c.user_id from public.support_chats c where c.id = p_conversation.chat_id),
    'status', p_conversation.status,
    'priority', p_conversation.priority,
    'agent_id', p_conversation.agent_id,
    'agent_name', (select a.display_name from public.support_agents a where a.user_id = p_conversation.agent_id),
    'started_at', p_conversation.started_at,
    'queued_at', p_conversation.queued_at,
    'accepted_at', p_conversation.accepted_at,
    'ended_at', p_conversation.ended_at,
    'ended_by', p_conversation.ended_by,
    'rating', p_conversation.rating,
    'feedback', p_conversation.feedback,
    'rated_at', p_conversation.rated_at
  )
  || case when p_event in ('conversation.transferred', 'conversation.requeued')
    then jsonb_build_object('previous_agent_id', p_previous_agent_id) else '{}' end
  || case when p_event = 'conversation.ended' then jsonb_build_object('summary', jsonb_build_object(
    'waited_seconds', round(extract(epoch from coalesce(p_conversation.accepted_at, p_conversation.ended_at) - p_conversation.started_at)),
    'duration_seconds', round(extract(epoch from p_conversation.ended_at - p_conversation.started_at)),
    'message_count', (
      select count(*) from public.support_messages m
      where m.conversation_id = p_conversation.id and m.sender_type <> 'system'
    ),
    'ended_by', p_conversation.ended_by,
    'rating', p_conversation.rating
  )) else '{}' end
$$;
comment on function support_private.conversation_event(text, public.support_conversations, uuid) is 'A conversation as hooks and webhooks are told of it.';
revoke execute on function support_private.conversation_event(text, public.support_conversations, uuid) from public;

create or replace function support_private.emit_conversation(
  p_event text,
  p_conversation public.support_conversations,
  p_previous_agent_id uuid default null
)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  if not support_private.is_heard(p_event) then
    return p_conversation;
  end if;
  perform support_private.emit(p_event, support_private.conversation_event(p_event, p_conversation, p_previous_agent_id));
  select * into v_conversation from public.support_conversations v where v.id = p_conversation.id;
  return case when found then v_conversation else p_conversation end;
end
$$;
comment on function support_private.emit_conversation(text, public.support_conversations, uuid) is
  'Tells a move of a conversation, and returns the conversation as it stands after the hooks.';
revoke execute on function support_private.emit_conversation(text, public.support_conversations, uuid) from public;

create or replace function support_private.emit_message()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if support_private.is_heard('message.created') then
    perform support_private.emit('message.created', jsonb_build_object(
      'chat_id', new.chat_id,
      'user_id', (select c.user_id from public.support_chats c where c.id = new.chat_id),
      'conversation_id', new.conversation_id,
      'message', support_private.message_json(new)
    ));
  end if;
  return null;
end
$$;
comment on function support_private.emit_message() is 'Tells the event message.created.';
revoke execute on function support_private.emit_message() from public;

-- Triggers fire in the order of their names: after the announcement.
create trigger support_messages_emit
after insert on public.support_messages
for each row execute function support_private.emit_message();

create or replace function support_private.emit_chat()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if support_private.is_heard('chat.created') then
    perform support_private.emit('chat.created', jsonb_build_object(
      'chat_id', new.id, 'user_id', new.user_id, 'created_at', new.created_at
    ));
  end if;
  return null;
end
$$;
comment on function support_private.emit_chat() is 'Tells the event chat.created.';
revoke execute on function support_private.emit_chat() from public;

create trigger support_chats_emit
after insert on public.support_chats
for each row execute function support_private.emit_chat();

-- Where conversations move -----------------------------------------------------------------------
-- As before; the event comes before the announcement, so that what a hook changes is announced with it.

create or replace function support_private.open_conversation(p_chat_id uuid, p_context jsonb)
returns public.support_conversations
language plpgsql
security definer
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
  -- An answer that opens one counts as an answer.
  if exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = support_private.caller_id()) then
    perform support_private.use_allowance('conversation');
  end if;
  -- The clock is read after the lock was taken, and may have been set back: the newest conversation has the latest time.
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
  perform support_private.say(v_conversation, (select s.welcome_message from public.support_settings s));
  v_conversation := support_private.emit_conversation('conversation.started', v_conversation);
  perform support_private.announce_conversation(v_conversation);
  return v_conversation;
end
$$;

create or replace function support_private.transition_conversation(
  p_conversation_id uuid,
  p_to public.support_conversation_status,
  p_agent_id uuid default null,
  p_ended_by public.support_conversation_end default null
)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_from public.support_conversations;
  v_to public.support_conversations;
  v_now timestamptz;
begin
  select * into v_from from public.support_conversations v where v.id = p_conversation_id for update;
  if not found then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  if (v_from.status, p_to) not in (
    ('waiting', 'active'), ('waiting', 'ended'), ('active', 'waiting'), ('active', 'active'), ('active', 'ended')
  ) then
    perform support_private.fail(409, 'support_bad_transition', v_from.status || ' to ' || p_to);
  end if;

  -- One time for all, and none before what happened earlier, even if the clock was set back.
  v_now := greatest(clock_timestamp(), v_from.started_at, v_from.queued_at, v_from.accepted_at, v_from.last_message_at);
  update public.support_conversations v
  set status = p_to,
      agent_id = case p_to when 'waiting' then null when 'active' then p_agent_id else v.agent_id end,
      accepted_at = case when p_to = 'active' then coalesce(v.accepted_at, v_now) else v.accepted_at end,
      queued_at = case when p_to = 'waiting' then v_now else v.queued_at end,
      ended_at = case when p_to = 'ended' then v_now end,
      ended_by = case when p_to = 'ended' then p_ended_by end,
      ended_by_id = case when p_to = 'ended' and p_ended_by <> 'inactivity' then support_private.caller_id() end
  where v.id = p_conversation_id
  returning * into v_to;

  if p_to = 'active' and p_agent_id is distinct from v_from.agent_id then
    update public.support_agents a set last_assigned_at = v_now where a.user_id = p_agent_id;
  end if;
  if p_to = 'ended' then
    perform support_private.say(v_to, (select s.end_message from public.support_settings s));
  end if;
  v_to := support_private.emit_conversation(
    case
      when p_to = 'ended' then 'conversation.ended'
      when p_to = 'waiting' then 'conversation.requeued'
      when v_from.status = 'waiting' then 'conversation.accepted'
      else 'conversation.transferred'
    end,
    v_to,
    v_from.agent_id
  );
  perform support_private.announce_conversation(v_to);
  return v_to;
end
$$;

create or replace function support_private.escalate_conversation(p_conversation_id uuid, p_priority integer)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_staff();
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

create or replace function support_private.rate_conversation(p_conversation_id uuid, p_rating integer, p_feedback text)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not support_private.is_own_conversation(p_conversation_id) then
    perform support_private.fail(404, 'support_conversation_not_found');
  elsif p_rating is null or p_rating not between 1 and 5 then
    perform support_private.fail(400, 'support_rating_invalid', 'From 1 to 5');
  elsif char_length(p_feedback) > 1000 then
    perform support_private.fail(400, 'support_feedback_too_long', char_length(p_feedback) || ' characters, at most 1000');
  end if;
  perform support_private.use_allowance('rating');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  if v_conversation.agent_id = support_private.caller_id() then
    perform support_private.fail(403, 'support_own_conversation', 'Nobody rates themself');
  elsif v_conversation.status <> 'ended' then
    perform support_private.fail(409, 'support_conversation_open', 'Only an ended conversation can be rated');
  elsif v_conversation.rating is not null then
    perform support_private.fail(409, 'support_already_rated');
  elsif v_conversation.user_deleted_at is not null then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  update public.support_conversations v
  set rating = p_rating,
      feedback = nullif(btrim(p_feedback, support_private.blank_characters()), ''),
      rated_at = greatest(clock_timestamp(), v.ended_at)
  where v.id = p_conversation_id
  returning * into v_conversation;
  v_conversation := support_private.emit_conversation('conversation.rated', v_conversation);
  perform support_private.announce_conversation(v_conversation);
  return v_conversation;
end
$$;

-- Its events are those of support_hooks now.
drop function support_private.call_hook(text, uuid);
drop function public.support_on_conversation_event(text, uuid);
