-- Webhooks: signed HTTP requests to a team's own servers, by the scheme of https://www.standardwebhooks.com.
-- Creates: column support_settings.webhook_private_targets; tables support_webhooks, support_webhook_deliveries (the
--          outbox), support_webhook_attempts; functions create_support_webhook, rotate_support_webhook_secret,
--          test_support_webhook, resend_support_webhook_delivery; for the Edge Function deliver-support-webhooks:
--          support_claim_webhook_deliveries, support_finish_webhook_delivery; jobs support-deliver-webhooks,
--          support-purge-webhooks.
-- Undo:    select cron.unschedule('support-deliver-webhooks'), cron.unschedule('support-purge-webhooks'); drop the functions;
--          delete from public.support_webhooks (takes their secrets out of Vault); drop the three tables; alter table
--          public.support_settings drop column webhook_private_targets; apply is_heard, emit and delete_conversation of
--          the migrations before again.

-- The tables are new: nothing waits for them.
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation
set lock_timeout = '5s';
set statement_timeout = '60s';

-- Where a webhook may lead -----------------------------------------------------------------------

create or replace function support_private.are_private_targets(p_targets text[])
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(bool_and(coalesce(t.target ~ '^([a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}$', false)), true)
  from unnest(p_targets) t (target)
$$;
comment on function support_private.are_private_targets(text[]) is 'Is each of them host:port, in lower case?';
revoke execute on function support_private.are_private_targets(text[]) from public;
-- The check runs as whoever writes the row.
grant execute on function support_private.are_private_targets(text[]) to authenticated, service_role;

alter table public.support_settings
  add column webhook_private_targets text[] not null default '{}'
    check (support_private.are_private_targets(webhook_private_targets) and cardinality(webhook_private_targets) <= 20);
comment on column public.support_settings.webhook_private_targets is
  'Targets inside your own network that webhooks may reach, also by http, as host:port: for who runs Supabase themselves. '
  'Written in the SQL editor only: whoever may change it can make the server call what stands beside it.';

create or replace function support_private.is_public_address(p_address inet)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case family(p_address)
    when 4 then not p_address <<= any (array[
      '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
      '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24',
      '224.0.0.0/4', '240.0.0.0/4'
    ]::inet[])
    -- Of IPv6 only what is given out for the public; not the parts of it that tunnel to IPv4, document or identify.
    else p_address <<= inet '2000::/3' and not p_address <<= any (array[
      '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'
    ]::inet[])
  end
$$;
comment on function support_private.is_public_address(inet) is
  'Is it an address of the public internet? supabase/functions/_shared/webhooks/public-address.ts says the same.';
revoke execute on function support_private.is_public_address(inet) from public;

create or replace function support_private.address_from_text(p_text text)
returns inet
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return p_text::inet;
exception
  when invalid_text_representation then
    return null;
end
$$;
comment on function support_private.address_from_text(text) is 'The address that a text is; null if it is none.';
revoke execute on function support_private.address_from_text(text) from public;

create or replace function support_private.is_private_name(p_host text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_host !~ '\.'
    or p_host ~ '\.(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$'
$$;
comment on function support_private.is_private_name(text) is 'Is it a name that is known in a private network only?';
revoke execute on function support_private.is_private_name(text) from public;

-- The address in parts, of a URL in the one plain form that everybody reads alike; null of any other.
create or replace function support_private.webhook_target(p_url text)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select array[
    lower(m[1]), lower(m[2]), coalesce(m[3], case lower(m[1]) when 'https' then '443' else '80' end)
  ]
  from regexp_match(
    p_url, '^(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?(?:[/?][!-~]*)?$', 'i'
  ) m
  where m is not null and char_length(p_url) <= 2000 and p_url !~ '[\\#"<>`{|}^]' and p_url ~ '^[!-~]+$'
$$;
comment on function support_private.webhook_target(text) is 'Scheme, host and port of a webhook''s URL; null if it is not written plainly.';
revoke execute on function support_private.webhook_target(text) from public;

create or replace function support_private.is_private_target(p_url text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    t.target[2] || ':' || t.target[3] = any ((select s.webhook_private_targets from public.support_settings s)::text[]),
    false
  )
  from (select support_private.webhook_target(p_url) as target) t
$$;
comment on function support_private.is_private_target(text) is 'Has an operator allowed this target inside their own network?';
revoke execute on function support_private.is_private_target(text) from public;
grant execute on function support_private.is_private_target(text) to service_role;

create or replace function support_private.check_webhook_url(p_url text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_target text[] := support_private.webhook_target(p_url);
  v_host text := v_target[2];
begin
  if p_url ~* '^[a-z]+://[^/?#]*@' then
    perform support_private.fail(400, 'support_webhook_url_credentials', 'No user name or password: whoever reads the list would have it');
  elsif v_target is null or v_target[3]::integer > 65535 then
    perform support_private.fail(400, 'support_webhook_url_invalid', 'Like https://example.com/hooks, at most 2,000 characters');
  elsif support_private.is_private_target(p_url) then
    return;
  elsif v_target[1] <> 'https' then
    perform support_private.fail(400, 'support_webhook_url_not_https', 'It has to begin with https://');
  elsif v_host ~ '^\[' then
    if support_private.address_from_text(btrim(v_host, '[]')) is null then
      perform support_private.fail(400, 'support_webhook_url_invalid', 'This is no address');
    elsif not support_private.is_public_address(btrim(v_host, '[]')::inet) then
      perform support_private.fail(400, 'support_webhook_url_private', 'It has to be reachable from the internet');
    end if;
  elsif v_host ~ '(^|\.)([0-9]+|0x[0-9a-f]*)$' then
    -- A number at the end is an address, and only four plain numbers are read alike everywhere.
    if v_host !~ '^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$' or support_private.address_from_text(v_host) is null then
      perform support_private.fail(400, 'support_webhook_url_invalid', 'An address is four numbers from 0 to 255');
    elsif not support_private.is_public_address(v_host::inet) then
      perform support_private.fail(400, 'support_webhook_url_private', 'It has to be reachable from the internet');
    end if;
  elsif char_length(v_host) > 253 or v_host !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$' then
    perform support_private.fail(400, 'support_webhook_url_invalid', 'This is no name of a host');
  elsif support_private.is_private_name(v_host) then
    perform support_private.fail(400, 'support_webhook_url_private', 'It has to be reachable from the internet');
  end if;
  if v_target[3]::integer <> 443 and v_target[3]::integer < 1024 then
    perform support_private.fail(400, 'support_webhook_url_port', 'Port 443, or one from 1024 on');
  end if;
end
$$;
comment on function support_private.check_webhook_url(text) is
  'Refuses a URL that is not https, hides something, or leads into a private network. What its name resolves to is checked when '
  'a delivery connects.';
revoke execute on function support_private.check_webhook_url(text) from public;

-- Webhooks ---------------------------------------------------------------------------------------

create or replace function support_private.webhook_events()
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select array[
    'chat.created', 'conversation.started', 'conversation.accepted', 'conversation.transferred', 'conversation.requeued',
    'conversation.escalated', 'conversation.ended', 'conversation.rated', 'message.created'
  ]
$$;
comment on function support_private.webhook_events() is 'The events that a webhook can listen to.';
revoke execute on function support_private.webhook_events() from public;

create table public.support_webhooks (
  id uuid primary key default gen_random_uuid(),
  url text not null,
  description text not null default '',
  events text[] not null,
  enabled boolean not null default true,
  -- Why it was switched off by itself.
  disabled_reason text check (disabled_reason in ('gone')),
  -- Secrets live in Vault. After a change, the one before also signs for a day.
  secret_id uuid not null,
  previous_secret_id uuid,
  previous_secret_until timestamptz,
  failing_since timestamptz,
  last_delivered_at timestamptz,
  last_failed_at timestamptz,
  last_error text check (char_length(last_error) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_webhooks is 'Where events are sent to, signed. Admins only; at most 10.';
comment on column public.support_webhooks.failing_since is 'Since when no delivery has arrived; null while all is well.';

alter table public.support_webhooks enable row level security;
revoke all on table public.support_webhooks from public, anon, authenticated;
grant select (
  id, url, description, events, enabled, disabled_reason, previous_secret_until, failing_since, last_delivered_at,
  last_failed_at, last_error, created_at, updated_at
) on table public.support_webhooks to authenticated;
grant update (url, description, events, enabled) on table public.support_webhooks to authenticated;
grant delete on table public.support_webhooks to authenticated;
grant select, insert, update, delete on table public.support_webhooks to service_role;

create policy "Admins read webhooks"
on public.support_webhooks for select to authenticated
using ((select support_private.is_admin()));
create policy "Admins change webhooks"
on public.support_webhooks for update to authenticated
using ((select support_private.is_admin()))
with check ((select support_private.is_admin()));
create policy "Admins delete webhooks"
on public.support_webhooks for delete to authenticated
using ((select support_private.is_admin()));

create trigger support_webhooks_limit_changes
before update or delete on public.support_webhooks
for each statement execute function support_private.limit_admin_changes();

create trigger support_webhooks_touch_updated_at
before update of url, description, events, enabled on public.support_webhooks
for each row execute function support_private.touch_updated_at();

-- Definer: it reads the settings.
create or replace function support_private.check_webhook()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- What may lead nowhere any more can still be switched off.
  if tg_op = 'INSERT' or new.url <> old.url or new.enabled and not old.enabled then
    perform support_private.check_webhook_url(new.url);
  end if;
  if not coalesce(new.events <@ support_private.webhook_events() and cardinality(new.events) > 0, false) then
    perform support_private.fail(400, 'support_webhook_events_invalid', 'At least one of ' || array_to_string(support_private.webhook_events(), ', '));
  elsif char_length(new.description) > 200 or new.description ~ '[\u0001-\u001f\u007f-\u009f]' then
    perform support_private.fail(400, 'support_webhook_description_invalid', 'One line of at most 200 characters');
  end if;
  new.events := array(select e from unnest(support_private.webhook_events()) e where e = any (new.events));
  if tg_op = 'UPDATE' and (new.enabled and not old.enabled or new.url <> old.url) then
    new.disabled_reason := null;
    new.failing_since := null;
    new.last_error := null;
  end if;
  return new;
end
$$;
comment on function support_private.check_webhook() is 'Holds what a webhook may be, whoever writes it.';
revoke execute on function support_private.check_webhook() from public;

create trigger support_webhooks_check
before insert or update of url, description, events, enabled on public.support_webhooks
for each row execute function support_private.check_webhook();

-- Definer: it deletes from Vault.
create or replace function support_private.forget_webhook_secrets()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from vault.secrets s where s.id in (old.secret_id, old.previous_secret_id);
  return null;
end
$$;
comment on function support_private.forget_webhook_secrets() is 'Takes the secrets of a deleted webhook out of Vault.';
revoke execute on function support_private.forget_webhook_secrets() from public;

create trigger support_webhooks_forget_secrets
after delete on public.support_webhooks
for each row execute function support_private.forget_webhook_secrets();

-- The outbox -------------------------------------------------------------------------------------

create table public.support_webhook_deliveries (
  -- Also the header webhook-id: the same in every attempt.
  id uuid primary key default gen_random_uuid(),
  webhook_id uuid not null references public.support_webhooks (id) on delete cascade,
  -- What is told of a chat goes with it.
  chat_id uuid references public.support_chats (id) on delete cascade,
  event text not null,
  payload jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'sending', 'delivered', 'dead')),
  attempts bigint not null default 0 check (attempts >= 0),
  -- Attempts before somebody sent it again: the schedule begins anew.
  attempts_before bigint not null default 0,
  next_attempt_at timestamptz not null default now(),
  worker uuid,
  lease_expires_at timestamptz,
  delivered_at timestamptz,
  -- The clock's: of several in one transaction, each has its place in the list.
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now()
);
comment on table public.support_webhook_deliveries is
  'One event for one webhook: waiting, under way, delivered, or dead when nothing came of it. Rows move only through functions.';

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
comment on table public.support_webhook_attempts is 'Each attempt of a delivery: when it ended, what was answered or went wrong, and how long it took.';
alter table public.support_webhook_attempts enable row level security;
revoke all on table public.support_webhook_attempts from public, anon, authenticated;
grant select on table public.support_webhook_attempts to authenticated;
grant select, insert, update, delete on table public.support_webhook_attempts to service_role;
create policy "Admins read attempts"
on public.support_webhook_attempts for select to authenticated
using ((select support_private.is_admin()));

create or replace function support_private.enqueue_webhooks(p_event text, p_data jsonb)
returns void
language plpgsql
security definer
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
  -- The webhook, or the chat, was deleted at this moment.
  when foreign_key_violation then
    null;
  when others then
    perform support_private.record_fault('support_webhooks', p_event || ': ' || sqlerrm);
end
$$;
comment on function support_private.enqueue_webhooks(text, jsonb) is 'Writes an event into the outbox of every webhook that listens to it.';
revoke execute on function support_private.enqueue_webhooks(text, jsonb) from public;

-- As before; and what is erased is told to nobody any more.
create or replace function support_private.delete_conversation(p_conversation_id uuid)
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
    -- The texts go; times and stars stay for the reports.
    delete from public.support_messages m where m.conversation_id = p_conversation_id;
    update public.support_conversations v set user_snapshot = '{}', feedback = null where v.id = p_conversation_id;
    delete from public.support_webhook_deliveries d
    where d.chat_id = v_conversation.chat_id and d.payload #>> '{data,conversation_id}' = p_conversation_id::text;
    perform support_private.refresh_preview(v_conversation.chat_id);
  end if;
  -- Now and not at the commit, so that the broadcasts below stay.
  perform support_private.forget_broadcasts();
  if v_mode = 'erase' then
    -- Open dashboards forget the preview, too.
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

create or replace function support_private.is_heard(p_event text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.hooks_for(p_event) <> '{}'
    or exists (select from public.support_webhooks w where w.enabled and p_event = any (w.events))
$$;

create or replace function support_private.emit(p_event text, p_data jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.enqueue_webhooks(p_event, p_data);
  perform support_private.call_hooks(p_event, p_data);
end
$$;

-- Starting a run ---------------------------------------------------------------------------------

-- Of one webhook, so many deliveries are under way at once at most: one that hangs holds no place of the others.
create or replace function support_private.webhook_room(p_webhook_id uuid)
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
comment on function support_private.webhook_room(uuid) is 'How many more deliveries of a webhook may be under way now.';
revoke execute on function support_private.webhook_room(uuid) from public;
grant execute on function support_private.webhook_room(uuid) to service_role;

create or replace function support_private.request_webhook_run()
returns bigint
language sql
security definer
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

-- What admins do ---------------------------------------------------------------------------------

create or replace function support_private.new_webhook_secret()
returns text
language sql
volatile
set search_path = ''
as $$
  -- 244 random bits, in the form that Standard Webhooks gives secrets.
  select 'whsec_' || encode(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), 'base64')
$$;
comment on function support_private.new_webhook_secret() is 'A secret for signing.';
revoke execute on function support_private.new_webhook_secret() from public;

insert into support_private.limits (action, amount, period) values
  ('change_webhook', 60, '1 minute'),
  ('test_webhook', 30, '1 minute'),
  ('resend_webhook', 120, '1 minute');

-- Definer: it writes to Vault. So do the next three.
create or replace function support_private.create_webhook(p_url text, p_events text[], p_description text)
returns table (id uuid, secret text)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_secret text := support_private.new_webhook_secret();
  v_id uuid := gen_random_uuid();
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('change_webhook');
  -- Two admins at once take turns, so that the limit holds.
  perform pg_advisory_xact_lock(hashtextextended('support_webhooks', 0));
  if (select count(*) from public.support_webhooks) >= 10 then
    perform support_private.fail(409, 'support_webhooks_too_many', 'At most 10 webhooks');
  end if;
  insert into public.support_webhooks (id, url, events, description, secret_id)
  values (
    v_id, btrim(p_url), p_events, btrim(coalesce(p_description, '')),
    vault.create_secret(v_secret, 'support_webhook_' || v_id, 'Support chat: signs the deliveries of a webhook')
  );
  return query select v_id, v_secret;
end
$$;
comment on function support_private.create_webhook(text, text[], text) is 'Works for public.create_support_webhook.';
revoke execute on function support_private.create_webhook(text, text[], text) from public;
grant execute on function support_private.create_webhook(text, text[], text) to authenticated;

create or replace function public.create_support_webhook(p_url text, p_events text[], p_description text default '')
returns table (id uuid, secret text)
language sql
volatile
security invoker
set search_path = ''
as $$
  select w.id, w.secret from support_private.create_webhook(p_url, p_events, p_description) w
$$;
comment on function public.create_support_webhook(text, text[], text) is
  'Adds a webhook; the answer is the only time that its secret is told. Admins only. Errors: support_webhook_url_invalid, '
  'support_webhook_url_not_https, support_webhook_url_credentials, support_webhook_url_private, support_webhook_url_port, '
  'support_webhook_events_invalid, support_webhook_description_invalid (400), support_webhooks_too_many (409).';
revoke execute on function public.create_support_webhook(text, text[], text) from public, anon;
grant execute on function public.create_support_webhook(text, text[], text) to authenticated;

create or replace function support_private.lock_webhook(p_id uuid)
returns public.support_webhooks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.support_webhooks;
begin
  perform support_private.require_admin();
  select * into v_webhook from public.support_webhooks w where w.id = p_id for no key update;
  if not found then
    perform support_private.fail(404, 'support_webhook_not_found');
  end if;
  return v_webhook;
end
$$;
comment on function support_private.lock_webhook(uuid) is 'An admin''s look at a webhook, locked; support_webhook_not_found if there is none.';
revoke execute on function support_private.lock_webhook(uuid) from public;

create or replace function support_private.rotate_webhook_secret(p_id uuid)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.support_webhooks := support_private.lock_webhook(p_id);
  v_secret text := support_private.new_webhook_secret();
begin
  perform support_private.use_allowance('change_webhook');
  delete from vault.secrets s where s.id = v_webhook.previous_secret_id;
  update public.support_webhooks w
  set secret_id = vault.create_secret(
        v_secret, 'support_webhook_' || w.id || '_' || gen_random_uuid(), 'Support chat: signs the deliveries of a webhook'
      ),
      previous_secret_id = w.secret_id,
      previous_secret_until = now() + interval '24 hours'
  where w.id = p_id;
  return v_secret;
end
$$;
comment on function support_private.rotate_webhook_secret(uuid) is 'Works for public.rotate_support_webhook_secret.';
revoke execute on function support_private.rotate_webhook_secret(uuid) from public;
grant execute on function support_private.rotate_webhook_secret(uuid) to authenticated;

create or replace function public.rotate_support_webhook_secret(p_id uuid)
returns text
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.rotate_webhook_secret(p_id)
$$;
comment on function public.rotate_support_webhook_secret(uuid) is
  'Gives a webhook a new secret, told this once; for 24 hours deliveries are signed with the old one too. Admins only. Errors: '
  'support_webhook_not_found (404).';
revoke execute on function public.rotate_support_webhook_secret(uuid) from public, anon;
grant execute on function public.rotate_support_webhook_secret(uuid) to authenticated;

create or replace function support_private.test_webhook(p_id uuid)
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
comment on function support_private.test_webhook(uuid) is 'Works for public.test_support_webhook.';
revoke execute on function support_private.test_webhook(uuid) from public;
grant execute on function support_private.test_webhook(uuid) to authenticated;

create or replace function public.test_support_webhook(p_id uuid)
returns uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.test_webhook(p_id)
$$;
comment on function public.test_support_webhook(uuid) is
  'Sends the event test.ping to a webhook, whatever it listens to; returns the delivery. Admins only. Errors: '
  'support_webhook_not_found (404), support_webhook_disabled (409).';
revoke execute on function public.test_support_webhook(uuid) from public, anon;
grant execute on function public.test_support_webhook(uuid) to authenticated;

create or replace function support_private.resend_webhook_delivery(p_id uuid)
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
comment on function support_private.resend_webhook_delivery(uuid) is 'Works for public.resend_support_webhook_delivery.';
revoke execute on function support_private.resend_webhook_delivery(uuid) from public;
grant execute on function support_private.resend_webhook_delivery(uuid) to authenticated;

create or replace function public.resend_support_webhook_delivery(p_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.resend_webhook_delivery(p_id)
$$;
comment on function public.resend_support_webhook_delivery(uuid) is
  'Sends a delivery again at once, whether it waits, arrived or is dead, under the same webhook-id. Admins only. Errors: '
  'support_webhook_delivery_not_found (404), support_webhook_disabled, support_webhook_delivery_busy (409).';
revoke execute on function public.resend_support_webhook_delivery(uuid) from public, anon;
grant execute on function public.resend_support_webhook_delivery(uuid) to authenticated;

-- The worker's functions -------------------------------------------------------------------------
-- For the secret key only.

-- Definer: it reads Vault.
create or replace function support_private.webhook_secrets(p_webhook public.support_webhooks)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select array_agg(s.decrypted_secret order by (s.id = p_webhook.secret_id) desc)
  from vault.decrypted_secrets s
  where s.id = p_webhook.secret_id
    or s.id = p_webhook.previous_secret_id and p_webhook.previous_secret_until > now()
$$;
comment on function support_private.webhook_secrets(public.support_webhooks) is 'What a webhook''s deliveries are signed with now, the newest first.';
revoke execute on function support_private.webhook_secrets(public.support_webhooks) from public;
grant execute on function support_private.webhook_secrets(public.support_webhooks) to service_role;

create or replace function support_private.webhook_delay(p_attempt bigint)
returns interval
language sql
volatile
set search_path = ''
as $$
  -- The schedule that Standard Webhooks gives; a tenth more or less, so that not all come back at once.
  select (array['5 s', '5 min', '30 min', '2 h', '5 h', '10 h', '14 h', '20 h', '24 h']::interval[])[p_attempt]
    * (0.9 + 0.2 * random())
$$;
comment on function support_private.webhook_delay(bigint) is 'How long to wait after the attempt of this number has failed; null when it was the last.';
revoke execute on function support_private.webhook_delay(bigint) from public;
grant execute on function support_private.webhook_delay(bigint) to service_role;

create or replace function support_private.fail_delivery(
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
  'Plans the next attempt of a delivery, or gives it up after the tenth; p_gone also switches the webhook off.';
revoke execute on function support_private.fail_delivery(public.support_webhook_deliveries, text, boolean, integer) from public;
grant execute on function support_private.fail_delivery(public.support_webhook_deliveries, text, boolean, integer) to service_role;

create or replace function public.support_claim_webhook_deliveries(p_worker uuid, p_limit integer default 40)
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
  -- Those that wait longest for a turn first. The lock makes two workers count what is under way one after the other.
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
  'For the webhook worker: takes due deliveries for a minute, each by one worker only and at most four of a webhook at once.';
revoke execute on function public.support_claim_webhook_deliveries(uuid, integer) from public, anon, authenticated;
grant execute on function public.support_claim_webhook_deliveries(uuid, integer) to service_role;

create or replace function public.support_finish_webhook_delivery(
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
  -- The webhook first, as everybody who takes both locks.
  select d.webhook_id into v_webhook_id from public.support_webhook_deliveries d where d.id = p_id;
  perform from public.support_webhooks w where w.id = v_webhook_id for no key update;
  select * into v_delivery from public.support_webhook_deliveries d where d.id = p_id for update;
  if not found then
    return; -- the webhook or the chat is gone
  end if;
  insert into public.support_webhook_attempts (delivery_id, attempt, status_code, error, milliseconds)
  values (p_id, p_attempt, p_status_code, left(p_error, 500), p_milliseconds)
  on conflict (delivery_id, attempt) do update
    set status_code = excluded.status_code, error = excluded.error, milliseconds = excluded.milliseconds;
  if v_arrived then
    -- That it arrived is true even if the lease has run out meanwhile, unless somebody sent it again since.
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
  'For the webhook worker: how an attempt ended. 2xx arrived; 410 switches the webhook off; everything else is tried again by the '
  'schedule, ten times in all; p_retry_after (seconds) counts with 429 and 503.';
revoke execute on function public.support_finish_webhook_delivery(uuid, uuid, bigint, integer, text, integer, integer) from public, anon, authenticated;
grant execute on function public.support_finish_webhook_delivery(uuid, uuid, bigint, integer, text, integer, integer) to service_role;

-- Jobs -------------------------------------------------------------------------------------------

create or replace function support_private.purge_webhooks()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.support_webhook_deliveries d
  where d.status = 'delivered' and d.updated_at < now() - interval '7 days'
    or d.status = 'dead' and d.updated_at < now() - interval '30 days';
  -- What waits for a webhook that is off.
  delete from public.support_webhook_deliveries d
  using public.support_webhooks w
  where w.id = d.webhook_id and not w.enabled and d.created_at < now() - interval '30 days';
  delete from vault.secrets s
  using public.support_webhooks w
  where s.id = w.previous_secret_id and w.previous_secret_until < now();
  update public.support_webhooks w set previous_secret_id = null, previous_secret_until = null
  where w.previous_secret_until < now();
  -- A job of every ten seconds leaves 8,640 rows a day.
  delete from cron.job_run_details r
  using cron.job j
  where j.jobid = r.jobid and j.jobname = 'support-deliver-webhooks' and r.end_time < now() - interval '1 day';
end
$$;
comment on function support_private.purge_webhooks() is
  'Deletes deliveries that arrived 7 days ago or died 30 days ago, and secrets that sign no more. Run by pg_cron every night.';
revoke execute on function support_private.purge_webhooks() from public;

select cron.schedule('support-deliver-webhooks', '10 seconds', 'select support_private.request_webhook_run()');
select cron.schedule('support-purge-webhooks', '41 3 * * *', 'select support_private.purge_webhooks()');
