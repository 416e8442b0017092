-- The roles of a hosted project, with its attributes and memberships. Runs as the superuser supabase_admin at every
-- start of the local stack, and changes nothing the second time.

do $$
declare
  attributes constant jsonb := '{
    "postgres": "login createdb createrole replication bypassrls",
    "anon": "nologin noinherit",
    "authenticated": "nologin noinherit",
    "service_role": "nologin noinherit bypassrls",
    "authenticator": "login noinherit",
    "supabase_auth_admin": "login noinherit createrole",
    "supabase_storage_admin": "login noinherit createrole",
    "supabase_realtime_admin": "nologin noinherit",
    "supabase_replication_admin": "login replication",
    "supabase_read_only_user": "login bypassrls",
    "dashboard_user": "nologin createdb createrole replication"
  }';
  role_name text;
  options text;
begin
  for role_name, options in select * from jsonb_each_text(attributes) loop
    if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
      execute format('create role %I', role_name);
      if options like 'login%' then
        -- The database listens on the loopback address only.
        execute format('alter role %I password %L', role_name, 'postgres');
      end if;
    end if;
    execute format('alter role %I with nosuperuser %s', role_name, options);
  end loop;
end
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription to postgres;
grant pg_read_all_data to supabase_read_only_user;
grant authenticator to supabase_storage_admin;

alter role supabase_admin set search_path to "$user", public, auth, extensions;
alter role postgres set search_path to "$user", public, extensions;
alter role supabase_auth_admin set search_path to auth;
alter role supabase_storage_admin set search_path to storage;
alter role supabase_auth_admin set idle_in_transaction_session_timeout to 60000;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
