-- Working hours of the team, by weekday, in the time zone of the settings.
-- Creates: table support_schedules; in support_private is_open_at, next_opening.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.support_schedules (
  id bigint generated always as identity primary key,
  -- 1 is Monday, 7 is Sunday (ISO 8601), in the time zone of the settings.
  weekday bigint not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null check (closes > opens),
  created_at timestamptz not null default now(),
  unique (weekday, opens)
);
comment on table public.support_schedules is 'The team''s working hours. Without a row the team always works.';

alter table public.support_schedules enable row level security;
revoke all on table public.support_schedules from public, anon, authenticated;
grant select, delete on table public.support_schedules to authenticated;
grant insert (weekday, opens, closes), update (weekday, opens, closes) on table public.support_schedules to authenticated;
grant select, insert, update, delete on table public.support_schedules to service_role;

create policy "Agents read the working hours" on public.support_schedules for select to authenticated
using ((select support_private.is_agent()));
create policy "Admins add working hours" on public.support_schedules for insert to authenticated
with check ((select support_private.is_admin()));
create policy "Admins change working hours" on public.support_schedules for update to authenticated
using ((select support_private.is_admin())) with check ((select support_private.is_admin()));
create policy "Admins remove working hours" on public.support_schedules for delete to authenticated
using ((select support_private.is_admin()));

create trigger support_schedules_limit_changes
before insert or update or delete on public.support_schedules
for each statement execute function support_private.limit_admin_changes();

create function support_private.is_open_at(p_at timestamptz)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select not exists (select from public.support_schedules)
    or exists (
      select from public.support_schedules h, public.support_settings s
      where h.weekday = extract(isodow from p_at at time zone s.time_zone)
        and (p_at at time zone s.time_zone)::time >= h.opens
        and (p_at at time zone s.time_zone)::time < h.closes
    )
$$;
comment on function support_private.is_open_at(timestamptz) is 'Does the team work at that time?';
revoke execute on function support_private.is_open_at(timestamptz) from public;

create function support_private.next_opening(p_after timestamptz)
returns timestamptz
language sql
stable
security invoker
set search_path = ''
as $$
  select min(((d.day + h.opens)::timestamp) at time zone s.time_zone)
  from public.support_settings s
  cross join lateral (
    select ((p_after at time zone s.time_zone)::date + n) as day from generate_series(0, 8) n
  ) d
  join public.support_schedules h on h.weekday = extract(isodow from d.day)
  where ((d.day + h.opens)::timestamp) at time zone s.time_zone > p_after
$$;
comment on function support_private.next_opening(timestamptz) is
  'When the team begins to work next; null without working hours.';
revoke execute on function support_private.next_opening(timestamptz) from public;
