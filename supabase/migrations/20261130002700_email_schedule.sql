-- The schedule of the emails, test emails, and unsubscribing.
-- Creates: functions send_support_test_email, support_set_email_subscription and, in support_private, request_email_run,
--          purge_notifications; cron jobs support-send-emails, support-purge-notifications.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.request_email_run()
returns bigint
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_request_id bigint;
begin
  if not support_private.emails_due() then
    return null;
  end if;
  v_request_id := support_private.call_edge_function('send-support-emails');
  if v_request_id is null then
    perform public.support_report_email_problem('support_email_not_scheduled');
  end if;
  return v_request_id;
end
$$;
comment on function support_private.request_email_run() is
  'Calls the Edge Function send-support-emails if an email is due, and returns pg_net''s request id. Run by pg_cron every minute.';
revoke execute on function support_private.request_email_run() from public;

create function support_private.purge_notifications()
returns void
language sql
security invoker
set search_path = ''
as $$
  select support_private.purge_usage_counters();
  delete from public.support_notifications n
  where n.status in ('sent', 'skipped', 'failed') and n.updated_at < now() - interval '30 days'
$$;
comment on function support_private.purge_notifications() is
  'Deletes settled notices after 30 days, and counters whose uses have all expired. Run by pg_cron every night.';
revoke execute on function support_private.purge_notifications() from public;

select cron.schedule('support-send-emails', '* * * * *', 'select support_private.request_email_run()');
select cron.schedule('support-purge-notifications', '17 3 * * *', 'select support_private.purge_notifications()');

-- Test emails --------------------------------------------------------------------------------------

insert into support_private.limits (action, amount, period, code) values
  ('test_email', 10, '1 hour', 'support_test_email_rate_limited');

-- Definer: it writes the outbox, and starts a run at once.
create function support_private.send_test_email(p_to text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_to text;
  v_id uuid;
begin
  perform support_private.require_admin();
  v_to := lower(coalesce(
    nullif(btrim(p_to, support_private.blank_characters()), ''),
    (select u.email from auth.users u where u.id = support_private.caller_id() and u.email_confirmed_at is not null)
  ));
  if not support_private.is_email_address(v_to) then
    perform support_private.fail(400, 'support_email_address_invalid', 'One address, such as you@example.com');
  end if;
  perform support_private.use_allowance('test_email');
  insert into public.support_notifications (kind, recipient, due_at, created_at)
  values ('test', v_to, now(), clock_timestamp())
  returning id into v_id;
  perform support_private.request_email_run();
  return v_id;
end
$$;
comment on function support_private.send_test_email(text) is 'Implements public.send_support_test_email.';
revoke execute on function support_private.send_test_email(text) from public;
grant execute on function support_private.send_test_email(text) to authenticated;

create function public.send_support_test_email(p_to text default null)
returns uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.send_test_email(p_to)
$$;
comment on function public.send_support_test_email(text) is
  'Sends a test email to one address (by default the caller''s own), at once, and returns its id in support_notifications, where '
  'every attempt is recorded. Admins only, at most 10 an hour. Errors: support_forbidden (403), support_email_address_invalid (400), '
  'support_test_email_rate_limited (429).';
revoke execute on function public.send_support_test_email(text) from public, anon;
grant execute on function public.send_support_test_email(text) to authenticated;

-- Unsubscribing ------------------------------------------------------------------------------------

insert into support_private.limits (action, amount, period) values ('resubscribe', 10, '1 hour');

create function public.support_set_email_subscription(p_token text, p_action text)
returns table (state text, app_name text)
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if p_action is null or p_action not in ('status', 'unsubscribe', 'resubscribe') then
    perform support_private.fail(400, 'support_email_action_unknown');
  end if;
  if not exists (select from public.support_email_preferences p where p.token = p_token) then
    perform support_private.fail(404, 'support_email_token_unknown');
  end if;
  -- Unsubscribing is never limited. Resubscribing is, so that a person with the link cannot change the row without end.
  if p_action = 'resubscribe' then
    perform support_private.use_allowance('resubscribe', 1, p.user_id::text)
    from public.support_email_preferences p
    where p.token = p_token and p.unsubscribed_at is not null;
  end if;
  update public.support_email_preferences p
  set unsubscribed_at = case when p_action = 'unsubscribe' then now() end
  where p.token = p_token and p_action <> 'status' and (p_action = 'unsubscribe') <> (p.unsubscribed_at is not null);
  return query
    select case when p.unsubscribed_at is null then 'subscribed' else 'unsubscribed' end, s.app_name
    from public.support_email_preferences p, public.support_settings s
    where p.token = p_token;
end
$$;
comment on function public.support_set_email_subscription(text, text) is
  'For the unsubscribe function: returns the state (status), unsubscribes or resubscribes the user of a token. Errors: '
  'support_email_token_unknown (404), support_email_action_unknown (400), support_rate_limited (429) for the eleventh '
  'resubscription of a user in an hour.';
revoke execute on function public.support_set_email_subscription(text, text) from public, anon, authenticated;
grant execute on function public.support_set_email_subscription(text, text) to service_role;
