-- The one row of settings, and the list of faults for agents. Each capability adds its own columns to the settings.
-- Creates: tables support_settings, support_faults; functions app_name, record_fault, write_fault in support_private.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.support_settings (
  id boolean primary key default true check (id),
  app_name text not null default 'Acme' check (support_private.is_line(app_name, 60)),
  -- The page that emails link to; the widget on it opens by itself.
  chat_url text check (support_private.is_web_address(chat_url)),
  dashboard_url text check (support_private.is_web_address(dashboard_url)),
  unsubscribe_url text check (support_private.is_web_address(unsubscribe_url)),
  time_zone text not null default 'UTC' check (char_length(time_zone) <= 64),
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_settings is
  'The one row of settings.';
comment on column public.support_settings.unsubscribe_url is
  'The page that the unsubscribe link of an email opens; ?token=… is added.';
comment on column public.support_settings.version is 'Counts the changes; clients compare it with their copy.';

alter table public.support_settings enable row level security;
revoke all on table public.support_settings from public, anon, authenticated;
grant select on table public.support_settings to authenticated;
grant update (app_name, chat_url, dashboard_url, unsubscribe_url, time_zone) on table public.support_settings to authenticated;
grant select, update on table public.support_settings to service_role;

create policy "Agents read the settings"
on public.support_settings for select to authenticated
using ((select support_private.is_agent()));

create policy "Admins change the settings"
on public.support_settings for update to authenticated
using ((select support_private.is_admin()))
with check ((select support_private.is_admin()));

insert into public.support_settings (id) values (true);

create trigger support_settings_touch_updated_at
before update on public.support_settings
for each row execute function support_private.touch_updated_at();

create trigger support_settings_limit_changes
before update on public.support_settings
for each statement execute function support_private.limit_admin_changes();

create function support_private.count_settings_version()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;
comment on function support_private.count_settings_version() is 'Counts the changes of the settings.';
revoke execute on function support_private.count_settings_version() from public;

create trigger support_settings_count_version
before update on public.support_settings
for each row execute function support_private.count_settings_version();

create function support_private.check_time_zone()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = new.time_zone) then
    perform support_private.fail(400, 'support_time_zone_unknown', new.time_zone);
  end if;
  return new;
end
$$;
comment on function support_private.check_time_zone() is 'Rejects a time zone that Postgres does not have.';
revoke execute on function support_private.check_time_zone() from public;

create trigger support_settings_check_time_zone
before insert or update of time_zone on public.support_settings
for each row execute function support_private.check_time_zone();

-- Definer: customers may not read the settings, except for the name of the app.
create function support_private.app_name()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select s.app_name from public.support_settings s
$$;
comment on function support_private.app_name() is
  'The app''s name in the settings.';
revoke execute on function support_private.app_name() from public;
grant execute on function support_private.app_name() to authenticated, service_role;

-- Faults -------------------------------------------------------------------------------------------

create table public.support_faults (
  source text primary key check (char_length(source) between 1 and 100),
  message text not null,
  times bigint not null default 1,
  paused_until timestamptz,
  created_at timestamptz not null default now(),
  last_at timestamptz not null default now()
);
comment on table public.support_faults is
  'Faults in code that a team replaced or configured (rules, hooks), by source. They do not affect conversations; '
  'the dashboard lists them.';
comment on column public.support_faults.paused_until is
  'A hook that took too long is not called before this time, unless its fault is dismissed.';

alter table public.support_faults enable row level security;
revoke all on table public.support_faults from public, anon, authenticated;
grant select, delete on table public.support_faults to authenticated;
grant select, insert, update, delete on table public.support_faults to service_role;

create policy "Agents read faults"
on public.support_faults for select to authenticated
using ((select support_private.is_agent()));

create policy "Admins dismiss faults"
on public.support_faults for delete to authenticated
using ((select support_private.is_admin()));

create trigger support_faults_limit_changes
before delete on public.support_faults
for each statement execute function support_private.limit_admin_changes();

-- If another transaction is writing the same fault, this one skips it. Waiting could end in a deadlock of two transactions that
-- record several faults.
create function support_private.write_fault(p_source text, p_message text, p_paused_until timestamptz)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if pg_try_advisory_xact_lock(hashtextextended('support_faults ' || left(p_source, 100), 0)) then
    insert into public.support_faults (source, message, paused_until)
    values (left(p_source, 100), left(p_message, 1000), p_paused_until)
    on conflict (source) do update
      set message = excluded.message, times = support_faults.times + 1, last_at = now(),
          paused_until = coalesce(excluded.paused_until, support_faults.paused_until);
  end if;
end
$$;
comment on function support_private.write_fault(text, text, timestamptz) is
  'Records a fault for agents, with the time until which its hook is not called. Never waits.';
revoke execute on function support_private.write_fault(text, text, timestamptz) from public;

create function support_private.record_fault(p_source text, p_message text)
returns void
language sql
security invoker
set search_path = ''
as $$
  select support_private.write_fault(p_source, p_message, null)
$$;
comment on function support_private.record_fault(text, text) is 'Records a fault for agents.';
revoke execute on function support_private.record_fault(text, text) from public;
