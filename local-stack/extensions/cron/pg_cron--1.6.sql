-- The interface of pg_cron 1.6. ../cron runs the jobs.
create schema cron;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default coalesce(inet_server_port(), 5432),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

create function cron._field_is_valid(field text, low integer, high integer, names text[])
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
  part text;
  bounds text[];
  numbers integer[];
begin
  for part in select string_to_table(lower(field), ',') loop
    bounds := regexp_match(part, '^(?:(\*)|([a-z]{3}|[0-9]{1,2})(?:-([a-z]{3}|[0-9]{1,2}))?)(?:/([0-9]{1,2}))?$');
    if bounds is null or bounds[4]::integer = 0 then
      return false;
    end if;
    numbers := array(
      select coalesce(array_position(names, bound) - 1 + low, case when bound ~ '^[0-9]' then bound::integer else -1 end)
      from unnest(bounds[2:3]) as bound where bound is not null
    );
    if exists (select from unnest(numbers) as number where number not between low and high) or numbers[1] > numbers[2] then
      return false;
    end if;
  end loop;
  return field <> '';
end
$$;

create function cron._check_schedule(schedule text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
  fields text[] := regexp_split_to_array(btrim(schedule), '\s+');
  months text[] := '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}';
  days text[] := '{sun,mon,tue,wed,thu,fri,sat}';
begin
  if lower(btrim(schedule)) ~ '^([1-9]|[1-5][0-9])\s+seconds?$' then
    return;
  end if;
  if cardinality(fields) = 5
    and cron._field_is_valid(fields[1], 0, 59, '{}')
    and cron._field_is_valid(fields[2], 0, 23, '{}')
    and (fields[3] = '$' or cron._field_is_valid(fields[3], 1, 31, '{}'))
    and cron._field_is_valid(fields[4], 1, 12, months)
    and cron._field_is_valid(fields[5], 0, 7, days)
  then
    return;
  end if;
  raise exception 'invalid schedule: %', schedule using
    errcode = '22023',
    hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
end
$$;

-- The public functions are invoker functions and pass the caller on; this one writes the table that callers may not
-- write.
create function cron._schedule(job_name text, job_schedule text, job_command text, job_database text, job_username text, job_active boolean)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  id bigint;
begin
  perform cron._check_schedule(job_schedule);
  insert into cron.job as j (jobname, schedule, command, database, username, active)
  values (job_name, job_schedule, job_command, job_database, job_username, job_active)
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
  returning j.jobid into id;
  return id;
end
$$;

create function cron.schedule(schedule text, command text) returns bigint
language sql strict set search_path = ''
as $$ select cron._schedule(null, schedule, command, current_database(), current_user, true) $$;
comment on function cron.schedule(text, text) is 'schedule a pg_cron job';

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql set search_path = ''
as $$ select cron._schedule(job_name, schedule, command, current_database(), current_user, true) $$;
comment on function cron.schedule(text, text, text) is 'schedule a pg_cron job';

create function cron.schedule_in_database(
  job_name text, schedule text, command text, database text, username text default null, active boolean default true
) returns bigint
language sql set search_path = ''
as $$ select cron._schedule(job_name, schedule, command, database, coalesce(username, current_user), active) $$;
comment on function cron.schedule_in_database(text, text, text, text, text, boolean) is 'schedule a pg_cron job';

create function cron._unschedule(job_id bigint, job_name text, caller text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from cron.job j
  where (j.jobid = job_id or j.jobname = job_name)
    and (j.username = caller or (job_id is not null and (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = caller)));
  if not found then
    raise exception 'could not find valid entry for job %', coalesce('''' || job_name || '''', job_id::text)
      using errcode = 'P0002';
  end if;
  return true;
end
$$;

create function cron.unschedule(job_id bigint) returns boolean
language sql strict set search_path = ''
as $$ select cron._unschedule(job_id, null, current_user) $$;
comment on function cron.unschedule(bigint) is 'unschedule a pg_cron job';

create function cron.unschedule(job_name text) returns boolean
language sql strict set search_path = ''
as $$ select cron._unschedule(null, job_name, current_user) $$;
comment on function cron.unschedule(text) is 'unschedule a pg_cron job';

create function cron._alter_job(job_id bigint, p_schedule text, p_command text, p_database text, p_username text, p_active boolean, caller text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_schedule is not null then
    perform cron._check_schedule(p_schedule);
  end if;
  update cron.job j
  set schedule = coalesce(p_schedule, j.schedule),
      command = coalesce(p_command, j.command),
      database = coalesce(p_database, j.database),
      username = coalesce(p_username, j.username),
      active = coalesce(p_active, j.active)
  where j.jobid = job_id
    and (j.username = caller or (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = caller));
  if not found then
    raise exception 'Job % does not exist or you don''t own it', job_id using errcode = 'P0002';
  end if;
end
$$;

create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null,
  username text default null, active boolean default null
) returns void
language sql set search_path = ''
as $$ select cron._alter_job(job_id, schedule, command, database, username, active, current_user) $$;
comment on function cron.alter_job(bigint, text, text, text, text, boolean) is
  'Alter the job identified by job_id. Any option left as NULL will not be modified.';

revoke all on function cron.alter_job(bigint, text, text, text, text, boolean) from public;
revoke all on function cron.schedule_in_database(text, text, text, text, text, boolean) from public;

-- The grants of a hosted project:
grant select on table cron.job to public;
grant select, delete on table cron.job_run_details to public;
grant select on sequence cron.jobid_seq, cron.runid_seq to public;
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant all on table cron.job_run_details to postgres with grant option;
grant select on table cron.job to postgres with grant option;
