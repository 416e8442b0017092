-- The `storage` schema of a hosted project: buckets, objects, their row level security, and the functions that policies
-- call. Runs at every start of the local stack as the superuser supabase_admin, and changes nothing the second time.
-- Names, types, grants and texts are the real server's (supabase/storage, schema as of its migration 0063). Not
-- included: the tables of the S3 protocol, of analytics and of vector buckets. Undo: drop event trigger
-- storage_guard_ddl; drop event trigger storage_guard_drop; drop schema storage cascade;

create schema if not exists storage authorization supabase_admin;
comment on schema storage is 'Supabase Storage: buckets, objects and the policies that say who may do what with them';
grant usage on schema storage to postgres, anon, authenticated, service_role, dashboard_user;
grant all on schema storage to supabase_storage_admin;

do $$
begin
  if to_regtype('storage.buckettype') is null then
    create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
    alter type storage.buckettype owner to supabase_storage_admin;
  end if;
end
$$;

create table if not exists storage.buckets (
  id text not null primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD',
  versioning_status text not null default 'DISABLED'
    constraint buckets_versioning_dark_check check (versioning_status = 'DISABLED')
);
create unique index if not exists bname on storage.buckets using btree (name);
comment on table storage.buckets is 'Where objects are kept, with their limits';
comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';

create table if not exists storage.objects (
  id uuid not null default gen_random_uuid() primary key,
  bucket_id text constraint "objects_bucketId_fkey" references storage.buckets (id),
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  archived_at timestamptz,
  is_delete_marker boolean not null default false,
  is_versioned boolean not null default false
);
create unique index if not exists bucketid_objname on storage.objects using btree (bucket_id, name);
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);
create index if not exists idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index if not exists idx_objects_bucket_id_name_lower
  on storage.objects (bucket_id, lower(name) collate "C");
comment on table storage.objects is
  'Stored objects, one row each; the Storage service keeps the bytes';
comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';

alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;

create or replace function storage.foldername(name text)
returns text[]
language sql
immutable
as $$
  select (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1];
$$;
comment on function storage.foldername(text) is 'The folders of a path, outermost first';

create or replace function storage.filename(name text)
returns text
language sql
immutable
as $$
  select (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)];
$$;
comment on function storage.filename(text) is 'The last part of a path';

create or replace function storage.extension(name text)
returns text
language sql
immutable
as $$
  select reverse(split_part(reverse(storage.filename(name)), '.', 1));
$$;
comment on function storage.extension(text) is
  'The part after the last dot of the file name; the whole name without a dot';

create or replace function storage.operation()
returns text
language sql
stable
as $$
  select current_setting('storage.operation', true);
$$;
comment on function storage.operation() is 'Which call of the API is being answered, e.g. storage.object.upload';

create or replace function storage.allow_any_operation(expected_operations text[])
returns boolean
language sql
stable
as $$
  select exists (
    select from unnest(expected_operations) as expected
    where expected <> ''
      and regexp_replace(expected, '^storage\.', '') = regexp_replace(storage.operation(), '^storage\.', '')
  );
$$;
comment on function storage.allow_any_operation(text[]) is 'Whether one of these calls of the API is being answered';

create or replace function storage.allow_only_operation(expected_operation text)
returns boolean
language sql
stable
as $$
  select storage.allow_any_operation(array[expected_operation]);
$$;
comment on function storage.allow_only_operation(text) is 'Whether this call of the API is being answered';

create or replace function storage.get_size_by_bucket()
returns table (size bigint, bucket_id text)
language sql
stable
as $$
  select sum((metadata ->> 'size')::bigint)::bigint, bucket_id from storage.objects group by bucket_id;
$$;
comment on function storage.get_size_by_bucket() is 'Bytes in each bucket';

create or replace function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
)
returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql
stable
as $$
declare
  direction constant text := case lower(sortorder) when 'desc' then 'desc' else 'asc' end;
  -- By name, folders and files are mixed; by a time, the folders, which have none, come first.
  ordering constant text := case
    when lower(sortcolumn) in ('updated_at', 'created_at', 'last_accessed_at')
    then format('is_folder desc, %I %s, lower(entry) collate "C" %s', lower(sortcolumn), direction, direction)
    else format('lower(entry) collate "C" %s', direction)
  end;
  -- `search` may continue into folders; entries are then named from the end of `prefix` on.
  depth constant integer := array_length(string_to_array('/' || coalesce(search, ''), '/'), 1) - 1;
begin
  return query execute format(
    $query$
      with below as (
        select o.*, string_to_array(substr(o.name, length($1) + 1), '/') as parts
        from storage.objects as o
        where o.bucket_id = $2 and starts_with(lower(o.name), lower($1 || $3))
      ),
      entries as (
        select distinct array_to_string(parts[1:$4], '/') as entry, true as is_folder, null::uuid as id,
          null::timestamptz as updated_at, null::timestamptz as created_at,
          null::timestamptz as last_accessed_at, null::jsonb as metadata
        from below where array_length(parts, 1) > $4
        union all
        select array_to_string(parts, '/'), false, id, updated_at, created_at, last_accessed_at, metadata
        from below where array_length(parts, 1) = $4
      )
      select entry, id, updated_at, created_at, last_accessed_at, metadata
      from entries order by %s limit $5 offset $6
    $query$,
    ordering
  )
  using coalesce(prefix, ''), bucketname, coalesce(search, ''), depth, least(coalesce(limits, 100), 1500), offsets;
end
$$;
comment on function storage.search(text, text, integer, integer, integer, text, text, text) is
  'The files and folders right below a prefix, as the caller may see them';

create or replace function storage.update_updated_at_column()
returns trigger
language plpgsql
as $$
begin
  new.updated_at = now();
  return new;
end
$$;
comment on function storage.update_updated_at_column() is 'Notes when an object was last changed';
create or replace trigger update_objects_updated_at
before update on storage.objects for each row execute function storage.update_updated_at_column();

create or replace function storage.enforce_bucket_name_length()
returns trigger
language plpgsql
as $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" is too long (% characters). Max is 100.', new.name, length(new.name);
  end if;
  return new;
end
$$;
comment on function storage.enforce_bucket_name_length() is 'Refuses names of more than 100 characters';
create or replace trigger enforce_bucket_name_length_trigger
before insert or update of name on storage.buckets
for each row execute function storage.enforce_bucket_name_length();

create or replace function storage.protect_delete()
returns trigger
language plpgsql
as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using hint = 'This prevents accidental data loss from orphaned objects.', errcode = '42501';
  end if;
  return null;
end
$$;
comment on function storage.protect_delete() is 'Rows are deleted by the Storage API, which removes the bytes with them';
create or replace trigger protect_buckets_delete
before delete on storage.buckets for each statement execute function storage.protect_delete();
create or replace trigger protect_objects_delete
before delete on storage.objects for each statement execute function storage.protect_delete();

do $$
declare
  routine regprocedure;
begin
  for routine in select oid::regprocedure from pg_catalog.pg_proc where pronamespace = 'storage'::regnamespace loop
    execute format('alter function %s owner to supabase_storage_admin', routine);
    execute format('grant all on function %s to postgres, anon, authenticated, service_role', routine);
  end loop;
end
$$;

-- Hosted uses supautils to let a project's owner write policies here, but nothing else that needs ownership. Plain
-- Postgres has no such right: the owner is a member of the tables' owner, and event triggers refuse everything that
-- hosted refuses.
grant supabase_storage_admin to postgres with inherit true, set false;

create or replace function extensions.storage_guard_ddl()
returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  command record;
begin
  if current_user in ('supabase_admin', 'supabase_storage_admin') then
    return;
  end if;
  if tg_event = 'sql_drop' then
    for command in
      select object_type, object_identity from pg_catalog.pg_event_trigger_dropped_objects()
      where original and (schema_name = 'storage' or object_identity = 'storage')
        and object_type not in ('policy', 'trigger')
    loop
      raise exception 'must be owner of % %', command.object_type, command.object_identity using errcode = '42501';
    end loop;
    return;
  end if;
  for command in
    select object_type, object_identity from pg_catalog.pg_event_trigger_ddl_commands()
    where (schema_name = 'storage' or object_identity = 'storage')
      and command_tag not in ('CREATE POLICY', 'ALTER POLICY', 'CREATE TRIGGER', 'GRANT', 'REVOKE')
  loop
    raise exception 'must be owner of % %', command.object_type, command.object_identity using errcode = '42501';
  end loop;
end
$$;
comment on function extensions.storage_guard_ddl() is
  'Local stack only: keeps the storage schema the Storage service''s own, as it is on hosted projects';

do $$
begin
  if not exists (select from pg_catalog.pg_event_trigger where evtname = 'storage_guard_ddl') then
    create event trigger storage_guard_ddl on ddl_command_end execute function extensions.storage_guard_ddl();
  end if;
  if not exists (select from pg_catalog.pg_event_trigger where evtname = 'storage_guard_drop') then
    create event trigger storage_guard_drop on sql_drop execute function extensions.storage_guard_ddl();
  end if;
end
$$;
