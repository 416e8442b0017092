-- The team: the caller, and whether they are an agent or an admin.
-- Creates: types support_agent_role, support_agent_tier; table support_agents; functions support_add_agent and, in
--          support_private, caller_id, is_active_user, user_of_email, is_agent, is_admin, require_agent, require_admin,
--          add_agent.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Definer: it reads auth.users.
create function support_private.is_active_user(p_user_id uuid)
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
comment on function support_private.is_active_user(uuid) is
  'Is it a user of the project who is neither banned nor deleted now?';
revoke execute on function support_private.is_active_user(uuid) from public;
grant execute on function support_private.is_active_user(uuid) to service_role;

-- Definer: it reads auth.users. A ban does not end an access token, so all code calls this function and never auth.uid(). A banned
-- user loses all rights at once, as a customer and as an agent.
create function support_private.caller_id()
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
  'The calling user; null when signed out, and for users who are banned, deleted or not of this project.';
revoke execute on function support_private.caller_id() from public;
grant execute on function support_private.caller_id() to authenticated, service_role;

-- Definer: it reads auth.users. Someone may sign up with another person's address, but cannot confirm it. A company's single sign-on
-- may give its users any address.
create function support_private.user_of_email(p_email text)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select u.id from auth.users u
  -- Auth keeps addresses in lower case; its index is on the address itself. Addresses have at most 320 characters; left()
  -- avoids converting megabytes of text for each user.
  where u.email = lower(btrim(left(p_email, 1000))) and u.email_confirmed_at is not null
    and not u.is_sso_user and not u.is_anonymous
    and u.deleted_at is null and (u.banned_until is null or u.banned_until <= now())
  limit 1
$$;
comment on function support_private.user_of_email(text) is
  'The active user who has confirmed this email address; users of single sign-on and anonymous ones are not found by '
  'their address.';
revoke execute on function support_private.user_of_email(text) from public;
grant execute on function support_private.user_of_email(text) to service_role;

-- Agents -------------------------------------------------------------------------------------------

create type public.support_agent_role as enum ('agent', 'admin');
create type public.support_agent_tier as enum ('regular', 'senior');

create table public.support_agents (
  user_id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (support_private.is_line(display_name, 80)),
  role public.support_agent_role not null default 'agent',
  tier public.support_agent_tier not null default 'regular',
  max_active bigint check (max_active between 1 and 1000),
  available boolean not null default true,
  last_seen_at timestamptz,
  last_assigned_at timestamptz,
  from_role boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_agents is
  'The support team. A user is an agent if they have a row here, so removing it takes effect with the next request.';
comment on column public.support_agents.max_active is 'The most active conversations; null means the setting.';
comment on column public.support_agents.available is 'Whether the agent is available or away, as they chose.';
comment on column public.support_agents.last_seen_at is 'The last heartbeat of an open dashboard.';
comment on column public.support_agents.last_assigned_at is
  'When the agent last got a conversation; the one who has been idle longest is next.';
comment on column public.support_agents.from_role is
  'On the team only by support_settings.agent_roles, so removed with the role. Agents who were added, and admins, stay.';

alter table public.support_agents enable row level security;
revoke all on table public.support_agents from public, anon, authenticated;
grant select on table public.support_agents to authenticated;
grant select, insert, update, delete on table public.support_agents to service_role;

create trigger support_begin_work before insert or update on public.support_agents
for each statement execute function support_private.begin_work_of_statement();

create trigger support_begin_deletion before delete on public.support_agents
for each statement execute function support_private.begin_deletion_of_statement();

create trigger support_agents_touch_updated_at
before update on public.support_agents
for each row execute function support_private.touch_updated_at();

-- Definer: the policies of support_agents itself call it, and customers may not read that table.
create function support_private.is_agent()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_agents a
    -- Check the few agents first, so that nothing of auth.users is read for customers.
    where a.user_id = (select auth.uid()) and support_private.is_active_user(a.user_id)
  )
$$;
comment on function support_private.is_agent() is 'Is the caller an agent now?';
revoke execute on function support_private.is_agent() from public;
grant execute on function support_private.is_agent() to authenticated, service_role;

-- Definer: customers may not read support_agents.
create function support_private.is_admin()
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
comment on function support_private.is_admin() is 'Is the caller an admin of the team now?';
revoke execute on function support_private.is_admin() from public;
grant execute on function support_private.is_admin() to authenticated, service_role;

create policy "Agents read the team"
on public.support_agents for select to authenticated
using ((select support_private.is_agent()));

create function support_private.require_agent()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if support_private.is_agent() then
    return;
  elsif support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  perform support_private.fail(403, 'support_forbidden');
end
$$;
comment on function support_private.require_agent() is 'Raises support_forbidden unless the caller is an agent.';
revoke execute on function support_private.require_agent() from public;
grant execute on function support_private.require_agent() to authenticated;

create function support_private.require_admin()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not support_private.is_admin() then
    perform support_private.require_agent();
    perform support_private.fail(403, 'support_forbidden', 'For admins only');
  end if;
end
$$;
comment on function support_private.require_admin() is 'Raises support_forbidden unless the caller is an admin of the team.';
revoke execute on function support_private.require_admin() from public;

-- Definer: it reads the address in auth.users. An agent who is added here stays on the team when a role is removed, even if the
-- role added them first.
create function support_private.add_agent(
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
      404, 'support_user_not_found', 'No user has confirmed this email address yet: sign up and confirm it first.'
    );
  end if;

  insert into public.support_agents (user_id, role, display_name)
  values (v_user_id, p_role, coalesce(nullif(btrim(p_display_name), ''), left(split_part(p_email, '@', 1), 80)))
  on conflict (user_id) do update
    set role = excluded.role,
        display_name = coalesce(nullif(btrim(p_display_name), ''), support_agents.display_name),
        from_role = false
  returning * into v_agent;
  return v_agent;
end
$$;
comment on function support_private.add_agent(text, public.support_agent_role, text) is
  'Makes an existing user an agent, or changes role and name. Implements public.support_add_agent.';
revoke execute on function support_private.add_agent(text, public.support_agent_role, text) from public;
grant execute on function support_private.add_agent(text, public.support_agent_role, text) to service_role;

create function public.support_add_agent(
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
  'Makes an existing user an agent: select support_add_agent(''you@example.com'', ''admin'', ''Mika''). '
  'For the SQL editor and the secret key only; use it for the first admin.';
revoke execute on function public.support_add_agent(text, public.support_agent_role, text) from public, anon, authenticated;
grant execute on function public.support_add_agent(text, public.support_agent_role, text) to service_role;
