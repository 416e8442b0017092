-- The webhook worker: functions for the Edge Function deliver-support-webhooks, its schedule, and the clean-up.
-- Creates: functions support_claim_webhook_deliveries, support_finish_webhook_delivery (for the secret key only); cron jobs
--          support-deliver-webhooks, support-purge-webhooks.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.webhook_delay(p_attempt bigint)
returns interval
language sql
volatile
set search_path = ''
as $$
  -- The schedule of Standard Webhooks, plus or minus a tenth, so that retries spread.
  select (array['5 s', '5 min', '30 min', '2 h', '5 h', '10 h', '14 h', '20 h', '24 h']::interval[])[p_attempt]
    * (0.9 + 0.2 * random())
$$;
comment on function support_private.webhook_delay(bigint) is
  'How long to wait after this attempt has failed; null after the last one.';
revoke execute on function support_private.webhook_delay(bigint) from public;
grant execute on function support_private.webhook_delay(bigint) to service_role;

create function support_private.fail_delivery(
  p_delivery public.support_webhook_deliveries,
  p_error text,
  p_gone boolean,
  p_retry_after integer
)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_delay interval := support_private.webhook_delay(p_delivery.attempts - p_delivery.attempts_before);
begin
  if p_retry_after is not null then
    v_delay := greatest(v_delay, make_interval(secs => least(greatest(p_retry_after, 0), 86400)));
  end if;
  update public.support_webhook_deliveries d
  set status = case when p_gone or v_delay is null then 'dead' else 'pending' end,
      next_attempt_at = now() + coalesce(v_delay, interval '0'),
      worker = null, lease_expires_at = null
  where d.id = p_delivery.id;
  update public.support_webhooks w
  set last_failed_at = now(), last_error = left(p_error, 500), failing_since = coalesce(w.failing_since, now()),
      enabled = w.enabled and not p_gone,
      disabled_reason = case when p_gone then 'gone' else w.disabled_reason end
  where w.id = p_delivery.webhook_id;
end
$$;
comment on function support_private.fail_delivery(public.support_webhook_deliveries, text, boolean, integer) is
  'Plans the next attempt of a delivery, or gives it up after the tenth; p_gone also turns the webhook off.';
revoke execute on function support_private.fail_delivery(public.support_webhook_deliveries, text, boolean, integer) from public;
grant execute on function support_private.fail_delivery(public.support_webhook_deliveries, text, boolean, integer) to service_role;

create function public.support_claim_webhook_deliveries(p_worker uuid, p_limit integer default 40)
returns table (id uuid, webhook_id uuid, url text, is_private_target boolean, secrets text[], payload jsonb, attempt bigint)
language plpgsql
security invoker
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_webhook public.support_webhooks;
  v_delivery public.support_webhook_deliveries;
  v_left integer := least(greatest(p_limit, 0), 100);
  v_error constant text := 'The worker ended before the receiver had answered.';
begin
  perform support_private.begin_work();
  -- The webhook whose last attempt is oldest comes first. The lock serializes the counts of running deliveries by two workers.
  for v_webhook in
    select w.* from public.support_webhooks w
    where w.enabled
    order by greatest(w.last_delivered_at, w.last_failed_at) nulls first
    for no key update skip locked
  loop
    for v_delivery in
      select d.* from public.support_webhook_deliveries d
      where d.webhook_id = v_webhook.id and d.status in ('pending', 'sending') and d.next_attempt_at <= now()
        and (d.lease_expires_at is null or d.lease_expires_at <= now())
      order by d.next_attempt_at, d.created_at
      limit least(v_left, support_private.webhook_room(v_webhook.id))
      for update skip locked
    loop
      if v_delivery.status = 'sending' then
        insert into public.support_webhook_attempts (delivery_id, attempt, error)
        values (v_delivery.id, v_delivery.attempts, v_error)
        on conflict do nothing;
        if v_delivery.attempts - v_delivery.attempts_before >= 10 then
          perform support_private.fail_delivery(v_delivery, v_error, false, null);
          continue;
        end if;
      end if;
      v_left := v_left - 1;
      return query
        update public.support_webhook_deliveries d
        set status = 'sending', attempts = d.attempts + 1, worker = p_worker, lease_expires_at = now() + interval '60 seconds'
        where d.id = v_delivery.id
        returning
          d.id, d.webhook_id, v_webhook.url, support_private.is_private_target(v_webhook.url),
          support_private.webhook_secrets(v_webhook), d.payload, d.attempts;
    end loop;
  end loop;
end
$$;
comment on function public.support_claim_webhook_deliveries(uuid, integer) is
  'For the webhook worker: claims due deliveries for a minute, each for one worker only and at most four of a webhook at once.';
revoke execute on function public.support_claim_webhook_deliveries(uuid, integer) from public, anon, authenticated;
grant execute on function public.support_claim_webhook_deliveries(uuid, integer) to service_role;

create function public.support_finish_webhook_delivery(
  p_id uuid,
  p_worker uuid,
  p_attempt bigint,
  p_status_code integer default null,
  p_error text default null,
  p_milliseconds integer default null,
  p_retry_after integer default null
)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_delivery public.support_webhook_deliveries;
  v_webhook_id uuid;
  v_arrived boolean := coalesce(p_status_code between 200 and 299, false) and p_error is null;
begin
  perform support_private.begin_work();
  -- Lock the webhook first, as every function does that locks both.
  select d.webhook_id into v_webhook_id from public.support_webhook_deliveries d where d.id = p_id;
  perform from public.support_webhooks w where w.id = v_webhook_id for no key update;
  select * into v_delivery from public.support_webhook_deliveries d where d.id = p_id for update;
  if not found then
    return; -- the webhook or the chat was deleted
  end if;
  insert into public.support_webhook_attempts (delivery_id, attempt, status_code, error, milliseconds)
  values (p_id, p_attempt, p_status_code, left(p_error, 500), p_milliseconds)
  on conflict (delivery_id, attempt) do update
    set status_code = excluded.status_code, error = excluded.error, milliseconds = excluded.milliseconds;
  if v_arrived then
    -- A success counts even if the lease has expired, unless an admin has sent the delivery again since.
    update public.support_webhook_deliveries d
    set status = 'delivered', delivered_at = now(), worker = null, lease_expires_at = null
    where d.id = p_id and p_attempt > d.attempts_before;
    update public.support_webhooks w
    set last_delivered_at = now(), failing_since = null, last_error = null
    where w.id = v_delivery.webhook_id;
  elsif v_delivery.status = 'sending' and v_delivery.worker = p_worker and v_delivery.attempts = p_attempt then
    perform support_private.fail_delivery(
      v_delivery, coalesce(p_error, 'The receiver answered ' || p_status_code || '.'), coalesce(p_status_code = 410, false),
      case when p_status_code in (429, 503) then p_retry_after end
    );
  end if;
end
$$;
comment on function public.support_finish_webhook_delivery(uuid, uuid, bigint, integer, text, integer, integer) is
  'For the webhook worker: records the result of an attempt. 2xx is a success; 410 turns the webhook off; everything else is tried '
  'again by the schedule, ten times in total; p_retry_after (seconds) applies to 429 and 503.';
revoke execute on function public.support_finish_webhook_delivery(uuid, uuid, bigint, integer, text, integer, integer) from public, anon, authenticated;
grant execute on function public.support_finish_webhook_delivery(uuid, uuid, bigint, integer, text, integer, integer) to service_role;

-- Jobs ---------------------------------------------------------------------------------------------

create function support_private.purge_webhooks()
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  delete from public.support_webhook_deliveries d
  where d.status = 'delivered' and d.updated_at < now() - interval '7 days'
    or d.status = 'dead' and d.updated_at < now() - interval '30 days';
  -- Deliveries of webhooks that are turned off.
  delete from public.support_webhook_deliveries d
  using public.support_webhooks w
  where w.id = d.webhook_id and not w.enabled and d.created_at < now() - interval '30 days';
  delete from vault.secrets s
  using public.support_webhooks w
  where s.id = w.previous_secret_id and w.previous_secret_until < now();
  update public.support_webhooks w set previous_secret_id = null, previous_secret_until = null
  where w.previous_secret_until < now();
  -- A job that runs every ten seconds leaves 8,640 rows a day.
  delete from cron.job_run_details r
  using cron.job j
  where j.jobid = r.jobid and j.jobname = 'support-deliver-webhooks' and r.end_time < now() - interval '1 day';
end
$$;
comment on function support_private.purge_webhooks() is
  'Deletes deliveries 7 days after success and 30 days after they were given up, and expired secrets. Run by pg_cron every night.';
revoke execute on function support_private.purge_webhooks() from public;

select cron.schedule('support-deliver-webhooks', '10 seconds', 'select support_private.request_webhook_run()');
select cron.schedule('support-purge-webhooks', '41 3 * * *', 'select support_private.purge_webhooks()');
