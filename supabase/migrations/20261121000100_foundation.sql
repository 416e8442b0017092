-- Foundation: the private schema, coded errors, who is staff, and the one row of settings.
-- Creates: schema support_private; type support_agent_role; tables support_agents, support_settings;
--          functions support_add_agent and helpers in support_private.
-- Undo:    drop table public.support_settings, public.support_agents; drop function public.support_add_agent;
--          drop schema support_private cascade; drop type public.support_agent_role;

set lock_timeout = '5s';
set statement_timeout = '60s';

create schema if not exists support_private;
comment on schema support_private is 'Support chat: helpers and definer functions. Never exposed through the API.';
revoke all on schema support_private from public;
grant usage on schema support_private to authenticated, service_role;

create or replace function support_private.fail(p_status integer, p_code text, p_detail text default null)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- PostgREST turns SQLSTATE PTxyz into the HTTP status xyz.
  raise exception using
    errcode = 'PT' || p_status,
    message = p_code,
    detail = coalesce(p_detail, '');
end
$$;
comment on function support_private.fail(integer, text, text) is
  'Raises a coded error: the message is the code (support_…), the HTTP status follows from SQLSTATE PTxyz.';
revoke execute on function support_private.fail(integer, text, text) from public;
grant execute on function support_private.fail(integer, text, text) to authenticated, service_role;

create or replace function support_private.touch_updated_at()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function support_private.touch_updated_at() is 'Keeps updated_at.';
revoke execute on function support_private.touch_updated_at() from public;

-- What people type ------------------------------------------------------------------------------
-- Checks of the tables call these, and the forms of the dashboard refuse the same; settings-agree.test.ts compares them. Checks
-- run as whoever writes the row.

create or replace function support_private.blank_characters()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Every character that shows nothing: controls, spaces of all widths, zero-width and bidi marks, fillers, variation
  -- selectors. The same list as BLANK in src/lib/chat/text.ts; a test holds them together.
  select E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f'
    || E'\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f'
    || E'\u0020\u007f\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f'
    || E'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f'
    || E'\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2065'
    || E'\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3000\u3164'
    || E'\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0'
$$;
comment on function support_private.blank_characters() is 'The characters that show nothing; a message needs one that is not among them.';
revoke execute on function support_private.blank_characters() from public;
grant execute on function support_private.blank_characters() to authenticated, service_role;

create or replace function support_private.is_line(p_text text, p_most integer)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Control characters are written out: which characters a class such as [[:cntrl:]] has depends on the server's locale.
  select char_length(p_text) <= p_most
    and p_text !~ '[\u0001-\u001f\u007f-\u009f]'
    and btrim(p_text, support_private.blank_characters()) <> ''
$$;
comment on function support_private.is_line(text, integer) is 'Is it one line of at most so many characters, of which one shows?';
revoke execute on function support_private.is_line(text, integer) from public;
grant execute on function support_private.is_line(text, integer) to authenticated, service_role;

create or replace function support_private.is_web_address(p_url text)
returns boolean
language plpgsql
immutable
parallel safe
strict
set search_path = ''
as $$
declare
  -- The plain form of an address: no credentials, ASCII only, so that every program reads it alike.
  v_parts text[] := regexp_match(
    p_url, '^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::([0-9]{1,5}))?(?:[/?#][!-~]*)?$'
  );
  v_byte constant text := '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
begin
  if v_parts is null or char_length(p_url) > 500 or v_parts[2]::integer > 65535 then
    return false;
  elsif v_parts[1] like '[%' then
    return family(btrim(v_parts[1], '[]')::inet) = 6;
  elsif v_parts[1] ~* '(^|\.)([0-9]+|0x[0-9a-f]*)\.?$' then
    -- A number at the end is an address of four bytes.
    return v_parts[1] ~ ('^' || v_byte || '(\.' || v_byte || '){3}$');
  end if;
  return v_parts[1] !~* '(^|\.)xn--([^.]*-)?(\.|$)';
exception
  when invalid_text_representation then -- no address of IPv6
    return false;
end
$$;
comment on function support_private.is_web_address(text) is
  'Is it an http or https address in its plain form, at most 500 characters, that a browser can parse?';
revoke execute on function support_private.is_web_address(text) from public;
grant execute on function support_private.is_web_address(text) to authenticated, service_role;

create or replace function support_private.is_email_address(p_address text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- What HTML calls a valid address, with a dot in its domain: ASCII, nothing that could end a header or start another address.
  select coalesce(
    char_length(p_address) <= 254
    and p_address ~ ('^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
      || '(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$'),
    false
  )
$$;
comment on function support_private.is_email_address(text) is 'Is it one plain e-mail address, without a name?';
revoke execute on function support_private.is_email_address(text) from public;
grant execute on function support_private.is_email_address(text) to authenticated, service_role;

create or replace function support_private.is_mail_sender(p_sender text)
returns boolean
language sql
immutable
parallel safe
strict
set search_path = ''
as $$
  select support_private.is_line(p_sender, 320) and support_private.is_email_address(
    case when p_sender ~ '^[^<>]*<[^<>]*>$' then substring(p_sender from '<([^<>]*)>$') else p_sender end
  )
$$;
comment on function support_private.is_mail_sender(text) is 'Is it an e-mail address, alone or as Name <address>?';
revoke execute on function support_private.is_mail_sender(text) from public;
grant execute on function support_private.is_mail_sender(text) to authenticated, service_role;

-- Who calls ------------------------------------------------------------------------------------

-- Definer: it reads auth.users.
create or replace function support_private.is_active_user(p_user_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from auth.users u
    where u.id = p_user_id and u.deleted_at is null and (u.banned_until is null or u.banned_until <= now())
  )
$$;
comment on function support_private.is_active_user(uuid) is 'Is it a user of the project who is neither banned nor deleted, at this moment?';
revoke execute on function support_private.is_active_user(uuid) from public;
grant execute on function support_private.is_active_user(uuid) to service_role;

-- Definer: as is_active_user(). A ban ends no access token, so everything asks this function and never auth.uid(): a banned
-- user is nobody from the moment of the ban, as a customer and as an agent.
create or replace function support_private.caller_id()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select u.id from auth.users u
  where u.id = (select auth.uid()) and u.deleted_at is null and (u.banned_until is null or u.banned_until <= now())
$$;
comment on function support_private.caller_id() is
  'The user who calls; null when signed out, and for users who are banned, deleted or not of this project.';
revoke execute on function support_private.caller_id() from public;
grant execute on function support_private.caller_id() to authenticated, service_role;

-- Definer: as is_active_user(). Whoever signs up first with an address of somebody else has it unconfirmed for ever, and a
-- company's single sign-on may give its users any address.
create or replace function support_private.user_of_email(p_email text)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select u.id from auth.users u
  -- Auth keeps addresses in lower case; its index is on the address as it is. No address is longer than 320 characters, and a
  -- text of megabytes must not be put into lower case for each user.
  where u.email = lower(btrim(left(p_email, 1000))) and u.email_confirmed_at is not null
    and not u.is_sso_user and not u.is_anonymous
    and u.deleted_at is null and (u.banned_until is null or u.banned_until <= now())
  limit 1
$$;
comment on function support_private.user_of_email(text) is
  'The active user who has confirmed this e-mail address; users of single sign-on and anonymous ones are not found by their address.';
revoke execute on function support_private.user_of_email(text) from public;
grant execute on function support_private.user_of_email(text) to service_role;

-- The order of locks ---------------------------------------------------------------------------
-- A call locks a chat, then its conversations, messages and files, then agents. The cascades of foreign keys lock in another order,
-- which Postgres chooses: whoever deletes a user or an agent therefore waits until the calls under way have ended, and calls
-- that begin meanwhile wait for the deletion. Both take this lock before any other.

create or replace function support_private.begin_work()
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select pg_advisory_xact_lock_shared(hashtext('support_private.deletion'))
$$;
comment on function support_private.begin_work() is
  'Called first in a call that writes, before it looks at who calls: no user or agent is deleted until its transaction ends.';
revoke execute on function support_private.begin_work() from public;
grant execute on function support_private.begin_work() to service_role;

create or replace function support_private.begin_deletion()
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtext('support_private.deletion'))
$$;
comment on function support_private.begin_deletion() is
  'Called before users or agents are deleted: waits for the calls under way, and lets no other begin until this transaction ends.';
revoke execute on function support_private.begin_deletion() from public;

-- Definer, as the next: triggers work for whoever writes.
create or replace function support_private.begin_work_of_statement()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.begin_work();
  return null;
end
$$;
comment on function support_private.begin_work_of_statement() is 'begin_work() for every statement that writes a table which goes with users.';
revoke execute on function support_private.begin_work_of_statement() from public;

create or replace function support_private.begin_deletion_of_statement()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.begin_deletion();
  return null;
end
$$;
comment on function support_private.begin_deletion_of_statement() is 'begin_deletion() for every statement that deletes users or agents, before it locks a row.';
revoke execute on function support_private.begin_deletion_of_statement() from public;

-- Agents ---------------------------------------------------------------------------------------

create type public.support_agent_role as enum ('agent', 'admin');

create table public.support_agents (
  user_id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (support_private.is_line(display_name, 80)),
  role public.support_agent_role not null default 'agent',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_agents is
  'The support team. Having a row here is what makes a user staff, so that removing it takes effect with the next request.';

alter table public.support_agents enable row level security;
revoke all on table public.support_agents from public, anon, authenticated;
grant select on table public.support_agents to authenticated;
grant select, insert, update, delete on table public.support_agents to service_role;

create trigger support_agents_touch_updated_at
before update on public.support_agents
for each row execute function support_private.touch_updated_at();

-- Definer: the policies of support_agents itself call it, and customers may not read that table.
create or replace function support_private.is_staff()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_agents a
    -- The few agents first: for customers nothing is read of auth.users.
    where a.user_id = (select auth.uid()) and support_private.is_active_user(a.user_id)
  )
$$;
comment on function support_private.is_staff() is 'Is the caller a member of the support team, at this moment?';
revoke execute on function support_private.is_staff() from public;
grant execute on function support_private.is_staff() to authenticated, service_role;

-- Definer: as is_staff().
create or replace function support_private.is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_agents a
    where a.user_id = (select auth.uid()) and a.role = 'admin' and support_private.is_active_user(a.user_id)
  )
$$;
comment on function support_private.is_admin() is 'Is the caller an admin of the support team, at this moment?';
revoke execute on function support_private.is_admin() from public;
grant execute on function support_private.is_admin() to authenticated, service_role;

create policy "Staff read the team"
on public.support_agents for select to authenticated
using ((select support_private.is_staff()));

-- Definer: it looks an e-mail up in auth.users.
create or replace function support_private.add_agent(
  p_email text,
  p_role public.support_agent_role,
  p_display_name text
)
returns public.support_agents
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.user_of_email(p_email);
  v_agent public.support_agents;
begin
  if v_user_id is null then
    perform support_private.fail(
      404, 'support_user_not_found', 'No user has confirmed this e-mail address yet: sign up and confirm it first.'
    );
  end if;

  insert into public.support_agents (user_id, role, display_name)
  values (v_user_id, p_role, coalesce(nullif(btrim(p_display_name), ''), left(split_part(p_email, '@', 1), 80)))
  on conflict (user_id) do update
    set role = excluded.role,
        display_name = coalesce(nullif(btrim(p_display_name), ''), support_agents.display_name)
  returning * into v_agent;
  return v_agent;
end
$$;
comment on function support_private.add_agent(text, public.support_agent_role, text) is
  'Makes an existing user a member of the support team, or changes role and name. Works for public.support_add_agent.';
revoke execute on function support_private.add_agent(text, public.support_agent_role, text) from public;
grant execute on function support_private.add_agent(text, public.support_agent_role, text) to service_role;

create or replace function public.support_add_agent(
  p_email text,
  p_role public.support_agent_role default 'agent',
  p_display_name text default null
)
returns public.support_agents
language sql
security invoker
set search_path = ''
as $$
  select support_private.add_agent(p_email, p_role, p_display_name)
$$;
comment on function public.support_add_agent(text, public.support_agent_role, text) is
  'Makes an existing user a member of the team: select support_add_agent(''you@example.com'', ''admin'', ''Mika''). '
  'For the SQL editor and the secret key only; the first admin is made with it.';
revoke execute on function public.support_add_agent(text, public.support_agent_role, text) from public, anon, authenticated;
grant execute on function public.support_add_agent(text, public.support_agent_role, text) to service_role;

-- Settings -------------------------------------------------------------------------------------

create table public.support_settings (
  id boolean primary key default true check (id),
  app_name text not null default 'Acme' check (support_private.is_line(app_name, 60)),
  -- The page whose address goes into e-mails; the widget on it opens by itself.
  chat_url text check (support_private.is_web_address(chat_url)),
  email_enabled boolean not null default true,
  email_from text check (support_private.is_mail_sender(email_from)),
  email_delay interval not null default interval '5 minutes'
    check (email_delay >= interval '0' and email_delay <= interval '1 day'),
  email_max_delay interval not null default interval '15 minutes'
    check (email_max_delay >= interval '0' and email_max_delay <= interval '1 day'),
  -- How many messages one customer may send in a minute.
  messages_per_minute bigint not null default 60 check (messages_per_minute between 1 and 1000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_settings is 'The one row of settings of this support desk.';
comment on column public.support_settings.email_delay is 'How long an answer may stay unread before it is mailed.';
comment on column public.support_settings.email_max_delay is
  'Further answers postpone the mail, but never beyond this long after the first unread one.';

alter table public.support_settings enable row level security;
revoke all on table public.support_settings from public, anon, authenticated;
grant select on table public.support_settings to authenticated;
grant update (
  app_name, chat_url, email_enabled, email_from, email_delay, email_max_delay, messages_per_minute
) on table public.support_settings to authenticated;
grant select, update on table public.support_settings to service_role;

create trigger support_settings_touch_updated_at
before update on public.support_settings
for each row execute function support_private.touch_updated_at();

create policy "Staff read the settings"
on public.support_settings for select to authenticated
using ((select support_private.is_staff()));

create policy "Admins change the settings"
on public.support_settings for update to authenticated
using ((select support_private.is_admin()))
with check ((select support_private.is_admin()));

insert into public.support_settings (id) values (true);
