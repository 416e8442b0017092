-- Sending and reading messages. A customer's message opens a conversation, and an agent's message takes it.
-- Creates: functions send_support_message, get_or_create_support_chat, list_support_messages, mark_support_chat_read.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Sending ------------------------------------------------------------------------------------------

-- The setting messages_per_minute replaces a customer's number of messages. An agent's limit is for programs that run out of control.
insert into support_private.limits (action, amount, period) values
  ('message', 60, '1 minute'),
  ('answer', 600, '1 minute');

create function support_private.conversation_for_message(p_chat_id uuid, p_sender public.support_sender_type)
returns uuid
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_before_accept boolean;
  v_only_assigned boolean;
  v_conversation public.support_conversations;
begin
  select s.message_before_accept, s.only_assigned_may_write into v_before_accept, v_only_assigned
  from public.support_settings s;
  v_conversation := support_private.open_conversation(p_chat_id, '{}');
  if p_sender = 'user' then
    v_conversation := support_private.after_opening(v_conversation);
    if v_conversation.status = 'waiting' and not v_before_accept then
      perform support_private.fail(409, 'support_conversation_waiting', 'An agent has to join first');
    end if;
  elsif v_conversation.status = 'waiting' then
    perform support_private.give_conversation(v_conversation.id, support_private.caller_id());
  elsif v_only_assigned and v_conversation.agent_id is distinct from support_private.caller_id() then
    perform support_private.fail(403, 'support_not_assigned', 'Another agent has this conversation');
  end if;
  return v_conversation.id;
end
$$;
comment on function support_private.conversation_for_message(uuid, public.support_sender_type) is
  'The conversation of a new message: a customer''s message opens one, an agent''s message takes a waiting one.';
revoke execute on function support_private.conversation_for_message(uuid, public.support_sender_type) from public;

-- The caller holds the lock of the chat's row. Attachments are locked after it, in the order of their ids.
create function support_private.attachments_for_message(p_ids uuid[], p_chat_id uuid)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_attachment public.support_attachments;
  v_files jsonb := '{}';
begin
  if cardinality(p_ids) > 5 then
    perform support_private.fail(400, 'support_attachments_too_many', 'At most 5');
  end if;
  for v_attachment in
    select a.* from public.support_attachments a
    where a.id = any (p_ids) and a.chat_id = p_chat_id and a.uploader_id = support_private.caller_id()
    order by a.id
    for update
  loop
    if v_attachment.message_id is not null then
      perform support_private.fail(409, 'support_attachment_used', v_attachment.name);
    elsif v_attachment.status <> 'ready' then
      perform support_private.fail(409, 'support_attachment_not_ready', v_attachment.name);
    end if;
    -- Since the ticket, the settings may have changed, and the object may have been removed or replaced.
    perform support_private.check_upload(v_attachment.mime_type, v_attachment.size_bytes);
    if exists (
      select from storage.objects o
      where o.bucket_id = 'support-attachments' and o.name = v_attachment.path
        and o.version is not distinct from v_attachment.checked_version
    ) then
      v_files := v_files || jsonb_build_object(v_attachment.id, jsonb_build_object(
        'id', v_attachment.id, 'path', v_attachment.path, 'name', v_attachment.name, 'mime_type', v_attachment.mime_type,
        'size_bytes', v_attachment.size_bytes, 'width', v_attachment.width, 'height', v_attachment.height
      ));
    end if;
  end loop;
  -- The same error for files that are unknown, of another user, of another chat, or removed.
  if exists (select from unnest(p_ids) i (id) where i.id is null or not v_files ? i.id::text) then
    perform support_private.fail(400, 'support_attachment_not_found');
  elsif cardinality(p_ids) > (select count(distinct i.id) from unnest(p_ids) i (id)) then
    perform support_private.fail(409, 'support_attachment_used', 'Each file only once');
  end if;
  return (
    select jsonb_agg(v_files -> i.id::text order by i.place) from unnest(p_ids) with ordinality i (id, place)
  );
end
$$;
comment on function support_private.attachments_for_message(uuid[], uuid) is
  'The files of the caller''s new message, in order. Raises an error unless they are the caller''s, of this chat, checked and unused.';
revoke execute on function support_private.attachments_for_message(uuid[], uuid) from public;

-- Definer: clients may not insert messages. The sender type depends on the caller.
create function support_private.send_message(p_id uuid, p_chat_id uuid, p_content text, p_attachment_ids uuid[])
returns public.support_messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_sender public.support_sender_type;
  v_message public.support_messages;
  v_conversation_id uuid;
  v_content text := p_content;
  v_attachments jsonb := '[]';
  v_with_files boolean := coalesce(cardinality(p_attachment_ids), 0) > 0;
begin
  perform support_private.begin_work();
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  v_sender := case
    when exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = v_user_id) then 'user'
    when support_private.is_agent() then 'admin'
  end;
  -- The lock also serializes two calls with one id, so that the second finds the first row.
  perform from public.support_chats c where v_sender is not null and c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;

  if v_with_files and btrim(coalesce(p_content, ''), support_private.blank_characters()) = '' then
    v_content := '';
    perform support_private.check_message(p_id, '-'); -- the text may be blank
  else
    perform support_private.check_message(p_id, p_content);
  end if;
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
  v_conversation_id := support_private.conversation_for_message(p_chat_id, v_sender);
  if v_with_files then
    v_attachments := support_private.attachments_for_message(p_attachment_ids, p_chat_id);
  end if;
  insert into public.support_messages (id, chat_id, conversation_id, content, attachments, sender_type, sender_id, sender_name)
  values (
    p_id, p_chat_id, v_conversation_id, v_content, v_attachments, v_sender, v_user_id,
    case when v_sender = 'admin' then
      (select a.display_name from public.support_agents a where a.user_id = v_user_id)
    end
  )
  returning * into v_message;
  if v_with_files then
    update public.support_attachments a set message_id = p_id where a.id = any (p_attachment_ids);
  end if;
  update public.support_conversations v
  set last_message_at = v_message.created_at,
      first_response_at = case when v_sender = 'admin' then coalesce(v.first_response_at, v_message.created_at) else v.first_response_at end
  where v.id = v_conversation_id;
  return v_message;
exception
  when unique_violation then -- a message of another chat has this id
    perform support_private.fail(409, 'support_message_conflict');
end
$$;
comment on function support_private.send_message(uuid, uuid, text, uuid[]) is
  'Stores a message once; the sender type depends on the caller, and a known id returns its row.';
revoke execute on function support_private.send_message(uuid, uuid, text, uuid[]) from public;
grant execute on function support_private.send_message(uuid, uuid, text, uuid[]) to authenticated;

create function public.send_support_message(
  p_id uuid,
  p_chat_id uuid,
  p_content text default '',
  p_attachment_ids uuid[] default '{}'
)
returns public.support_messages
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.send_message(p_id, p_chat_id, p_content, p_attachment_ids)
$$;
comment on function public.send_support_message(uuid, uuid, text, uuid[]) is
  'Sends a message, with up to 5 checked files of the caller, and returns its row; a second call with the same id returns the same '
  'row. Errors: support_chat_not_found (404), support_message_blank, support_message_too_long, support_attachments_too_many, '
  'support_attachment_not_found (400), support_attachment_not_ready, support_attachment_used, support_message_conflict (409), '
  'support_rate_limited (429).';
revoke execute on function public.send_support_message(uuid, uuid, text, uuid[]) from public, anon;
grant execute on function public.send_support_message(uuid, uuid, text, uuid[]) to authenticated;

-- Reading ------------------------------------------------------------------------------------------

create function public.get_or_create_support_chat()
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
  'The caller''s chat (created on the first call) with its newest 50 messages, oldest first, and the number of unread replies.';
revoke execute on function public.get_or_create_support_chat() from public, anon;
grant execute on function public.get_or_create_support_chat() to authenticated;

create function public.list_support_messages(
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
  -- Always use a bound, never "is null or", so that a generic plan can use the index.
  v_before_seq bigint := coalesce(p_before_seq, 9223372036854775807);
begin
  -- The same error for a chat that does not exist and for the chat of another customer.
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

insert into support_private.limits (action, amount, period) values ('read', 240, '1 minute');

-- Definer: clients may not write read_at, which has the database's time.
create function support_private.mark_chat_read(p_up_to_seq bigint)
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
  -- The lock serializes two tabs, which would otherwise deadlock.
  select * into v_chat from public.support_chats c where c.user_id = support_private.caller_id() for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  up_to_seq := least(coalesce(p_up_to_seq, 0), v_chat.last_seq);
  -- Not before the messages, and not before an earlier read_at, even if the clock was set back.
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
comment on function support_private.mark_chat_read(bigint) is
  'Marks the agents'' messages in the caller''s chat read up to a seq, once.';
revoke execute on function support_private.mark_chat_read(bigint) from public;
grant execute on function support_private.mark_chat_read(bigint) to authenticated;

create function public.mark_support_chat_read(p_up_to_seq bigint)
returns table (up_to_seq bigint, read_at timestamptz, unread_count integer)
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.mark_chat_read(p_up_to_seq)
$$;
comment on function public.mark_support_chat_read(bigint) is
  'Marks the agents'' messages in the caller''s chat read up to p_up_to_seq; returns how many are still unread.';
revoke execute on function public.mark_support_chat_read(bigint) from public, anon;
grant execute on function public.mark_support_chat_read(bigint) to authenticated;
