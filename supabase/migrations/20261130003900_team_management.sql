-- Managing the team: listing, adding, changing and removing agents.
-- Creates: functions list_support_agents, invite_support_agent, update_support_agent, remove_support_agent.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Definer: email addresses are read from auth.users.
create function support_private.list_agents()
returns table (
  user_id uuid, email text, display_name text, role public.support_agent_role, tier public.support_agent_tier,
  max_active bigint, available boolean, online boolean, last_seen_at timestamptz, active_conversations bigint,
  created_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return query
    select
      -- Look addresses up one by one, because a join may read all users of the project.
      a.user_id, (select u.email::text from auth.users u where u.id = a.user_id), a.display_name, a.role, a.tier, a.max_active,
      a.available, support_private.is_online(a), a.last_seen_at, support_private.count_active(a.user_id), a.created_at
    from public.support_agents a
    order by a.display_name, a.user_id;
end
$$;
comment on function support_private.list_agents() is 'Implements public.list_support_agents.';
revoke execute on function support_private.list_agents() from public;
grant execute on function support_private.list_agents() to authenticated;

create function public.list_support_agents()
returns table (
  user_id uuid, email text, display_name text, role public.support_agent_role, tier public.support_agent_tier,
  max_active bigint, available boolean, online boolean, last_seen_at timestamptz, active_conversations bigint,
  created_at timestamptz
)
language sql
stable
security invoker
set search_path = ''
as $$
  select * from support_private.list_agents()
$$;
comment on function public.list_support_agents() is
  'The team: who is online, and how many active conversations each agent has. Agents only.';
revoke execute on function public.list_support_agents() from public, anon;
grant execute on function public.list_support_agents() to authenticated;

insert into support_private.limits (action, amount, period) values
  ('invitation', 100, '1 hour'),
  ('change_team', 120, '1 minute');

-- Definer: only the owner and the secret key may execute add_agent().
create function support_private.invite_agent(
  p_email text,
  p_display_name text,
  p_role public.support_agent_role
)
returns public.support_agents
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('invitation');
  if exists (select from public.support_agents a where a.user_id = support_private.user_of_email(p_email)) then
    perform support_private.fail(409, 'support_agent_exists');
  end if;
  -- Without a name, add_agent() takes one from the address.
  if nullif(btrim(p_display_name), '') is not null and not support_private.is_line(btrim(p_display_name), 80) then
    perform support_private.fail(400, 'support_agent_invalid', 'A name of one line, at most 80 characters');
  end if;
  return support_private.add_agent(p_email, coalesce(p_role, 'agent'), p_display_name);
end
$$;
comment on function support_private.invite_agent(text, text, public.support_agent_role) is
  'Implements public.invite_support_agent.';
revoke execute on function support_private.invite_agent(text, text, public.support_agent_role) from public;
grant execute on function support_private.invite_agent(text, text, public.support_agent_role) to authenticated;

create function public.invite_support_agent(
  p_email text,
  p_display_name text default null,
  p_role public.support_agent_role default 'agent'
)
returns public.support_agents
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.invite_agent(p_email, p_display_name, p_role)
$$;
comment on function public.invite_support_agent(text, text, public.support_agent_role) is
  'Makes an existing user an agent. Admins only. Errors: support_user_not_found (404), support_agent_exists (409), '
  'support_agent_invalid (400), support_forbidden (403).';
revoke execute on function public.invite_support_agent(text, text, public.support_agent_role) from public, anon;
grant execute on function public.invite_support_agent(text, text, public.support_agent_role) to authenticated;

-- A team without an admin could not be changed. The callers hold the lock of the team.
create function support_private.require_other_admin(p_user_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if exists (select from public.support_agents a where a.user_id = p_user_id and a.role = 'admin')
    and not exists (
      select from public.support_agents a
      where a.role = 'admin' and a.user_id <> p_user_id and support_private.is_active_user(a.user_id)
    )
  then
    perform support_private.fail(409, 'support_last_admin');
  end if;
end
$$;
comment on function support_private.require_other_admin(uuid) is 'Raises support_last_admin if this is the only admin.';
revoke execute on function support_private.require_other_admin(uuid) from public;

-- Definer: admins may not write support_agents directly.
create function support_private.update_agent(
  p_user_id uuid,
  p_display_name text,
  p_role public.support_agent_role,
  p_tier public.support_agent_tier,
  p_max_active bigint
)
returns public.support_agents
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_agent public.support_agents;
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('change_team');
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  if not support_private.is_line(btrim(coalesce(p_display_name, '')), 80) or p_max_active not between 1 and 1000 then
    perform support_private.fail(400, 'support_agent_invalid', 'A name of one line, 1 to 80 characters; a limit from 1 to 1000 or none');
  end if;
  if p_role <> 'admin' then
    perform support_private.require_other_admin(p_user_id);
  end if;
  update public.support_agents a
  set display_name = btrim(p_display_name), role = coalesce(p_role, a.role), tier = coalesce(p_tier, a.tier), max_active = p_max_active
  where a.user_id = p_user_id
  returning * into v_agent;
  if not found then
    perform support_private.fail(404, 'support_agent_not_found');
  end if;
  return v_agent;
end
$$;
comment on function support_private.update_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) is
  'Implements public.update_support_agent.';
revoke execute on function support_private.update_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) from public;
grant execute on function support_private.update_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) to authenticated;

create function public.update_support_agent(
  p_user_id uuid,
  p_display_name text,
  p_role public.support_agent_role,
  p_tier public.support_agent_tier,
  p_max_active bigint default null
)
returns public.support_agents
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.update_agent(p_user_id, p_display_name, p_role, p_tier, p_max_active)
$$;
comment on function public.update_support_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) is
  'Changes an agent; without p_max_active, the setting''s limit applies. Admins only. Errors: support_agent_invalid (400), '
  'support_agent_not_found (404), support_last_admin (409), support_forbidden (403).';
revoke execute on function public.update_support_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) from public, anon;
grant execute on function public.update_support_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) to authenticated;

-- Definer: admins may not write support_agents directly.
create function support_private.remove_agent(p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.require_admin();
  perform support_private.begin_deletion();
  perform support_private.use_allowance('change_team');
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  perform support_private.require_other_admin(p_user_id);
  -- The trigger on support_agents puts the conversations back into the queue.
  delete from public.support_agents a where a.user_id = p_user_id;
  if not found then
    perform support_private.fail(404, 'support_agent_not_found');
  end if;
end
$$;
comment on function support_private.remove_agent(uuid) is 'Implements public.remove_support_agent.';
revoke execute on function support_private.remove_agent(uuid) from public;
grant execute on function support_private.remove_agent(uuid) to authenticated;

create function public.remove_support_agent(p_user_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.remove_agent(p_user_id)
$$;
comment on function public.remove_support_agent(uuid) is
  'Removes an agent from the team at once; their active conversations go back to the queue. Admins only. Errors: '
  'support_agent_not_found (404), support_last_admin (409), support_forbidden (403).';
revoke execute on function public.remove_support_agent(uuid) from public, anon;
grant execute on function public.remove_support_agent(uuid) to authenticated;
