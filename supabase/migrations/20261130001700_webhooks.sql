-- Webhooks: signed HTTP requests to a team's own servers, as https://www.standardwebhooks.com describes.
-- Creates: table support_webhooks; functions create_support_webhook, rotate_support_webhook_secret and, in support_private,
--          webhook_events, webhook_secrets.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.webhook_events()
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
comment on function support_private.webhook_events() is 'The events that a webhook can receive.';
revoke execute on function support_private.webhook_events() from public;

create table public.support_webhooks (
  id uuid primary key default gen_random_uuid(),
  url text not null,
  description text not null default '',
  events text[] not null,
  enabled boolean not null default true,
  -- Why the product turned the webhook off.
  disabled_reason text check (disabled_reason in ('gone')),
  -- Vault stores the secrets. After a change, deliveries are also signed with the previous secret for a day.
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
comment on table public.support_webhooks is 'The addresses to which signed events are sent. Admins only; at most 10.';
comment on column public.support_webhooks.failing_since is 'The time of the first failure since the last successful delivery; null without one.';

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

-- Definer: only the owner may execute check_webhook_url().
create function support_private.check_webhook()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- A webhook whose address became invalid can still be turned off.
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
comment on function support_private.check_webhook() is 'Checks the values of a webhook for every role that writes it.';
revoke execute on function support_private.check_webhook() from public;

create trigger support_webhooks_check
before insert or update of url, description, events, enabled on public.support_webhooks
for each row execute function support_private.check_webhook();

-- Secrets ------------------------------------------------------------------------------------------

insert into support_private.limits (action, amount, period) values ('change_webhook', 60, '1 minute');

create function support_private.new_webhook_secret()
returns text
language sql
volatile
set search_path = ''
as $$
  -- 244 random bits, in the format of Standard Webhooks.
  select 'whsec_' || encode(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), 'base64')
$$;
comment on function support_private.new_webhook_secret() is 'A new signing secret.';
revoke execute on function support_private.new_webhook_secret() from public;

-- Definer: it writes to Vault.
create function support_private.create_webhook(p_url text, p_events text[], p_description text)
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
  -- Serialize the calls, so that the limit holds.
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
comment on function support_private.create_webhook(text, text[], text) is 'Implements public.create_support_webhook.';
revoke execute on function support_private.create_webhook(text, text[], text) from public;
grant execute on function support_private.create_webhook(text, text[], text) to authenticated;

create function public.create_support_webhook(p_url text, p_events text[], p_description text default '')
returns table (id uuid, secret text)
language sql
volatile
security invoker
set search_path = ''
as $$
  select w.id, w.secret from support_private.create_webhook(p_url, p_events, p_description) w
$$;
comment on function public.create_support_webhook(text, text[], text) is
  'Adds a webhook, and returns its secret, which cannot be read later. Admins only. Errors: support_webhook_url_invalid, '
  'support_webhook_url_not_https, support_webhook_url_credentials, support_webhook_url_private, support_webhook_url_port, '
  'support_webhook_events_invalid, support_webhook_description_invalid (400), support_webhooks_too_many (409).';
revoke execute on function public.create_support_webhook(text, text[], text) from public, anon;
grant execute on function public.create_support_webhook(text, text[], text) to authenticated;

create function support_private.lock_webhook(p_id uuid)
returns public.support_webhooks
language plpgsql
security invoker
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
comment on function support_private.lock_webhook(uuid) is
  'Returns a webhook to an admin, locked. Raises support_webhook_not_found.';
revoke execute on function support_private.lock_webhook(uuid) from public;

-- Definer: it writes to Vault.
create function support_private.rotate_webhook_secret(p_id uuid)
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
comment on function support_private.rotate_webhook_secret(uuid) is 'Implements public.rotate_support_webhook_secret.';
revoke execute on function support_private.rotate_webhook_secret(uuid) from public;
grant execute on function support_private.rotate_webhook_secret(uuid) to authenticated;

create function public.rotate_support_webhook_secret(p_id uuid)
returns text
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.rotate_webhook_secret(p_id)
$$;
comment on function public.rotate_support_webhook_secret(uuid) is
  'Gives a webhook a new secret, and returns it; for 24 hours deliveries are signed with the old one, too. Admins only. Errors: '
  'support_webhook_not_found (404).';
revoke execute on function public.rotate_support_webhook_secret(uuid) from public, anon;
grant execute on function public.rotate_support_webhook_secret(uuid) to authenticated;

-- Definer: it reads Vault.
create function support_private.webhook_secrets(p_webhook public.support_webhooks)
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
comment on function support_private.webhook_secrets(public.support_webhooks) is
  'The valid signing secrets of a webhook, newest first.';
revoke execute on function support_private.webhook_secrets(public.support_webhooks) from public;
grant execute on function support_private.webhook_secrets(public.support_webhooks) to service_role;

-- Definer: it deletes from Vault.
create function support_private.forget_webhook_secrets()
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
comment on function support_private.forget_webhook_secrets() is 'Deletes the secrets of a deleted webhook from Vault.';
revoke execute on function support_private.forget_webhook_secrets() from public;

create trigger support_webhooks_forget_secrets
after delete on public.support_webhooks
for each row execute function support_private.forget_webhook_secrets();
