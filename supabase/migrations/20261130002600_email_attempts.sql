-- The email worker sends: functions for the Edge Function send-support-emails before and after each attempt, for the secret key
-- only.
-- Creates: functions support_begin_email, support_finish_email, support_release_emails, support_report_email_problem and, in
--          support_private, start_attempt, end_attempt.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.start_attempt(p_notification_id uuid, p_worker uuid)
returns void
language sql
security invoker
set search_path = ''
as $$
  insert into public.support_notification_attempts (notification_id, attempt, outcome, worker)
  select p_notification_id, coalesce(max(a.attempt), 0) + 1, 'started', p_worker
  from public.support_notification_attempts a
  where a.notification_id = p_notification_id
$$;
comment on function support_private.start_attempt(uuid, uuid) is 'Records that an attempt begins. The caller holds the lock of the notice.';
revoke execute on function support_private.start_attempt(uuid, uuid) from public;
grant execute on function support_private.start_attempt(uuid, uuid) to service_role;

create function support_private.end_attempt(
  p_notification_id uuid, p_worker uuid, p_outcome text, p_provider_id text, p_answer text
)
returns void
language sql
security invoker
set search_path = ''
as $$
  update public.support_notification_attempts a
  set outcome = p_outcome,
      provider_id = left(p_provider_id, 200),
      answer = left(p_answer, 500),
      duration_ms = greatest(0, (extract(epoch from clock_timestamp() - a.created_at) * 1000)::bigint)
  where a.notification_id = p_notification_id and a.worker = p_worker and a.outcome = 'started'
    -- The newest attempt of this worker; an earlier one was interrupted.
    and a.attempt = (
      select max(b.attempt) from public.support_notification_attempts b
      where b.notification_id = p_notification_id and b.worker = p_worker
    )
$$;
comment on function support_private.end_attempt(uuid, uuid, text, text, text) is 'Records the result of an attempt that has begun.';
revoke execute on function support_private.end_attempt(uuid, uuid, text, text, text) from public;
grant execute on function support_private.end_attempt(uuid, uuid, text, text, text) to service_role;

create function public.support_begin_email(p_id uuid, p_worker uuid, p_request jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_notification public.support_notifications;
  v_reason text;
begin
  perform support_private.begin_work();
  select * into v_notification
  from public.support_notifications n
  where n.id = p_id and n.worker = p_worker and n.status = 'sending' and n.lease_expires_at > now()
  for update;
  if not found then
    return null; -- the lease expired, another reply joined, or the chat was deleted
  end if;
  v_reason := support_private.email_skip_reason(v_notification);
  if v_reason is not null then
    perform support_private.settle_email(p_id, 'skipped', v_reason, null);
    return null;
  end if;
  update public.support_notifications n
  set request = coalesce(n.request, p_request),
      attempts = n.attempts + 1,
      attempt_started_at = now(),
      uncertain_since = coalesce(n.uncertain_since, now()),
      lease_expires_at = now() + interval '4 minutes'
  where n.id = p_id
  returning n.request into v_notification.request;
  perform support_private.start_attempt(p_id, p_worker);
  return v_notification.request;
end
$$;
comment on function public.support_begin_email(uuid, uuid, jsonb) is
  'For the email worker, right before it sends: checks the skip reasons again, stores the text, and returns it (the text of the '
  'first attempt, if there was one). Null means do not send.';
revoke execute on function public.support_begin_email(uuid, uuid, jsonb) from public, anon, authenticated;
grant execute on function public.support_begin_email(uuid, uuid, jsonb) to service_role;

create function public.support_finish_email(
  p_id uuid,
  p_worker uuid,
  p_outcome text,
  p_provider_id text default null,
  p_error text default null,
  p_retry_after integer default null
)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_notification public.support_notifications;
  v_joined public.support_notifications;
  v_free boolean;
begin
  perform support_private.begin_work();
  if p_outcome not in ('sent', 'failed', 'retry', 'postponed', 'unknown') or p_outcome is null then
    perform support_private.fail(400, 'support_email_outcome_unknown');
  end if;
  if p_outcome = 'postponed' then
    -- Lock the chat before its emails, as the functions do that plan emails. This waits for a reply that is being written.
    perform from public.support_chats c
    where c.id = (select n.chat_id from public.support_notifications n where n.id = p_id)
    for no key update;
  end if;
  -- The result counts even if the lease has expired. An interrupted attempt has no result.
  if p_outcome <> 'unknown' then
    perform support_private.end_attempt(p_id, p_worker, p_outcome, p_provider_id, p_error);
  end if;
  select * into v_notification
  from public.support_notifications n
  where n.id = p_id and n.status = 'sending'
    -- A sent email counts even if the lease has expired.
    and (n.worker = p_worker or p_outcome = 'sent')
  for update;
  if not found then
    return;
  end if;
  if p_outcome = 'sent' then
    update public.support_notifications n
    set sent_at = now(), provider_id = left(p_provider_id, 200), last_error = null
    where n.id = p_id;
    perform support_private.settle_email(p_id, 'sent', null, null);
    update public.support_settings s set email_problem = null, email_problem_at = null where s.email_problem is not null;
  elsif p_outcome = 'failed' then
    perform support_private.settle_email(p_id, 'failed', null, coalesce(p_error, 'refused'));
  elsif p_outcome in ('retry', 'unknown') then
    -- The provider may have accepted it. Retry after 1, 2, 4 … 128 minutes, 6 hours in total.
    update public.support_notifications n
    set due_at = now() + interval '1 minute' * (2 ^ least(n.attempts - 1, 7))::integer,
        last_error = left(p_error, 500), worker = null, lease_expires_at = null
    where n.id = p_id;
  else
    -- The provider accepted nothing, for a reason other than this email, so the attempt does not count. If no earlier attempt
    -- has an unknown result, the text is deleted, so that further replies may join.
    v_free := v_notification.uncertain_since = v_notification.attempt_started_at;
    if v_free and v_notification.kind = 'user_reply' then
      -- Replies since then have a separate row: merge both rows into one email.
      select * into v_joined from public.support_notifications o
      where o.chat_id = v_notification.chat_id and o.kind = 'user_reply' and o.id <> p_id
        and o.status in ('pending', 'sending') and o.request is null
      for update;
      update public.support_notification_attempts a
      set notification_id = p_id,
          attempt = a.attempt + (
            select max(b.attempt) from public.support_notification_attempts b where b.notification_id = p_id
          )
      where a.notification_id = v_joined.id;
      delete from public.support_notifications o where o.id = v_joined.id;
    end if;
    update public.support_notifications n
    set first_seq = least(n.first_seq, v_joined.first_seq),
        last_seq = greatest(n.last_seq, v_joined.last_seq),
        due_at = now() + make_interval(secs => least(greatest(coalesce(p_retry_after, 60), 1), 86400)),
        attempts = greatest(n.attempts - 1, 0),
        uncertain_since = case when n.uncertain_since = n.attempt_started_at then null else n.uncertain_since end,
        status = case when v_free then 'pending' else n.status end,
        request = case when v_free then null else n.request end,
        last_error = left(p_error, 500), worker = null, lease_expires_at = null
    where n.id = p_id;
  end if;
end
$$;
comment on function public.support_finish_email(uuid, uuid, text, text, text, integer) is
  'For the email worker: records the result of an attempt: sent, failed (for good), retry, unknown or postponed. After retry (perhaps '
  'sent, or an error of the provider) and unknown (interrupted) the same text is sent again with the same key, at most 10 times '
  'within 20 hours. After postponed (nothing was accepted) it is tried again after p_retry_after seconds.';
revoke execute on function public.support_finish_email(uuid, uuid, text, text, text, integer) from public, anon, authenticated;
grant execute on function public.support_finish_email(uuid, uuid, text, text, text, integer) to service_role;

create function public.support_release_emails(p_worker uuid)
returns void
language sql
security invoker
set search_path = ''
as $$
  update public.support_notifications n
  set status = case when n.request is null then 'pending' else n.status end,
      worker = null, lease_expires_at = null
  where n.worker = p_worker and n.status = 'sending'
$$;
comment on function public.support_release_emails(uuid) is
  'For the email worker: releases its claims that it has not begun to send.';
revoke execute on function public.support_release_emails(uuid) from public, anon, authenticated;
grant execute on function public.support_release_emails(uuid) to service_role;

create function public.support_report_email_problem(p_problem text)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
begin
  update public.support_settings s
  set email_problem = left(p_problem, 200), email_problem_at = case when p_problem is not null then now() end
  where s.email_problem is distinct from left(p_problem, 200);
  return found;
end
$$;
comment on function public.support_report_email_problem(text) is
  'For the email worker: stores why no email can be sent (null: no problem). Returns whether that changed, so that it is logged once.';
revoke execute on function public.support_report_email_problem(text) from public, anon, authenticated;
grant execute on function public.support_report_email_problem(text) to service_role;
