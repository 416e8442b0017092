-- Planning emails: when an email is due, its recipient, and whether it must be skipped.
-- Creates: in support_private enqueue_email, resume_emails, notify_waiting, chat_email, email_skip_reason, emails_due; the
--          triggers support_messages_notify, support_chats_resume_emails, support_conversations_notify_waiting,
--          support_notifications_report_failed.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Definer: agents who write a reply may not write the outbox.
create function support_private.enqueue_email()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_first record;
begin
  select * into v_settings from public.support_settings;
  if not v_settings.email_enabled then
    return null;
  end if;
  -- number_message() has locked the chat's row, so two replies run this one after the other. Replies that were read while the email
  -- waited do not count.
  select m.seq, m.created_at, n.due_at into v_first
  from public.support_notifications n
  join public.support_messages m on m.chat_id = n.chat_id and m.seq >= n.first_seq
  where n.chat_id = new.chat_id and n.kind = 'user_reply' and n.status in ('pending', 'sending') and n.request is null
    and m.sender_type = 'admin' and m.read_at is null
  order by m.seq
  limit 1;
  insert into public.support_notifications as n (chat_id, first_seq, last_seq, due_at)
  values (
    new.chat_id,
    coalesce(v_first.seq, new.seq),
    new.seq,
    least(
      new.created_at + v_settings.email_delay,
      greatest(
        coalesce(v_first.created_at, new.created_at) + greatest(v_settings.email_max_delay, v_settings.email_delay),
        -- Later only if the email was postponed or planned again.
        v_first.due_at
      )
    )
  )
  on conflict (chat_id) where kind = 'user_reply' and status in ('pending', 'sending') and request is null do update
    set first_seq = excluded.first_seq, last_seq = excluded.last_seq, due_at = excluded.due_at,
        -- A worker that has claimed the row but not begun to send has a text without this reply.
        status = 'pending', worker = null, lease_expires_at = null;
  return null;
end
$$;
comment on function support_private.enqueue_email() is
  'Plans the email about a reply: the first unread reply starts the delay, further ones join it and postpone it up to the maximum.';
revoke execute on function support_private.enqueue_email() from public;

create trigger support_messages_notify
after insert on public.support_messages
for each row when (new.sender_type = 'admin')
execute function support_private.enqueue_email();

-- Definer: users who bring a chat back may not write the outbox. The update that brings it back has locked the chat's row.
create function support_private.resume_emails()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_skipped record;
begin
  select * into v_settings from public.support_settings;
  if not v_settings.email_enabled or exists (
    select from public.support_notifications n
    where n.chat_id = new.id and n.kind = 'user_reply' and n.status in ('pending', 'sending') and n.request is null
  ) then
    return null;
  end if;
  -- An attempted email may have been sent, so it is not planned again.
  select min(n.first_seq) as first_seq, (array_agg(n.id order by n.last_seq desc))[1] as id into v_skipped
  from public.support_notifications n
  where n.chat_id = new.id and n.kind = 'user_reply' and n.status = 'skipped' and n.skip_reason = 'archived'
    and n.attempts = 0 and n.uncertain_since is null
    and exists (
      select from public.support_messages m
      where m.chat_id = n.chat_id and m.sender_type = 'admin' and m.read_at is null and m.seq between n.first_seq and n.last_seq
    );
  update public.support_notifications n
  set status = 'pending', skip_reason = null, first_seq = v_skipped.first_seq,
      due_at = clock_timestamp() + v_settings.email_delay
  where n.id = v_skipped.id;
  return null;
end
$$;
comment on function support_private.resume_emails() is
  'When a chat comes back from the archive, plans again the email that was skipped because of the archive.';
revoke execute on function support_private.resume_emails() from public;

create trigger support_chats_resume_emails
after update of archived_at on public.support_chats
for each row when (old.archived_at is not null and new.archived_at is null)
execute function support_private.resume_emails();

-- Definer: customers and agents make conversations wait, but may not write the outbox.
create function support_private.notify_waiting()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Runs at the commit, so a conversation that was assigned in the same transaction is not waiting.
  insert into public.support_notifications as n (kind, chat_id, conversation_id, recipient, due_at)
  select 'staff_waiting', v.chat_id, v.id, lower(a.address), v.queued_at + make_interval(mins => s.notify_after_minutes::integer)
  from public.support_conversations v, public.support_settings s, unnest(s.notification_emails) a (address)
  where v.id = new.id and v.status = 'waiting' and s.notify_new_conversation
  order by lower(a.address)
  on conflict (conversation_id, recipient) where kind = 'staff_waiting' do update
    -- The conversation waits again: the delay of an email that was not attempted starts again. An attempted email stays as it is.
    set status = 'pending', skip_reason = null, due_at = excluded.due_at
    where n.attempts = 0 and n.request is null and n.uncertain_since is null and n.status in ('pending', 'skipped');
  return null;
exception
  when others then
    -- An email that cannot be planned must not stop the customer's call.
    perform support_private.record_fault('support_notifications', sqlerrm);
    return null;
end
$$;
comment on function support_private.notify_waiting() is
  'Plans the emails about a conversation that begins to wait, one per address in the settings; errors are recorded in support_faults.';
revoke execute on function support_private.notify_waiting() from public;

create constraint trigger support_conversations_notify_waiting
after insert or update of status on public.support_conversations
deferrable initially deferred
for each row when (new.status = 'waiting')
execute function support_private.notify_waiting();

-- Recipients and skip reasons ----------------------------------------------------------------------

-- Definer: it reads the address in auth.users.
create function support_private.chat_email(p_chat_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select u.email::text
  from public.support_chats c
  join auth.users u on u.id = c.user_id
  where c.id = p_chat_id
    -- An unconfirmed address may belong to another person.
    and u.email_confirmed_at is not null
    and u.deleted_at is null
    and (u.banned_until is null or u.banned_until < now())
    and u.email ~ '^[^[:space:][:cntrl:]<>",;:\\()]+@[^[:space:][:cntrl:]<>",;:\\()@]+$'
$$;
comment on function support_private.chat_email(uuid) is
  'The confirmed address of a chat''s customer, or null. Never an address from a page or from user metadata.';
revoke execute on function support_private.chat_email(uuid) from public;
grant execute on function support_private.chat_email(uuid) to service_role;

create function support_private.email_skip_reason(p_notification public.support_notifications)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select case p_notification.kind
    when 'user_reply' then case
      when not (select s.email_enabled from public.support_settings s) then 'disabled'
      when not exists (
        select from public.support_messages m
        where m.chat_id = p_notification.chat_id and m.sender_type = 'admin' and m.read_at is null
          and m.seq between p_notification.first_seq and p_notification.last_seq
      ) then 'read'
      when exists (
        select from public.support_chats c where c.id = p_notification.chat_id and c.archived_at is not null
      ) then 'archived'
      when exists (
        select from public.support_email_preferences p
        join public.support_chats c on c.user_id = p.user_id
        where c.id = p_notification.chat_id and p.unsubscribed_at is not null
      ) then 'unsubscribed'
      when support_private.chat_email(p_notification.chat_id) is null then 'no_address'
    end
    when 'staff_waiting' then (
      select case
        when v.status = 'ended' then 'ended'
        when v.status = 'active' then 'taken'
        when not s.notify_new_conversation then 'disabled'
        when p_notification.recipient <> all (select lower(a) from unnest(s.notification_emails) a) then 'address_removed'
      end
      from public.support_settings s, public.support_conversations v
      where v.id = p_notification.conversation_id
    )
  end
$$;
comment on function support_private.email_skip_reason(public.support_notifications) is
  'Why this email must not be sent now; null if it may.';
revoke execute on function support_private.email_skip_reason(public.support_notifications) from public;
grant execute on function support_private.email_skip_reason(public.support_notifications) to service_role;

create function support_private.emails_due()
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select from public.support_notifications n
    where n.status in ('pending', 'sending') and n.due_at <= now()
      and (n.lease_expires_at is null or n.lease_expires_at <= now())
  )
$$;
comment on function support_private.emails_due() is 'Is there an email that can be claimed now?';
revoke execute on function support_private.emails_due() from public;
grant execute on function support_private.emails_due() to service_role;

-- Definer: the email worker may not write faults.
create function support_private.report_failed_email()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Faults stay when users are deleted, so addresses are removed from the text.
  perform support_private.record_fault(
    'support_notifications',
    'An email (' || new.kind || ') failed for good: '
      || regexp_replace(coalesce(new.last_error, ''), '[^[:space:]<>"''`]+@[^[:space:]<>"''`]+', '…', 'g')
  );
  return null;
end
$$;
comment on function support_private.report_failed_email() is
  'Records in support_faults, for the team, why an email failed for good.';
revoke execute on function support_private.report_failed_email() from public;

create trigger support_notifications_report_failed
after update of status on public.support_notifications
for each row when (new.status = 'failed' and old.status <> 'failed')
execute function support_private.report_failed_email();
