-- Planning emails: when one is due, to whom, and whether it is still wanted.
-- Creates: in support_private enqueue_email, resume_emails, notify_waiting, chat_email, email_skip_reason, emails_due; the
--          triggers support_messages_notify, support_chats_resume_emails, support_conversations_notify_waiting,
--          support_notifications_report_failed.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Definer: whoever writes the answer has no right to the outbox.
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
  -- The chat's row is locked by the number that this message took, so two answers take turns here.
  -- An answer that was read while its mail waited does not count any more: the wait is about what is unread.
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
        -- Later than that only if the mail was postponed, or planned anew.
        v_first.due_at
      )
    )
  )
  on conflict (chat_id) where kind = 'user_reply' and status in ('pending', 'sending') and request is null do update
    set first_seq = excluded.first_seq, last_seq = excluded.last_seq, due_at = excluded.due_at,
        -- A worker that has claimed it, and has not begun, has words without this answer.
        status = 'pending', worker = null, lease_expires_at = null;
  return null;
end
$$;
comment on function support_private.enqueue_email() is
  'Plans the mail about an answer: the first unread one starts the wait, further ones join it and postpone it, up to the ceiling.';
revoke execute on function support_private.enqueue_email() from public;

create trigger support_messages_notify
after insert on public.support_messages
for each row when (new.sender_type = 'admin')
execute function support_private.enqueue_email();

-- Definer: whoever brings the chat back has no right to the outbox. The chat's row is locked by the update that brings it
-- back.
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
  -- An email that was tried may have been sent, and is not planned again.
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
  'Plans the mail about unread answers anew that was skipped because their chat was archived, when the chat comes back.';
revoke execute on function support_private.resume_emails() from public;

create trigger support_chats_resume_emails
after update of archived_at on public.support_chats
for each row when (old.archived_at is not null and new.archived_at is null)
execute function support_private.resume_emails();

-- Definer: customers and agents make conversations wait, and have no right to the outbox.
create function support_private.notify_waiting()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- At the commit: one that was assigned in the same breath does not wait any more.
  insert into public.support_notifications as n (kind, chat_id, conversation_id, recipient, due_at)
  select 'staff_waiting', v.chat_id, v.id, lower(a.address), v.queued_at + make_interval(mins => s.notify_after_minutes::integer)
  from public.support_conversations v, public.support_settings s, unnest(s.notification_emails) a (address)
  where v.id = new.id and v.status = 'waiting' and s.notify_new_conversation
  order by lower(a.address)
  on conflict (conversation_id, recipient) where kind = 'staff_waiting' do update
    -- It waits again, and what was planned before has not been tried: it counts from now on. What was tried is never planned anew.
    set status = 'pending', skip_reason = null, due_at = excluded.due_at
    where n.attempts = 0 and n.request is null and n.uncertain_since is null and n.status in ('pending', 'skipped');
  return null;
exception
  when others then
    -- A mail that cannot be planned is no reason to turn a customer away.
    perform support_private.record_fault('support_notifications', sqlerrm);
    return null;
end
$$;
comment on function support_private.notify_waiting() is
  'Plans the mails about a conversation that begins to wait, one per address of the settings; its fault is kept in support_faults.';
revoke execute on function support_private.notify_waiting() from public;

create constraint trigger support_conversations_notify_waiting
after insert or update of status on public.support_conversations
deferrable initially deferred
for each row when (new.status = 'waiting')
execute function support_private.notify_waiting();

-- Whom, and whether --------------------------------------------------------------------------------

-- Definer: it looks the address up in auth.users.
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
    -- An unconfirmed address may be somebody else's.
    and u.email_confirmed_at is not null
    and u.deleted_at is null
    and (u.banned_until is null or u.banned_until < now())
    and u.email ~ '^[^[:space:][:cntrl:]<>",;:\\()]+@[^[:space:][:cntrl:]<>",;:\\()@]+$'
$$;
comment on function support_private.chat_email(uuid) is
  'The confirmed address of a chat''s customer, or null. Never anything that a page or a customer says.';
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
  'Why this mail must not be sent, at this moment; null if it may.';
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
comment on function support_private.emails_due() is 'Is there a mail that could be claimed now?';
revoke execute on function support_private.emails_due() from public;
grant execute on function support_private.emails_due() to service_role;

-- Definer: the mail worker has no right to faults.
create function support_private.report_failed_email()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Faults are kept longer than people: no addresses.
  perform support_private.record_fault(
    'support_notifications',
    'An email (' || new.kind || ') failed for good: '
      || regexp_replace(coalesce(new.last_error, ''), '[^[:space:]<>"''`]+@[^[:space:]<>"''`]+', '…', 'g')
  );
  return null;
end
$$;
comment on function support_private.report_failed_email() is
  'Keeps in support_faults, where the team sees it, why a mail failed for good.';
revoke execute on function support_private.report_failed_email() from public;

create trigger support_notifications_report_failed
after update of status on public.support_notifications
for each row when (new.status = 'failed' and old.status <> 'failed')
execute function support_private.report_failed_email();
