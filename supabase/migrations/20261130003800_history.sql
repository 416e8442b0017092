-- Rating and history: customers rate ended conversations with 1 to 5, read earlier conversations, and may delete them.
-- Creates: functions rate_support_conversation, delete_support_conversation, list_support_conversations.

set lock_timeout = '5s';
set statement_timeout = '60s';

insert into support_private.limits (action, amount, period) values
  ('rating', 30, '1 hour'),
  ('deletion', 100, '1 hour');

-- Definer: no client may write conversations.
create function support_private.rate_conversation(p_conversation_id uuid, p_rating integer, p_feedback text)
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
    perform support_private.fail(403, 'support_own_conversation', 'Agents cannot rate themselves');
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
comment on function support_private.rate_conversation(uuid, integer, text) is 'Implements public.rate_support_conversation.';
revoke execute on function support_private.rate_conversation(uuid, integer, text) from public;
grant execute on function support_private.rate_conversation(uuid, integer, text) to authenticated;

create function public.rate_support_conversation(p_conversation_id uuid, p_rating integer, p_feedback text default null)
returns public.support_conversation_state
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.conversation_state(support_private.rate_conversation(p_conversation_id, p_rating, p_feedback))
$$;
comment on function public.rate_support_conversation(uuid, integer, text) is
  'Rates an ended conversation of the caller, once, with 1 to 5 and a comment of at most 1,000 characters. Errors: '
  'support_rating_invalid, support_feedback_too_long (400), support_conversation_not_found (404), support_conversation_open, '
  'support_already_rated (409).';
revoke execute on function public.rate_support_conversation(uuid, integer, text) from public, anon;
grant execute on function public.rate_support_conversation(uuid, integer, text) to authenticated;

-- The chat's preview must not show erased text.
create function support_private.refresh_preview(p_chat_id uuid)
returns void
language sql
security invoker
set search_path = ''
as $$
  update public.support_chats c
  set (last_message_preview, last_message_sender) = (
        select support_private.preview(support_private.message_text(m), 100), m.sender_type
        from public.support_messages m
        where m.chat_id = c.id and m.sender_type <> 'system'
        order by m.seq desc limit 1
      ),
      message_count = (
        select count(*) from public.support_messages m where m.chat_id = c.id and m.sender_type <> 'system'
      )
  where c.id = p_chat_id
$$;
comment on function support_private.refresh_preview(uuid) is
  'Sets a chat''s preview and count from its remaining messages.';
revoke execute on function support_private.refresh_preview(uuid) from public;

-- Definer: customers may not write conversations or delete messages.
create function support_private.delete_conversation(p_conversation_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_mode public.support_history_deletion := (select s.delete_history from public.support_settings s);
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not support_private.is_own_conversation(p_conversation_id) then
    perform support_private.fail(404, 'support_conversation_not_found');
  elsif v_mode = 'off' then
    perform support_private.fail(403, 'support_forbidden', 'Deleting history is off');
  end if;
  perform support_private.use_allowance('deletion');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  if v_conversation.status <> 'ended' then
    perform support_private.fail(409, 'support_conversation_open', 'Only an ended conversation can be deleted');
  elsif v_conversation.user_deleted_at is not null then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  update public.support_conversations v set user_deleted_at = clock_timestamp() where v.id = p_conversation_id;
  if v_mode = 'erase' then
    -- Texts are deleted; times and ratings stay for the reports.
    delete from public.support_messages m where m.conversation_id = p_conversation_id;
    update public.support_conversations v set user_snapshot = '{}', feedback = null where v.id = p_conversation_id;
    delete from public.support_webhook_deliveries d
    where d.chat_id = v_conversation.chat_id and d.payload #>> '{data,conversation_id}' = p_conversation_id::text;
    perform support_private.refresh_preview(v_conversation.chat_id);
  end if;
  -- Remove now, not at the commit, so that the broadcasts below stay.
  perform support_private.forget_broadcasts();
  if v_mode = 'erase' then
    -- Update the preview in open dashboards.
    perform support_private.broadcast_chat_updated(item)
    from public.support_chats c cross join lateral support_private.list_item(c) item
    where c.id = v_conversation.chat_id;
  end if;
  perform support_private.broadcast(
    'support_chat:' || v_conversation.chat_id, 'conversation_deleted',
    jsonb_build_object('chat_id', v_conversation.chat_id, 'conversation_id', p_conversation_id)
  );
end
$$;
comment on function support_private.delete_conversation(uuid) is 'Implements public.delete_support_conversation.';
revoke execute on function support_private.delete_conversation(uuid) from public;
grant execute on function support_private.delete_conversation(uuid) to authenticated;

create function public.delete_support_conversation(p_conversation_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.delete_conversation(p_conversation_id)
$$;
comment on function public.delete_support_conversation(uuid) is
  'Deletes an ended conversation of the caller, as the settings say: hidden from the customer, or erased for everyone. Errors: '
  'support_forbidden (403) when deletion is off, support_conversation_not_found (404), support_conversation_open (409).';
revoke execute on function public.delete_support_conversation(uuid) from public, anon;
grant execute on function public.delete_support_conversation(uuid) to authenticated;

-- Definer: customers may not read the agents' names. Customers get their own conversations that are not hidden, agents those of
-- any chat.
create function support_private.list_conversations(p_chat_id uuid, p_before timestamptz, p_limit integer)
returns table (
  id uuid, chat_id uuid, status public.support_conversation_status, agent_id uuid, agent_name text,
  started_at timestamptz, accepted_at timestamptz, first_response_at timestamptz, ended_at timestamptz,
  ended_by public.support_conversation_end, rating bigint, feedback text, page text, priority bigint,
  user_snapshot jsonb, user_deleted_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_is_agent boolean := support_private.is_agent();
  v_own_chat_id uuid := support_private.own_chat_id();
  v_chat_id uuid := coalesce(p_chat_id, v_own_chat_id);
  v_hidden uuid[] := case when v_is_agent then '{}' else support_private.hidden_conversation_ids() end;
begin
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not v_is_agent and v_chat_id is distinct from v_own_chat_id then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  return query
    select
      v.id, v.chat_id, v.status, v.agent_id,
      (select a.display_name from public.support_agents a where a.user_id = v.agent_id),
      v.started_at, v.accepted_at, case when v_is_agent then v.first_response_at end, v.ended_at, v.ended_by, v.rating, v.feedback,
      -- Columns for agents only.
      case when v_is_agent then v.page end, case when v_is_agent then v.priority end, case when v_is_agent then v.user_snapshot end,
      case when v_is_agent then v.user_deleted_at end
    from public.support_conversations v
    where v.chat_id = v_chat_id
      and v.id <> all (v_hidden)
      and (p_before is null or v.started_at < p_before)
    order by v.started_at desc
    limit least(greatest(coalesce(p_limit, 20), 1), 100);
end
$$;
comment on function support_private.list_conversations(uuid, timestamptz, integer) is
  'Implements public.list_support_conversations.';
revoke execute on function support_private.list_conversations(uuid, timestamptz, integer) from public;
grant execute on function support_private.list_conversations(uuid, timestamptz, integer) to authenticated;

create function public.list_support_conversations(
  p_chat_id uuid default null,
  p_before timestamptz default null,
  p_limit integer default 20
)
returns table (
  id uuid, chat_id uuid, status public.support_conversation_status, agent_id uuid, agent_name text,
  started_at timestamptz, accepted_at timestamptz, first_response_at timestamptz, ended_at timestamptz,
  ended_by public.support_conversation_end, rating bigint, feedback text, page text, priority bigint,
  user_snapshot jsonb, user_deleted_at timestamptz
)
language sql
stable
security invoker
set search_path = ''
as $$
  select * from support_private.list_conversations(p_chat_id, p_before, p_limit)
$$;
comment on function public.list_support_conversations(uuid, timestamptz, integer) is
  'The conversations of a chat (by default the caller''s own), newest first, at most 100; p_before is the started_at of '
  'the last one. Errors: support_chat_not_found (404).';
revoke execute on function public.list_support_conversations(uuid, timestamptz, integer) from public, anon;
grant execute on function public.list_support_conversations(uuid, timestamptz, integer) to authenticated;
