-- Attachments: images and PDFs of a message, in a private bucket. The steps are ticket, upload, check and message.
-- Creates: settings max_upload_mb and upload_types; bucket support-attachments and its policies on storage.objects; type
--          support_attachment_status; table support_attachments; in support_private file_extension, is_valid_ticket,
--          may_upload_file, is_checked_version, may_read_file.

-- The tables are new: no other session waits for their locks.
-- squawk-ignore-file require-concurrent-index-creation, constraint-missing-not-valid
set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.file_extension(p_mime_type text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case p_mime_type
    when 'image/png' then 'png'
    when 'image/jpeg' then 'jpg'
    when 'image/webp' then 'webp'
    when 'image/gif' then 'gif'
    when 'application/pdf' then 'pdf'
  end
$$;
comment on function support_private.file_extension(text) is
  'The extension of a type that can be attached; null for every other.';
revoke execute on function support_private.file_extension(text) from public;
-- Checks of the table run as the role that writes the row.
grant execute on function support_private.file_extension(text) to service_role;

alter table public.support_settings
  add column max_upload_mb bigint not null default 10 check (max_upload_mb between 1 and 50),
  add column upload_types text[] not null
    default '{image/png,image/jpeg,image/webp,image/gif,application/pdf}'
    check (upload_types <@ '{image/png,image/jpeg,image/webp,image/gif,application/pdf}'::text[]);
comment on column public.support_settings.max_upload_mb is
  'The largest size of an attached file, in megabytes of 1,048,576 bytes.';
comment on column public.support_settings.upload_types is 'The types that may be attached; none turns attachments off.';
grant update (max_upload_mb, upload_types) on table public.support_settings to authenticated;

-- The table ----------------------------------------------------------------------------------------

create type public.support_attachment_status as enum ('uploading', 'ready', 'refused');

create table public.support_attachments (
  -- The client makes the id, so that a repeated call returns the same ticket.
  id uuid primary key,
  chat_id uuid not null references public.support_chats (id) on delete cascade,
  message_id uuid references public.support_messages (id) on delete cascade,
  uploader_id uuid references auth.users (id) on delete set null,
  path text not null unique generated always as (
    chat_id::text || '/' || id::text || '.' || support_private.file_extension(mime_type)
  ) stored,
  -- The name that people see. It is not part of the path.
  name text not null check (char_length(name) between 1 and 200),
  mime_type text not null check (support_private.file_extension(mime_type) is not null),
  -- The announced size; after the check, the real size.
  size_bytes bigint not null check (size_bytes > 0),
  width bigint check (width between 1 and 16384),
  height bigint check (height between 1 and 16384),
  status public.support_attachment_status not null default 'uploading',
  refusal text check (refusal ~ '^support_file_[a-z_]+$'),
  checked_at timestamptz,
  -- Storage gives every upload its own version; only the checked version can be read.
  checked_version text,
  check_expires_at timestamptz,
  ticket_expires_at timestamptz not null default now() + interval '1 hour',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint support_attachments_refused_has_code check ((status = 'refused') = (refusal is not null)),
  constraint support_attachments_only_ready_attached check (message_id is null or status = 'ready')
);
comment on table public.support_attachments is
  'Files of messages. A row is first a ticket to upload to its path, then ready after the check of the bytes, and belongs '
  'to one message.';
comment on column public.support_attachments.refusal is 'The code with which the check refused the file (support_file_…).';
comment on column public.support_attachments.ticket_expires_at is
  'The upload must begin before this time; a repeated call renews it.';
comment on column public.support_attachments.check_expires_at is
  'A running check blocks other checks until this time.';

create index support_attachments_chat_id_idx on public.support_attachments (chat_id);
create index support_attachments_message_id_idx on public.support_attachments (message_id);
create index support_attachments_uploader_id_idx on public.support_attachments (uploader_id, created_at);
create index support_attachments_unused_idx on public.support_attachments (created_at) where message_id is null;
create index support_attachments_name_idx on public.support_attachments using gin (name extensions.gin_trgm_ops)
where message_id is not null;

alter table public.support_attachments enable row level security;
revoke all on table public.support_attachments from public, anon, authenticated;
-- The columns of the check are not granted.
grant select (
  id, chat_id, message_id, uploader_id, path, name, mime_type, size_bytes, width, height, status, refusal, created_at
) on table public.support_attachments to authenticated;
grant select, insert, update, delete on table public.support_attachments to service_role;

-- A sent file is visible with its message: the policy of messages hides deleted conversations from the customer.
create policy "People see their unsent files, and those of their messages"
on public.support_attachments for select to authenticated
using (
  chat_id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat())
  and case
    when message_id is null then uploader_id = (select support_private.caller_id())
    else exists (select from public.support_messages m where m.id = message_id)
  end
);

create trigger support_begin_work before insert or update or delete on public.support_attachments
for each statement execute function support_private.begin_work_of_statement();

create trigger support_attachments_touch_updated_at
before update on public.support_attachments
for each row execute function support_private.touch_updated_at();

-- The bucket ---------------------------------------------------------------------------------------

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
select 'support-attachments', 'support-attachments', false, s.max_upload_mb * 1048576, s.upload_types
from public.support_settings s
on conflict (id) do update
  set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;

-- Definer: admins may change the settings, but not buckets.
create function support_private.sync_bucket()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- To Storage, an empty list means every type. While attachments are off there are no new tickets, so the last list may stay.
  update storage.buckets b
  set file_size_limit = new.max_upload_mb * 1048576,
      allowed_mime_types = coalesce(nullif(new.upload_types, '{}'), b.allowed_mime_types)
  where b.id = 'support-attachments';
  return null;
end
$$;
comment on function support_private.sync_bucket() is
  'Sets the limits of the settings on the bucket, so that Storage itself rejects files that are too large or of another type.';
revoke execute on function support_private.sync_bucket() from public;

create trigger support_settings_sync_bucket
after update of max_upload_mb, upload_types on public.support_settings
for each row execute function support_private.sync_bucket();

-- Definer: users may not read ticket_expires_at.
create function support_private.is_valid_ticket(p_path text, p_bytes numeric)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_attachments a
    where a.path = p_path and a.ticket_expires_at > now() and p_bytes <= a.size_bytes
  )
$$;
comment on function support_private.is_valid_ticket(text, numeric) is
  'Is the ticket for this path still valid, and for p_bytes bytes?';
revoke execute on function support_private.is_valid_ticket(text, numeric) from public;
grant execute on function support_private.is_valid_ticket(text, numeric) to authenticated;

-- Invoker: row level security selects the rows that the caller may read.
create function support_private.may_upload_file(p_path text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    -- Row level security hides the files of chats that the caller may no longer read, such as a former agent.
    select from public.support_attachments a
    where a.path = p_path and a.uploader_id = (select support_private.caller_id()) and a.status = 'uploading'
  )
  -- The announced length may be missing or wrong, so the check compares the size again. A multipart form may add 4 kB.
  and support_private.is_valid_ticket(
    p_path,
    coalesce((nullif(current_setting('request.headers', true), '')::jsonb ->> 'content-length')::numeric - 4096, 0)
  )
  -- Allow no signed upload address, which would outlive the ticket, and no upload in parts.
  and coalesce(storage.operation() in ('storage.object.upload', 'object.upload'), false)
$$;
comment on function support_private.may_upload_file(text) is
  'Does the caller have a valid ticket for this path of the bucket, and is the upload not larger than announced?';
revoke execute on function support_private.may_upload_file(text) from public;
grant execute on function support_private.may_upload_file(text) to authenticated;

-- Definer: users may not read checked_version.
create function support_private.is_checked_version(p_path text, p_version text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_attachments a
    where a.path = p_path and a.status = 'ready' and a.checked_version is not distinct from p_version
  )
$$;
comment on function support_private.is_checked_version(text, text) is 'Is it the checked version of a file?';
revoke execute on function support_private.is_checked_version(text, text) from public;
grant execute on function support_private.is_checked_version(text, text) to authenticated;

-- Invoker, as may_upload_file(). Storage may accept two simultaneous uploads to one path, and the later one would replace checked
-- bytes. Only the checked version may therefore be read.
create function support_private.may_read_file(p_path text, p_version text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (select from public.support_attachments a where a.path = p_path and a.status = 'ready')
    and support_private.is_checked_version(p_path, p_version)
    -- Allow only downloads with the caller's own token. A caller of Storage chooses how long a signed address works, even 31
    -- years, so users may not sign. The Edge Function sign-support-files signs for five minutes.
    and coalesce(
      storage.operation() in (
        'storage.object.get_authenticated', 'storage.object.info_authenticated', 'object.get_authenticated_info',
        'object.head_authenticated_info'
      ), false
    )
$$;
comment on function support_private.may_read_file(text, text) is
  'Is it the checked version of a file that the caller may read?';
revoke execute on function support_private.may_read_file(text, text) from public;
grant execute on function support_private.may_read_file(text, text) to authenticated;

create policy "Support files: people upload what they have a ticket for"
on storage.objects for insert to authenticated
with check (bucket_id = 'support-attachments' and (select support_private.may_upload_file(objects.name)));

create policy "Support files: people read checked files of their messages"
on storage.objects for select to authenticated
using (bucket_id = 'support-attachments' and (select support_private.may_read_file(objects.name, objects.version)));

-- Policies of a table are combined by OR. A policy of the host project, such as using (true), must not open our bucket.
create policy "Support files: other policies do not open uploading"
on storage.objects as restrictive for insert to authenticated
with check (bucket_id <> 'support-attachments' or (select support_private.may_upload_file(objects.name)));

create policy "Support files: other policies do not open reading"
on storage.objects as restrictive for select to authenticated
using (bucket_id <> 'support-attachments' or (select support_private.may_read_file(objects.name, objects.version)));

create policy "Support files: no one overwrites or moves them"
on storage.objects as restrictive for update to anon, authenticated
using (bucket_id <> 'support-attachments')
with check (bucket_id <> 'support-attachments');

create policy "Support files: no one deletes them"
on storage.objects as restrictive for delete to anon, authenticated
using (bucket_id <> 'support-attachments');

create policy "Support files: signed-out callers upload nothing"
on storage.objects as restrictive for insert to anon
with check (bucket_id <> 'support-attachments');

create policy "Support files: signed-out callers read nothing"
on storage.objects as restrictive for select to anon
using (bucket_id <> 'support-attachments');
