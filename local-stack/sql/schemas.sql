-- Schemas, default privileges and the extensions that a hosted project has from the start.
-- Runs as supabase_admin at every start of the local stack, and changes nothing the second time.

alter database postgres owner to postgres;
alter database postgres set search_path to "$user", public, extensions;

create schema if not exists extensions authorization postgres;
comment on schema extensions is 'Where extensions live, out of the way of public';
grant usage on schema extensions to anon, authenticated, service_role, dashboard_user;
grant all on schema extensions to dashboard_user;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;

create schema if not exists vault;
comment on schema vault is 'Supabase Vault: secrets';
create extension if not exists supabase_vault with schema vault;
grant usage on schema vault to postgres, service_role;

grant usage on schema public to postgres, anon, authenticated, service_role;
grant all on schema public to postgres;

-- Since 2026-05-30 new projects give the API roles no rights on new tables and sequences of public, so a migration
-- grants them explicitly. Functions still get EXECUTE, by default privilege and by Postgres' own default for PUBLIC.
alter default privileges for role postgres in schema public
  revoke all on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke all on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant execute on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant execute on functions to postgres, anon, authenticated, service_role;

create schema if not exists auth authorization supabase_auth_admin;
comment on schema auth is 'Supabase Auth: users, identities, sessions';
grant usage on schema auth to anon, authenticated, service_role;
grant all on schema auth to dashboard_user, supabase_auth_admin;
grant usage on schema auth to postgres;

do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
    alter publication supabase_realtime owner to postgres;
  end if;
end
$$;
