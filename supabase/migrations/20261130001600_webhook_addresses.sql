-- Allowed addresses of webhooks: https on the public internet, and targets in the operator's own network that they list.
-- Creates: setting webhook_private_targets; in support_private webhook_target, is_public_address, is_private_target,
--          check_webhook_url and their helpers.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.are_private_targets(p_targets text[])
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(bool_and(coalesce(t.target ~ '^([a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}$', false)), true)
  from unnest(p_targets) t (target)
$$;
comment on function support_private.are_private_targets(text[]) is 'Is each text host:port, in lower case?';
revoke execute on function support_private.are_private_targets(text[]) from public;
-- The check runs as the role that writes the row.
grant execute on function support_private.are_private_targets(text[]) to authenticated, service_role;

alter table public.support_settings
  add column webhook_private_targets text[] not null default '{}'
    check (support_private.are_private_targets(webhook_private_targets) and cardinality(webhook_private_targets) <= 20);
comment on column public.support_settings.webhook_private_targets is
  'Targets inside your own network that webhooks may reach, also by http, as host:port: for self-hosted '
  'Supabase. Change it in the SQL editor only, because with it the server can be made to call other machines in its network.';

create function support_private.is_public_address(p_address inet)
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
    -- Of IPv6 only global unicast addresses, without the ranges for tunnels to IPv4, documentation and identifiers.
    else p_address <<= inet '2000::/3' and not p_address <<= any (array[
      '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'
    ]::inet[])
  end
$$;
comment on function support_private.is_public_address(inet) is
  'Is it an address of the public internet? supabase/functions/deliver-support-webhooks/public-address.ts has the same list.';
revoke execute on function support_private.is_public_address(inet) from public;

create function support_private.address_from_text(p_text text)
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
comment on function support_private.address_from_text(text) is 'The IP address in a text; null if it is not one.';
revoke execute on function support_private.address_from_text(text) from public;

create function support_private.is_private_name(p_host text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_host !~ '\.'
    or p_host ~ '\.(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$'
$$;
comment on function support_private.is_private_name(text) is 'Is it a name that exists only in a private network?';
revoke execute on function support_private.is_private_name(text) from public;

create function support_private.webhook_target(p_url text)
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
comment on function support_private.webhook_target(text) is
  'Scheme, host and port of a webhook''s URL; null if the URL is not in the plain form that all programs parse alike.';
revoke execute on function support_private.webhook_target(text) from public;

-- Definer: it reads the settings for admins and for the worker.
create function support_private.is_private_target(p_url text)
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

create function support_private.check_webhook_url(p_url text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_target text[] := support_private.webhook_target(p_url);
  v_host text := v_target[2];
begin
  if p_url ~* '^[a-z]+://[^/?#]*@' then
    perform support_private.fail(400, 'support_webhook_url_credentials', 'No user name or password: every admin could read it');
  elsif v_target is null or v_target[3]::integer > 65535 then
    perform support_private.fail(400, 'support_webhook_url_invalid', 'Like https://example.com/hooks, at most 2,000 characters');
  elsif support_private.is_private_target(p_url) then
    return;
  elsif v_target[1] <> 'https' then
    perform support_private.fail(400, 'support_webhook_url_not_https', 'It must begin with https://');
  elsif v_host ~ '^\[' then
    if support_private.address_from_text(btrim(v_host, '[]')) is null then
      perform support_private.fail(400, 'support_webhook_url_invalid', 'This is not an IP address');
    elsif not support_private.is_public_address(btrim(v_host, '[]')::inet) then
      perform support_private.fail(400, 'support_webhook_url_private', 'It must be reachable from the internet');
    end if;
  elsif v_host ~ '(^|\.)([0-9]+|0x[0-9a-f]*)$' then
    -- A host that ends with a number is an IPv4 address, and all programs parse only four plain decimal numbers alike.
    if v_host !~ '^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$' or support_private.address_from_text(v_host) is null then
      perform support_private.fail(400, 'support_webhook_url_invalid', 'An address is four numbers from 0 to 255');
    elsif not support_private.is_public_address(v_host::inet) then
      perform support_private.fail(400, 'support_webhook_url_private', 'It must be reachable from the internet');
    end if;
  elsif char_length(v_host) > 253 or v_host !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$' then
    perform support_private.fail(400, 'support_webhook_url_invalid', 'This is not a host name');
  elsif support_private.is_private_name(v_host) then
    perform support_private.fail(400, 'support_webhook_url_private', 'It must be reachable from the internet');
  end if;
  if v_target[3]::integer <> 443 and v_target[3]::integer < 1024 then
    perform support_private.fail(400, 'support_webhook_url_port', 'Port 443, or one from 1024 on');
  end if;
end
$$;
comment on function support_private.check_webhook_url(text) is
  'Rejects a URL that is not https, has credentials, or leads into a private network. The address to which its name resolves is '
  'checked when a delivery connects.';
revoke execute on function support_private.check_webhook_url(text) from public;
