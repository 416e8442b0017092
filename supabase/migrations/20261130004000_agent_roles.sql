-- Agents by role: users to whom the host project gives a certain role in app_metadata are agents. Banned agents lose their
-- conversations.
-- Creates: setting agent_roles; in support_private sync_agent_role, sync_agent_roles, relieve_agent and their helpers;
--          triggers on support_settings, support_agents and auth.users.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.are_roles(p_roles text[])
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- No commas, because the dashboard separates roles with them.
  select cardinality(p_roles) <= 20 and not exists (
    select from unnest(p_roles) r (role)
    where r.role is null or char_length(r.role) not between 1 and 60
      or r.role ~ '[\u0001-\u001f\u007f-\u009f,]' or r.role <> btrim(r.role, support_private.blank_characters())
  )
$$;
comment on function support_private.are_roles(text[]) is
  'Is it a list of at most 20 roles: 1 to 60 characters, one line, without commas and surrounding blanks?';
revoke execute on function support_private.are_roles(text[]) from public;
-- Checks run as the role that writes the row.
grant execute on function support_private.are_roles(text[]) to authenticated, service_role;

alter table public.support_settings
  add column agent_roles text[] not null default '{}' check (support_private.are_roles(agent_roles));
comment on column public.support_settings.agent_roles is
  'Users whose app_metadata has one of these as role, or in roles, are agents. Only trusted code may therefore write app_metadata.';
grant update (agent_roles) on table public.support_settings to authenticated;

-- The update removes agents whose role is no longer listed.
create trigger support_begin_deletion before update of agent_roles on public.support_settings
for each statement execute function support_private.begin_deletion_of_statement();

-- Admins do not depend on a role, so that a team cannot lose its last admin with a role.
create function support_private.keep_admins()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if new.role = 'admin' then
    new.from_role := false;
  end if;
  return new;
end
$$;
comment on function support_private.keep_admins() is 'Sets from_role to false for admins.';
revoke execute on function support_private.keep_admins() from public;

create trigger support_agents_keep_admins
before insert or update of role, from_role on public.support_agents
for each row execute function support_private.keep_admins();

-- Who has a role -----------------------------------------------------------------------------------

create function support_private.has_agent_role(p_app_metadata jsonb, p_roles text[])
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(
    jsonb_typeof(p_app_metadata -> 'role') = 'string' and p_app_metadata ->> 'role' = any (p_roles)
      or jsonb_typeof(p_app_metadata -> 'roles') = 'array' and p_app_metadata -> 'roles' ?| p_roles,
    false
  )
$$;
comment on function support_private.has_agent_role(jsonb, text[]) is
  'Is app_metadata.role one of the roles, or a member of the array app_metadata.roles?';
revoke execute on function support_private.has_agent_role(jsonb, text[]) from public;

create function support_private.name_of_user(p_user_metadata jsonb, p_email text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Users write these names themselves, so make them one line and cut them to the length of a name.
  select coalesce(
    (
      select left(t.name, 80)
      from unnest(array['full_name', 'name']) with ordinality k (key, place)
      cross join lateral (
        select btrim(regexp_replace(p_user_metadata ->> k.key, '[[:cntrl:][:space:]]+', ' ', 'g'), support_private.blank_characters())
          as name
      ) t
      -- As in name_in_metadata(), large metadata is not decompressed.
      where pg_column_size(p_user_metadata) <= 8192 and jsonb_typeof(p_user_metadata -> k.key) = 'string' and t.name <> ''
      order by k.place
      limit 1
    ),
    nullif(left(split_part(p_email, '@', 1), 80), ''),
    'Agent'
  )
$$;
comment on function support_private.name_of_user(jsonb, text) is
  'The display name of a new agent: full_name or name of user_metadata, else the part of the address before the @.';
revoke execute on function support_private.name_of_user(jsonb, text) from public;

-- Synchronizing the team ----------------------------------------------------------------------------

create function support_private.remove_role_agents(p_user_ids uuid[])
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  perform support_private.begin_deletion();
  -- The trigger on support_agents puts the conversations back into the queue.
  delete from public.support_agents a where a.user_id = any (p_user_ids) and a.from_role;
end
$$;
comment on function support_private.remove_role_agents(uuid[]) is
  'Removes those of the users who are agents by role. The caller holds the lock of the team.';
revoke execute on function support_private.remove_role_agents(uuid[]) from public;

create function support_private.sync_agent_role(p_user_id uuid)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_agent public.support_agents;
  v_has_role boolean;
begin
  select * into v_agent from public.support_agents a where a.user_id = p_user_id;
  v_has_role := exists (
    select from auth.users u, public.support_settings s
    where u.id = p_user_id and u.deleted_at is null and support_private.has_agent_role(u.raw_app_meta_data, s.agent_roles)
  );
  -- For nearly every user there is nothing to do and no lock to wait for.
  if v_has_role = (v_agent.user_id is not null) or not v_has_role and not v_agent.from_role then
    return;
  end if;
  if v_has_role then
    perform support_private.begin_work();
  else
    perform support_private.begin_deletion();
  end if;
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  if v_has_role then
    insert into public.support_agents (user_id, display_name, from_role)
    select u.id, support_private.name_of_user(u.raw_user_meta_data, u.email), true from auth.users u where u.id = p_user_id
    on conflict (user_id) do nothing;
  else
    perform support_private.remove_role_agents(array[p_user_id]);
  end if;
end
$$;
comment on function support_private.sync_agent_role(uuid) is
  'Adds a user to the team who has a role of the settings; removes an agent by role who has none any more.';
revoke execute on function support_private.sync_agent_role(uuid) from public;

create function support_private.sync_agent_roles()
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_roles text[];
begin
  perform support_private.begin_deletion();
  -- Waits for users that are being changed, and blocks further changes; see sync_agent_of_user().
  perform pg_advisory_xact_lock(hashtext('support_private.agent_roles'));
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  select s.agent_roles into v_roles from public.support_settings s;
  perform support_private.remove_role_agents(
    array(
      select a.user_id from public.support_agents a join auth.users u on u.id = a.user_id
      where a.from_role
        and (u.deleted_at is not null or not support_private.has_agent_role(u.raw_app_meta_data, v_roles))
      order by a.user_id
    )
  );
  if v_roles <> '{}' then
    insert into public.support_agents (user_id, display_name, from_role)
    select u.id, support_private.name_of_user(u.raw_user_meta_data, u.email), true
    from auth.users u
    where u.deleted_at is null and support_private.has_agent_role(u.raw_app_meta_data, v_roles)
    on conflict (user_id) do nothing;
  end if;
end
$$;
comment on function support_private.sync_agent_roles() is 'Does sync_agent_role() for all users.';
revoke execute on function support_private.sync_agent_roles() from public;

-- Definer: only the owner may execute sync_agent_roles().
create function support_private.sync_after_settings()
returns trigger
language plpgsql
security definer
set search_path = ''
set lock_timeout = '3s'
as $$
begin
  perform support_private.sync_agent_roles();
  return null;
end
$$;
comment on function support_private.sync_after_settings() is 'Synchronizes the team with the roles of the settings.';
revoke execute on function support_private.sync_after_settings() from public;

-- Saving the same roles again checks all users again, which repairs the effect of a fault.
create trigger support_settings_sync_agent_roles
after update of agent_roles on public.support_settings
for each row
when (old.agent_roles <> '{}' or new.agent_roles <> '{}')
execute function support_private.sync_after_settings();

-- Definer: Auth changes users, but has no rights in this schema.
create function support_private.sync_agent_of_user()
returns trigger
language plpgsql
security definer
set search_path = ''
set lock_timeout = '3s'
as $$
begin
  -- An error here must not stop the host project from signing users up or in, or from changing them.
  begin
    -- A shared lock: a change of the settings waits for these transactions, and reads the users after their commit.
    perform pg_advisory_xact_lock_shared(hashtext('support_private.agent_roles'));
    if exists (select from public.support_settings s where s.agent_roles <> '{}') then
      perform support_private.sync_agent_role(new.id);
    end if;
  exception
    when others then
      begin
        perform support_private.record_fault('support_settings.agent_roles', new.id || ': ' || sqlerrm);
      exception
        when others then
          raise warning 'support_settings.agent_roles: %', sqlerrm;
      end;
  end;
  return null;
end
$$;
comment on function support_private.sync_agent_of_user() is
  'Synchronizes the team with the roles of one user; an error is recorded in support_faults and stops nothing.';
revoke execute on function support_private.sync_agent_of_user() from public;

create trigger support_users_sync_agent_role
after insert or update of raw_app_meta_data, deleted_at on auth.users
for each row execute function support_private.sync_agent_of_user();

-- Banned agents ------------------------------------------------------------------------------------

-- Definer: Auth changes users, but has no rights in this schema.
create function support_private.relieve_agent()
returns trigger
language plpgsql
security definer
set search_path = ''
set lock_timeout = '3s'
as $$
declare
  v_id uuid;
begin
  if support_private.is_active_user(new.id) then
    return null; -- the ban has already ended
  end if;
  -- An error here must not stop the host project from banning a user. caller_id() already takes all rights from banned agents.
  begin
    -- Lock chats in the order of their ids, then conversations, then the agent.
    perform from public.support_chats c
    where c.id in (select v.chat_id from public.support_conversations v where v.agent_id = new.id and v.status = 'active')
    order by c.id
    for update;
    perform pg_advisory_xact_lock(hashtext('support_private.assign_conversation'));
    for v_id in
      select v.id from public.support_conversations v where v.agent_id = new.id and v.status = 'active' order by v.id
    loop
      perform support_private.transition_conversation(v_id, 'waiting');
    end loop;
    update public.support_agents a set last_seen_at = null where a.user_id = new.id;
  exception
    when others then
      begin
        perform support_private.record_fault('support_agents', new.id || ': ' || sqlerrm);
      exception
        when others then
          raise warning 'support_agents: %', sqlerrm;
      end;
  end;
  return null;
end
$$;
comment on function support_private.relieve_agent() is
  'Puts the conversations of a banned or deleted agent back into the queue, and makes the agent offline; an error is recorded in '
  'support_faults and stops nothing.';
revoke execute on function support_private.relieve_agent() from public;

create trigger support_users_relieve_agent
after update of banned_until, deleted_at on auth.users
for each row
when (
  new.banned_until is distinct from old.banned_until and new.banned_until is not null
  or new.deleted_at is not null and old.deleted_at is null
)
execute function support_private.relieve_agent();
