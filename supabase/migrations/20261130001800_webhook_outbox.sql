-- The outbox of webhooks: one delivery per event and webhook, stored until it succeeds or is given up.
-- Creates: tables support_webhook_deliveries, support_webhook_attempts; functions test_support_webhook,
--          resend_support_webhook_delivery.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.support_webhook_deliveries (
  -- Also the header webhook-id: the same in every attempt.
  id uuid primary key default gen_random_uuid(),
  webhook_id uuid not null references public.support_webhooks (id) on delete cascade,
  -- Deliveries about a chat are deleted with it.
  chat_id uuid references public.support_chats (id) on delete cascade,
  event text not null,
  payload jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'sending', 'delivered', 'dead')),
  attempts bigint not null default 0 check (attempts >= 0),
  -- The attempts before an admin sent it again, which starts the schedule again.
  attempts_before bigint not null default 0,
  next_attempt_at timestamptz not null default now(),
  worker uuid,
  lease_expires_at timestamptz,
  delivered_at timestamptz,
  -- clock_timestamp(), so that several deliveries of a transaction have an order.
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now()
);
comment on table public.support_webhook_deliveries is
  'One event for one webhook: pending, sending, delivered, or dead after the last failed attempt. Only functions change rows.';

create index support_webhook_deliveries_due_idx on public.support_webhook_deliveries (webhook_id, next_attempt_at)
where status in ('pending', 'sending');
create index support_webhook_deliveries_newest_idx on public.support_webhook_deliveries (webhook_id, created_at desc, id desc);
create index support_webhook_deliveries_chat_id_idx on public.support_webhook_deliveries (chat_id);
create index support_webhook_deliveries_settled_idx on public.support_webhook_deliveries (updated_at)
where status in ('delivered', 'dead');

alter table public.support_webhook_deliveries enable row level security;
revoke all on table public.support_webhook_deliveries from public, anon, authenticated;
grant select on table public.support_webhook_deliveries to authenticated;
grant select, insert, update, delete on table public.support_webhook_deliveries to service_role;

create policy "Admins read deliveries"
on public.support_webhook_deliveries for select to authenticated
using ((select support_private.is_admin()));

create trigger support_begin_work before insert or update or delete on public.support_webhook_deliveries
for each statement execute function support_private.begin_work_of_statement();

create trigger support_webhook_deliveries_touch_updated_at
before update on public.support_webhook_deliveries
for each row execute function support_private.touch_updated_at();

create table public.support_webhook_attempts (
  delivery_id uuid not null references public.support_webhook_deliveries (id) on delete cascade,
  attempt bigint not null,
  status_code bigint,
  error text check (char_length(error) <= 500),
  milliseconds bigint,
  created_at timestamptz not null default now(),
  primary key (delivery_id, attempt)
);
comment on table public.support_webhook_attempts is
  'Each attempt of a delivery: when it ended, the response or the error, and how long it took.';

alter table public.support_webhook_attempts enable row level security;
revoke all on table public.support_webhook_attempts from public, anon, authenticated;
grant select on table public.support_webhook_attempts to authenticated;
grant select, insert, update, delete on table public.support_webhook_attempts to service_role;

create policy "Admins read attempts"
on public.support_webhook_attempts for select to authenticated
using ((select support_private.is_admin()));

create trigger support_begin_work before insert or update or delete on public.support_webhook_attempts
for each statement execute function support_private.begin_work_of_statement();

create function support_private.enqueue_webhooks(p_event text, p_data jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if not exists (select from public.support_webhooks w where w.enabled and p_event = any (w.events)) then
    return;
  end if;
  insert into public.support_webhook_deliveries (webhook_id, chat_id, event, payload)
  select w.id, (p_data ->> 'chat_id')::uuid, p_event,
    jsonb_build_object('type', p_event, 'timestamp', clock_timestamp(), 'data', p_data)
  from public.support_webhooks w
  where w.enabled and p_event = any (w.events);
exception
  -- The webhook or the chat was deleted at the same time.
  when foreign_key_violation then
    null;
  when others then
    perform support_private.record_fault('support_webhooks', p_event || ': ' || sqlerrm);
end
$$;
comment on function support_private.enqueue_webhooks(text, jsonb) is
  'Writes an event into the outbox for every webhook that receives it.';
revoke execute on function support_private.enqueue_webhooks(text, jsonb) from public;

-- Starting a run -----------------------------------------------------------------------------------

-- Each webhook has at most four deliveries in progress, so that a slow receiver does not delay the others.
create function support_private.webhook_room(p_webhook_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select greatest(0, 4 - count(*))
  from public.support_webhook_deliveries d
  where d.webhook_id = p_webhook_id and d.status = 'sending' and d.lease_expires_at > now()
$$;
comment on function support_private.webhook_room(uuid) is 'How many more deliveries of a webhook may start now.';
revoke execute on function support_private.webhook_room(uuid) from public;
grant execute on function support_private.webhook_room(uuid) to service_role;

create function support_private.request_webhook_run()
returns bigint
language sql
security invoker
set search_path = ''
as $$
  select support_private.call_edge_function('deliver-support-webhooks')
  where exists (
    select from public.support_webhooks w
    where w.enabled
      and exists (
        select from public.support_webhook_deliveries d
        where d.webhook_id = w.id and d.status in ('pending', 'sending') and d.next_attempt_at <= now()
          and (d.lease_expires_at is null or d.lease_expires_at <= now())
      )
      and support_private.webhook_room(w.id) > 0
  )
$$;
comment on function support_private.request_webhook_run() is
  'Calls the Edge Function deliver-support-webhooks if a delivery is due. Run by pg_cron every 10 seconds.';
revoke execute on function support_private.request_webhook_run() from public;

-- Actions of admins --------------------------------------------------------------------------------

insert into support_private.limits (action, amount, period) values
  ('test_webhook', 30, '1 minute'),
  ('resend_webhook', 120, '1 minute');

-- Definer: admins may not write deliveries.
create function support_private.test_webhook(p_id uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.support_webhooks := support_private.lock_webhook(p_id);
  v_delivery_id uuid;
begin
  perform support_private.use_allowance('test_webhook');
  if not v_webhook.enabled then
    perform support_private.fail(409, 'support_webhook_disabled', 'Enable the webhook first');
  end if;
  insert into public.support_webhook_deliveries (webhook_id, event, payload)
  values (
    p_id, 'test.ping',
    jsonb_build_object(
      'type', 'test.ping', 'timestamp', clock_timestamp(),
      'data', jsonb_build_object('webhook_id', p_id, 'sent_by', support_private.caller_id())
    )
  )
  returning id into v_delivery_id;
  perform support_private.request_webhook_run();
  return v_delivery_id;
end
$$;
comment on function support_private.test_webhook(uuid) is 'Implements public.test_support_webhook.';
revoke execute on function support_private.test_webhook(uuid) from public;
grant execute on function support_private.test_webhook(uuid) to authenticated;

create function public.test_support_webhook(p_id uuid)
returns uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.test_webhook(p_id)
$$;
comment on function public.test_support_webhook(uuid) is
  'Sends the event test.ping to a webhook, whatever its events are; returns the delivery''s id. Admins only. Errors: '
  'support_webhook_not_found (404), support_webhook_disabled (409).';
revoke execute on function public.test_support_webhook(uuid) from public, anon;
grant execute on function public.test_support_webhook(uuid) to authenticated;

-- Definer: admins may not write deliveries.
create function support_private.resend_webhook_delivery(p_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_delivery public.support_webhook_deliveries;
  v_webhook public.support_webhooks;
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('resend_webhook');
  select * into v_delivery from public.support_webhook_deliveries d where d.id = p_id;
  if not found then
    perform support_private.fail(404, 'support_webhook_delivery_not_found');
  end if;
  v_webhook := support_private.lock_webhook(v_delivery.webhook_id);
  if not v_webhook.enabled then
    perform support_private.fail(409, 'support_webhook_disabled', 'Enable the webhook first');
  end if;
  update public.support_webhook_deliveries d
  set status = 'pending', next_attempt_at = now(), attempts_before = d.attempts, delivered_at = null,
      worker = null, lease_expires_at = null
  where d.id = p_id and not (d.status = 'sending' and d.lease_expires_at > now());
  if not found then
    perform support_private.fail(409, 'support_webhook_delivery_busy', 'It is being sent right now');
  end if;
  perform support_private.request_webhook_run();
end
$$;
comment on function support_private.resend_webhook_delivery(uuid) is 'Implements public.resend_support_webhook_delivery.';
revoke execute on function support_private.resend_webhook_delivery(uuid) from public;
grant execute on function support_private.resend_webhook_delivery(uuid) to authenticated;

create function public.resend_support_webhook_delivery(p_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.resend_webhook_delivery(p_id)
$$;
comment on function public.resend_support_webhook_delivery(uuid) is
  'Sends a delivery again at once with the same webhook-id, whether it is pending, delivered or dead. Admins only. Errors: '
  'support_webhook_delivery_not_found (404), support_webhook_disabled, support_webhook_delivery_busy (409).';
revoke execute on function public.resend_support_webhook_delivery(uuid) from public, anon;
grant execute on function public.resend_support_webhook_delivery(uuid) to authenticated;
