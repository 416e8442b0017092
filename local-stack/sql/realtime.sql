-- The `realtime` schema of a hosted project, as far as Broadcast and Presence with private channels use it:
-- realtime.messages (by day), its row level security, and the functions that write to it. Runs at every start of the
-- local stack as the superuser supabase_admin, and changes nothing the second time. Names, types, grants and texts are
-- the real server's (supabase/realtime); postgres_changes is not included. Undo: drop publication
-- supabase_realtime_messages_publication; drop schema realtime cascade;

create schema if not exists realtime authorization supabase_admin;
comment on schema realtime is
  'Supabase Realtime: messages to broadcast, and the policies that say who may receive and send them';

-- The server evaluates the policies as the caller, so its role must be able to become that role.
grant anon, authenticated, service_role to supabase_realtime_admin with inherit false;
-- A project's owner writes policies on realtime.messages. Hosted allows this with supautils; plain Postgres needs
-- membership.
grant supabase_realtime_admin to postgres;

grant usage on schema realtime to postgres with grant option;
grant usage on schema realtime to anon, authenticated, service_role;
grant all on schema realtime to supabase_realtime_admin with grant option;

create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp without time zone not null default now(),
  inserted_at timestamp without time zone not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  constraint messages_pkey primary key (id, inserted_at)
)
partition by range (inserted_at);
comment on table realtime.messages is 'Broadcasts from the database, one partition a day; its policies authorise private channels';

do $$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'realtime.messages'::regclass and conname = 'messages_payload_exclusive'
  ) then
    alter table realtime.messages
      add constraint messages_payload_exclusive check (payload is null or binary_payload is null) not valid;
  end if;
end
$$;

create index if not exists messages_inserted_at_topic_index
  on realtime.messages using btree (inserted_at desc, topic)
  where extension = 'broadcast' and private is true;

alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
grant all on table realtime.messages to postgres, supabase_realtime_admin;
grant select, insert, update on table realtime.messages to anon, authenticated, service_role;

create or replace function realtime.topic()
returns text
language sql
stable
as $$
  select nullif(current_setting('realtime.topic', true), '')::text;
$$;
comment on function realtime.topic() is 'The topic whose policies are being asked, without its "realtime:" prefix; null elsewhere';

create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void
language plpgsql
as $$
declare
  generated_id uuid := gen_random_uuid();
  final_payload jsonb;
begin
  final_payload := case when payload ? 'id' then payload else jsonb_set(payload, '{id}', to_jsonb(generated_id)) end;
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (generated_id, final_payload, event, topic, private, 'broadcast');
exception
  -- A message that cannot be stored must never fail the transaction that sends it.
  when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send(jsonb, text, text, boolean) is
  'Broadcasts a JSON object to a topic when the transaction commits; every error becomes a warning';

create or replace function realtime.send_binary(payload bytea, event text, topic text, private boolean default true)
returns void
language plpgsql
as $$
declare
  generated_id uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, binary_payload, event, topic, private, extension)
  values (generated_id, payload, event, topic, private, 'broadcast');
exception
  when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send_binary(bytea, text, text, boolean) is
  'Broadcasts bytes to a topic when the transaction commits; every error becomes a warning';

create or replace function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
)
returns void
language plpgsql
as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name,
    topic_name
  );
exception
  when others then
    raise exception 'Failed to process the row: %', sqlerrm;
end
$$;
comment on function realtime.broadcast_changes(text, text, text, text, text, record, record, text) is
  'Broadcasts a row change to a private topic; for use in a row trigger';

alter function realtime.topic() owner to supabase_realtime_admin;
alter function realtime.send(jsonb, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.send_binary(bytea, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.broadcast_changes(text, text, text, text, text, record, record, text)
  owner to supabase_realtime_admin;

-- The real server creates and drops partitions in its own code; here it is a function that the stack calls.
create or replace function realtime.maintain_messages_partitions()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  today date := (now() at time zone 'utc')::date;
  day date;
  partition_name text;
begin
  for day in select today + n from generate_series(-1, 3) as n loop
    partition_name := 'messages_' || to_char(day, 'YYYY_MM_DD');
    if to_regclass(format('realtime.%I', partition_name)) is null then
      execute format(
        'create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
        partition_name, day, day + 1
      );
    end if;
  end loop;

  for partition_name in
    select child.relname
    from pg_catalog.pg_inherits
    join pg_catalog.pg_class as child on child.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = 'realtime.messages'::regclass
      and child.relname ~ '^messages_\d{4}_\d{2}_\d{2}$'
      and to_date(right(child.relname, 10), 'YYYY_MM_DD') < today - 3
  loop
    execute format('drop table realtime.%I', partition_name);
  end loop;
end
$$;
comment on function realtime.maintain_messages_partitions() is
  'Local stack only: partitions from yesterday to three days ahead exist, those older than 72 hours are dropped';
alter function realtime.maintain_messages_partitions() owner to supabase_realtime_admin;
revoke execute on function realtime.maintain_messages_partitions() from public;
grant execute on function realtime.maintain_messages_partitions() to postgres, supabase_admin;

select realtime.maintain_messages_partitions();

do $$
begin
  if not exists (
    select from pg_catalog.pg_publication where pubname = 'supabase_realtime_messages_publication'
  ) then
    create publication supabase_realtime_messages_publication for table realtime.messages;
  end if;
end
$$;
