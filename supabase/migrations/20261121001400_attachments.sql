-- Attachments: images and PDFs of a message, in a private bucket. A ticket first, then the upload, the check, the message.
-- Creates: bucket support-attachments and its policies on storage.objects; type support_attachment_status; table
--          support_attachments; columns support_messages.attachments, support_settings.max_upload_mb and upload_types; functions
--          begin_support_upload, support_readable_files, support_claim_upload, support_settle_upload; send_support_message with attachments.
-- Undo:    drop the policies named below on storage.objects; empty and delete the bucket in the dashboard; drop trigger
--          support_settings_sync_bucket on public.support_settings; drop table public.support_attachments and the type; drop the
--          three columns; drop the functions named below, and apply number_message, send_message, message_json,
--          refresh_preview, list_chats and status of the earlier migrations again.

-- The tables come with this same release: they are empty or as good as, and nothing else waits for them.
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation, constraint-missing-not-valid
set lock_timeout = '5s';
set statement_timeout = '60s';

-- Settings and the bucket ----------------------------------------------------------------------

create or replace function support_private.file_extension(p_mime_type text)
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
comment on function support_private.file_extension(text) is 'The extension of a type that can be attached; null for every other.';
revoke execute on function support_private.file_extension(text) from public;
-- Checks of the table run as whoever writes the row.
grant execute on function support_private.file_extension(text) to service_role;

alter table public.support_settings
  add column max_upload_mb bigint not null default 10 check (max_upload_mb between 1 and 50),
  add column upload_types text[] not null
    default '{image/png,image/jpeg,image/webp,image/gif,application/pdf}'
    check (upload_types <@ '{image/png,image/jpeg,image/webp,image/gif,application/pdf}'::text[]);
comment on column public.support_settings.max_upload_mb is 'How large an attached file may be, in megabytes of 1,048,576 bytes.';
comment on column public.support_settings.upload_types is 'Which types may be attached; none switches attachments off.';
grant update (max_upload_mb, upload_types) on table public.support_settings to authenticated;

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
select 'support-attachments', 'support-attachments', false, s.max_upload_mb * 1048576, s.upload_types
from public.support_settings s
on conflict (id) do update
  set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;

-- Definer: admins change the settings, and have no right to buckets.
create or replace function support_private.sync_bucket()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- To Storage an empty list means every type. While attachments are off nobody gets a ticket, so the last list may stay.
  update storage.buckets b
  set file_size_limit = new.max_upload_mb * 1048576,
      allowed_mime_types = coalesce(nullif(new.upload_types, '{}'), b.allowed_mime_types)
  where b.id = 'support-attachments';
  return null;
end
$$;
comment on function support_private.sync_bucket() is 'Gives the bucket the limits of the settings, so that Storage itself refuses what is too large or of another type.';
revoke execute on function support_private.sync_bucket() from public;

create trigger support_settings_sync_bucket
after update of max_upload_mb, upload_types on public.support_settings
for each row execute function support_private.sync_bucket();

-- Definer: as before it; and what may be attached.
create or replace function support_private.status()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_open public.support_conversations;
  v_last public.support_conversations;
  v_staff boolean := support_private.is_staff();
  v_chat_id uuid := support_private.own_chat_id();
begin
  if v_chat_id is null and not v_staff and support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  select * into v_settings from public.support_settings;
  select * into v_open from public.support_conversations v
  where v.chat_id = v_chat_id and v.status <> 'ended';
  if v_open.id is null then
    select * into v_last from public.support_conversations v
    where v.chat_id = v_chat_id and v.user_deleted_at is null
    order by v.started_at desc limit 1;
  end if;
  return jsonb_build_object(
    'app_name', v_settings.app_name,
    -- is_online() written out: a call for each agent would read the settings again for each.
    'agents_online', exists (
      select from public.support_agents a
      where a.available and a.last_seen_at > clock_timestamp() - v_settings.agent_timeout
    ),
    'open', support_private.is_open_at(now()),
    'opens_at', case when not support_private.is_open_at(now()) then support_private.next_opening(now()) end,
    'expected_reply_minutes', v_settings.expected_reply_minutes,
    'emails_answers', v_settings.email_enabled,
    'conversation', case when coalesce(v_open.id, v_last.id) is not null then
      support_private.conversation_json(case when v_open.id is not null then v_open else v_last end)
    end,
    'queue_position', support_private.queue_position(v_open),
    'message_before_accept', v_settings.message_before_accept,
    'allow_view_history', v_settings.allow_view_history,
    'delete_history', v_settings.delete_history,
    'settings_version', v_settings.version,
    'is_staff', v_staff,
    'waiting_count', case when v_staff then
      (select count(*) from public.support_conversations v where v.status = 'waiting')
    end,
    'dashboard_url', case when v_staff then v_settings.dashboard_url end,
    'max_upload_mb', v_settings.max_upload_mb,
    'upload_types', v_settings.upload_types
  );
end
$$;
comment on function public.support_status() is
  'Is somebody there, when is an answer expected, the caller''s conversation and place in the queue, and what the settings let '
  'them do: {app_name, agents_online, open, opens_at, expected_reply_minutes, emails_answers, conversation, queue_position, '
  'message_before_accept, allow_view_history, delete_history, settings_version, is_staff, waiting_count, dashboard_url, '
  'max_upload_mb, upload_types}.';

-- Attachments ----------------------------------------------------------------------------------

create type public.support_attachment_status as enum ('uploading', 'ready', 'refused');

create table public.support_attachments (
  -- Made by the client, so that asking again for the same ticket gives the same one.
  id uuid primary key,
  chat_id uuid not null references public.support_chats (id) on delete cascade,
  message_id uuid references public.support_messages (id) on delete cascade,
  uploader_id uuid references auth.users (id) on delete set null,
  path text not null unique generated always as (
    chat_id::text || '/' || id::text || '.' || support_private.file_extension(mime_type)
  ) stored,
  -- What people see. It is no part of any path.
  name text not null check (char_length(name) between 1 and 200),
  mime_type text not null check (support_private.file_extension(mime_type) is not null),
  -- As announced; once checked, as it is.
  size_bytes bigint not null check (size_bytes > 0),
  width bigint check (width between 1 and 16384),
  height bigint check (height between 1 and 16384),
  status public.support_attachment_status not null default 'uploading',
  refusal text check (refusal ~ '^support_file_[a-z_]+$'),
  checked_at timestamptz,
  -- Storage gives every upload its own version; only the one that was checked is ever shown.
  checked_version text,
  check_expires_at timestamptz,
  ticket_expires_at timestamptz not null default now() + interval '1 hour',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint support_attachments_refused_has_code check ((status = 'refused') = (refusal is not null)),
  constraint support_attachments_only_ready_attached check (message_id is null or status = 'ready')
);
comment on table public.support_attachments is
  'Files of messages. A row begins as a ticket to upload to its path, is ready once the bytes were checked, and belongs to one message.';
comment on column public.support_attachments.refusal is 'Why the check refused it, as a code (support_file_…).';
comment on column public.support_attachments.ticket_expires_at is 'Until when the upload may begin; asking for the same ticket again renews it.';
comment on column public.support_attachments.check_expires_at is 'Until when a check that is under way keeps others from checking, too.';

create index support_attachments_chat_id_idx on public.support_attachments (chat_id);
create index support_attachments_message_id_idx on public.support_attachments (message_id);
create index support_attachments_uploader_id_idx on public.support_attachments (uploader_id, created_at);
create index support_attachments_unused_idx on public.support_attachments (created_at) where message_id is null;
create index support_attachments_name_idx on public.support_attachments using gin (name extensions.gin_trgm_ops)
where message_id is not null;

alter table public.support_attachments enable row level security;
revoke all on table public.support_attachments from public, anon, authenticated;
-- Not what the check keeps for itself.
grant select (
  id, chat_id, message_id, uploader_id, path, name, mime_type, size_bytes, width, height, status, refusal, created_at
) on table public.support_attachments to authenticated;
grant select, insert, update, delete on table public.support_attachments to service_role;

create trigger support_attachments_touch_updated_at
before update on public.support_attachments
for each row execute function support_private.touch_updated_at();

-- Messages decide about what was sent: their policy hides deleted conversations from the customer, and shows staff all.
create policy "People see their unsent files, and those of their messages"
on public.support_attachments for select to authenticated
using (
  chat_id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat())
  and case
    when message_id is null then uploader_id = (select support_private.caller_id())
    else exists (select from public.support_messages m where m.id = message_id)
  end
);

-- Storage --------------------------------------------------------------------------------------

-- Definer: when a ticket expires is for the server alone.
create or replace function support_private.is_valid_ticket(p_path text, p_bytes numeric)
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
comment on function support_private.is_valid_ticket(text, numeric) is 'Is the ticket for this path still good, and for so many bytes?';
revoke execute on function support_private.is_valid_ticket(text, numeric) from public;
grant execute on function support_private.is_valid_ticket(text, numeric) to authenticated;

-- Invoker: row level security of the two tables answers for the caller.
create or replace function support_private.may_upload_file(p_path text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    -- Row level security shows those of chats that are still the caller's: who left the team has no business in them.
    select from public.support_attachments a
    where a.path = p_path and a.uploader_id = (select support_private.caller_id()) and a.status = 'uploading'
  )
  -- What Storage knows of the length before it takes the bytes. It may be missing or a lie, so the check compares the size, too.
  -- 4 kB are for the lines that a form adds.
  and support_private.is_valid_ticket(
    p_path,
    coalesce((nullif(current_setting('request.headers', true), '')::jsonb ->> 'content-length')::numeric - 4096, 0)
  )
  -- No signed upload address, which would outlive the ticket, and no upload in parts.
  and coalesce(storage.operation() in ('storage.object.upload', 'object.upload'), false)
$$;
comment on function support_private.may_upload_file(text) is
  'Has the caller a ticket for this path of the bucket that has not expired, and do they upload no more than it says?';
revoke execute on function support_private.may_upload_file(text) from public;
grant execute on function support_private.may_upload_file(text) to authenticated;

-- Definer: which version was checked is for the check alone.
create or replace function support_private.is_checked_version(p_path text, p_version text)
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
comment on function support_private.is_checked_version(text, text) is 'Is it the version of a file that was checked?';
revoke execute on function support_private.is_checked_version(text, text) from public;
grant execute on function support_private.is_checked_version(text, text) to authenticated;

-- Invoker: as may_upload_file(). Two uploads that race for one path can both be let in by Storage, and the later one replaces the
-- bytes after their check: so it is this version or nothing.
create or replace function support_private.may_read_file(p_path text, p_version text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (select from public.support_attachments a where a.path = p_path and a.status = 'ready')
    and support_private.is_checked_version(p_path, p_version)
    -- Downloads with the caller's own token. Storage signs an address for as long as the caller likes, 31 years included, so
    -- nobody signs by themself: the Edge Function sign-support-files does, for five minutes.
    and coalesce(
      storage.operation() in (
        'storage.object.get_authenticated', 'storage.object.info_authenticated', 'object.get_authenticated_info',
        'object.head_authenticated_info'
      ), false
    )
$$;
comment on function support_private.may_read_file(text, text) is 'Is it a checked file, in the version that was checked, which the caller may see?';
revoke execute on function support_private.may_read_file(text, text) from public;
grant execute on function support_private.may_read_file(text, text) to authenticated;

create policy "Support files: people upload what they have a ticket for"
on storage.objects for insert to authenticated
with check (bucket_id = 'support-attachments' and (select support_private.may_upload_file(objects.name)));

create policy "Support files: people read checked files of their messages"
on storage.objects for select to authenticated
using (bucket_id = 'support-attachments' and (select support_private.may_read_file(objects.name, objects.version)));

-- Policies of one table are joined by OR: one that the host wrote for its own buckets, say using (true), must not open ours.
create policy "Support files: other policies do not open uploading"
on storage.objects as restrictive for insert to authenticated
with check (bucket_id <> 'support-attachments' or (select support_private.may_upload_file(objects.name)));

create policy "Support files: other policies do not open reading"
on storage.objects as restrictive for select to authenticated
using (bucket_id <> 'support-attachments' or (select support_private.may_read_file(objects.name, objects.version)));

create policy "Support files: nobody overwrites or moves them"
on storage.objects as restrictive for update to anon, authenticated
using (bucket_id <> 'support-attachments')
with check (bucket_id <> 'support-attachments');

create policy "Support files: nobody deletes them"
on storage.objects as restrictive for delete to anon, authenticated
using (bucket_id <> 'support-attachments');

create policy "Support files: signed out, nobody uploads"
on storage.objects as restrictive for insert to anon
with check (bucket_id <> 'support-attachments');

create policy "Support files: signed out, nobody reads"
on storage.objects as restrictive for select to anon
using (bucket_id <> 'support-attachments');

-- The ticket -----------------------------------------------------------------------------------

create or replace function support_private.file_name(p_name text, p_mime_type text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_ending text := support_private.file_extension(p_mime_type);
  -- What stands before a slash was a folder on somebody's disk.
  v_stem text := regexp_replace(left(coalesce(p_name, ''), 5000), '^.*[/\\]', '');
begin
  -- Controls, and what shows nothing or turns the direction of text (photo‮gpj.exe). Joiners stay: emoji are made of them.
  v_stem := regexp_replace(
    v_stem,
    '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]', '', 'g'
  );
  -- Dots and spaces; by a list, since an expression that repeats up to the end takes time with the square of the length.
  v_stem := btrim(
    v_stem,
    E'. \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'
  );
  -- A file that is saved under this name is opened as what it is: the name ends as its type does.
  if v_stem ~* ('\.' || case v_ending when 'jpg' then '(jpe?g|jpe|jfif)' else v_ending end || '$') then
    v_ending := substring(v_stem from '[^.]*$');
    v_stem := left(v_stem, -1 - char_length(v_ending));
  end if;
  v_stem := rtrim(support_private.preview(v_stem, 199 - char_length(v_ending)), '. ');
  return coalesce(nullif(v_stem, ''), 'file') || '.' || v_ending;
end
$$;
comment on function support_private.file_name(text, text) is
  'The name of a file as people see it: without folders, controls and marks of direction, at most 200 characters, with the ending of its type.';
revoke execute on function support_private.file_name(text, text) from public;

create or replace function support_private.check_upload(p_mime_type text, p_size_bytes bigint)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
begin
  select * into v_settings from public.support_settings;
  if v_settings.upload_types = '{}' then
    perform support_private.fail(403, 'support_uploads_off', 'Attachments are off');
  elsif p_mime_type is null or p_mime_type <> all (v_settings.upload_types) then
    perform support_private.fail(400, 'support_upload_type', array_to_string(v_settings.upload_types, ', '));
  elsif coalesce(p_size_bytes, 0) <= 0 then
    perform support_private.fail(400, 'support_upload_empty');
  elsif p_size_bytes > v_settings.max_upload_mb * 1048576 then
    perform support_private.fail(400, 'support_upload_too_large', 'At most ' || v_settings.max_upload_mb || ' MB');
  end if;
end
$$;
comment on function support_private.check_upload(text, bigint) is 'Raises why a file of this type and size cannot be attached.';
revoke execute on function support_private.check_upload(text, bigint) from public;

insert into support_private.limits (action, amount, period, code) values
  ('upload', 20, '1 minute', 'support_upload_rate_limited'),
  ('upload_of_day', 200, '1 day', 'support_upload_rate_limited'),
  ('file_check', 120, '1 minute', 'support_upload_rate_limited'),
  ('file_addresses', 120, '1 minute', 'support_rate_limited'),
  -- As many bytes as fifty files of the largest size that the settings allow.
  ('upload_bytes', 50 * 10 * 1048576, '1 day', 'support_upload_rate_limited');

-- Definer: clients hold no right to write attachments.
create or replace function support_private.begin_upload(
  p_id uuid,
  p_chat_id uuid,
  p_name text,
  p_mime_type text,
  p_size_bytes bigint
)
returns public.support_attachments
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_attachment public.support_attachments;
begin
  perform support_private.begin_work();
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not exists (
    select from public.support_chats c where c.id = p_chat_id and (c.user_id = v_user_id or support_private.is_staff())
  ) then
    perform support_private.fail(404, 'support_chat_not_found');
  elsif p_id is null then
    perform support_private.fail(400, 'support_upload_id_missing');
  end if;
  -- One after the other for each person, so that nobody gets past the rate by asking many times at once.
  perform pg_advisory_xact_lock(hashtextextended('support_private.begin_upload:' || v_user_id, 0));
  select * into v_attachment from public.support_attachments a where a.id = p_id;
  if found then
    if (v_attachment.uploader_id, v_attachment.chat_id, v_attachment.mime_type)
      is distinct from (v_user_id, p_chat_id, p_mime_type)
    then
      perform support_private.fail(409, 'support_upload_conflict');
    end if;
    if v_attachment.status = 'uploading' and v_attachment.ticket_expires_at <= clock_timestamp() then
      perform support_private.check_upload(p_mime_type, v_attachment.size_bytes);
      perform support_private.use_allowance('upload');
      perform support_private.use_allowance('upload_of_day');
      update public.support_attachments a set ticket_expires_at = clock_timestamp() + interval '1 hour'
      where a.id = p_id
      returning * into v_attachment;
    end if;
    return v_attachment;
  end if;
  perform support_private.check_upload(p_mime_type, p_size_bytes);
  perform support_private.use_allowance('upload');
  perform support_private.use_allowance('upload_of_day');
  perform support_private.use_allowance(
    'upload_bytes', p_size_bytes, p_limit => (select 50 * s.max_upload_mb * 1048576 from public.support_settings s)
  );
  -- Nobody hoards files that no message names: beyond 20 in a chat the oldest give way.
  delete from public.support_attachments a
  where a.id in (
    select o.id from public.support_attachments o
    where o.uploader_id = v_user_id and o.chat_id = p_chat_id and o.message_id is null and o.status <> 'refused'
    order by o.created_at desc offset 19
  ) and a.message_id is null;
  insert into public.support_attachments (id, chat_id, uploader_id, name, mime_type, size_bytes, created_at)
  values (
    p_id, p_chat_id, v_user_id, support_private.file_name(p_name, p_mime_type), p_mime_type, p_size_bytes, clock_timestamp()
  )
  returning * into v_attachment;
  return v_attachment;
exception
  when unique_violation then -- somebody else made a ticket of this id at the same moment
    perform support_private.fail(409, 'support_upload_conflict');
end
$$;
comment on function support_private.begin_upload(uuid, uuid, text, text, bigint) is 'Works for public.begin_support_upload.';
revoke execute on function support_private.begin_upload(uuid, uuid, text, text, bigint) from public;
grant execute on function support_private.begin_upload(uuid, uuid, text, text, bigint) to authenticated;

create type public.support_upload as (
  id uuid,
  chat_id uuid,
  message_id uuid,
  path text,
  name text,
  mime_type text,
  size_bytes bigint,
  width bigint,
  height bigint,
  status public.support_attachment_status,
  refusal text,
  created_at timestamptz
);
comment on type public.support_upload is 'A file as its uploader knows it: an allow-list, so that a new column is not told by itself.';

create or replace function public.begin_support_upload(
  p_id uuid,
  p_chat_id uuid,
  p_name text,
  p_mime_type text,
  p_size_bytes bigint
)
returns public.support_upload
language sql
volatile
security invoker
set search_path = ''
as $$
  select
    a.id, a.chat_id, a.message_id, a.path, a.name, a.mime_type, a.size_bytes, a.width, a.height, a.status, a.refusal, a.created_at
  from support_private.begin_upload(p_id, p_chat_id, p_name, p_mime_type, p_size_bytes) a
$$;
comment on function public.begin_support_upload(uuid, uuid, text, text, bigint) is
  'The ticket to upload one file to its path in the bucket support-attachments, good for an hour; the same id gives the same '
  'ticket, renewed if it has expired. Errors: '
  'support_chat_not_found (404), support_uploads_off (403), support_upload_type, support_upload_too_large, support_upload_empty, '
  'support_upload_id_missing (400), support_upload_conflict (409), support_upload_rate_limited (429).';
revoke execute on function public.begin_support_upload(uuid, uuid, text, text, bigint) from public, anon;
grant execute on function public.begin_support_upload(uuid, uuid, text, text, bigint) to authenticated;

-- Addresses ------------------------------------------------------------------------------------

-- Definer: versions stand in storage.objects, which callers see by Storage's own operations only.
create or replace function support_private.checked_files(p_paths text[])
returns setof text
language sql
stable
security definer
set search_path = ''
as $$
  select a.path
  from public.support_attachments a
  join storage.objects o on o.bucket_id = 'support-attachments' and o.name = a.path
  where a.path = any (p_paths) and a.status = 'ready' and a.checked_version is not distinct from o.version
$$;
comment on function support_private.checked_files(text[]) is 'Those of these paths that have an object in the version that was checked.';
revoke execute on function support_private.checked_files(text[]) from public;
grant execute on function support_private.checked_files(text[]) to authenticated;

-- Definer: users may not execute use_allowance().
create or replace function support_private.count_file_addresses()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  perform support_private.use_allowance('file_addresses');
end
$$;
comment on function support_private.count_file_addresses() is 'Counts one call for addresses of files against the caller''s allowance.';
revoke execute on function support_private.count_file_addresses() from public;
grant execute on function support_private.count_file_addresses() to authenticated;

-- json, not text[]: of an array that is nested too deeply PostgREST makes an error of the server.
create or replace function public.support_readable_files(p_paths jsonb)
returns setof text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_paths text[];
begin
  perform support_private.count_file_addresses();
  if jsonb_typeof(p_paths) = 'array' then
    v_paths := array(select p.path from jsonb_array_elements_text(p_paths) p (path) limit 100);
  end if;
  -- Row level security decides which of them the caller sees.
  return query
    select a.path from public.support_attachments a
    where a.path = any (v_paths) and a.path in (select c.path from support_private.checked_files(v_paths) c (path));
end
$$;
comment on function public.support_readable_files(jsonb) is
  'Which of these paths (100 at most) are checked files that the caller may see. The Edge Function sign-support-files asks it in the '
  'caller''s name before it makes addresses. Errors: support_not_authenticated (401), support_rate_limited (429).';
revoke execute on function public.support_readable_files(jsonb) from public, anon;
grant execute on function public.support_readable_files(jsonb) to authenticated;

-- The check ------------------------------------------------------------------------------------
-- For the secret key only: the Edge Function check-support-attachment.

create or replace function public.support_claim_upload(p_id uuid)
returns table (state text, version text, stored_type text, max_bytes bigint)
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_attachment public.support_attachments;
  v_now timestamptz;
begin
  perform support_private.begin_work();
  -- The check works for everybody, so it has an allowance of its own, the uploader's. The counter's lock also makes the claims of
  -- one person take turns: the number of their checks under way is right, and nobody else waits.
  perform support_private.use_allowance('file_check', 1, a.uploader_id::text)
  from public.support_attachments a where a.id = p_id;
  select * into v_attachment from public.support_attachments a where a.id = p_id for update;
  if not found then
    perform support_private.fail(404, 'support_attachment_not_found');
  end if;
  -- Not more than was announced.
  max_bytes := (select least(s.max_upload_mb * 1048576, v_attachment.size_bytes) from public.support_settings s);
  select o.version, o.metadata ->> 'mimetype'
  into version, stored_type
  from storage.objects o
  where o.bucket_id = 'support-attachments' and o.name = v_attachment.path;
  v_now := clock_timestamp(); -- After the locks.
  state := case
    when v_attachment.status <> 'uploading' then 'settled'
    when not found then 'missing'
    when v_attachment.check_expires_at > v_now then 'busy'
    when 2 <= (
      select count(*) from public.support_attachments a
      where a.uploader_id = v_attachment.uploader_id and a.created_at > now() - interval '1 day'
        and a.check_expires_at > v_now
    ) then 'busy'
    else 'claimed'
  end;
  if state = 'claimed' then
    update public.support_attachments a set check_expires_at = v_now + interval '30 seconds' where a.id = p_id;
  end if;
  return next;
end
$$;
comment on function public.support_claim_upload(uuid) is
  'For the check of files: what was uploaded, and whether to check it now. state is claimed (for 30 seconds), busy (a check of it, '
  'or two of other files of its uploader, are under way), missing (nothing uploaded yet) or settled; max_bytes is what the ticket '
  'and the settings allow. Errors: support_attachment_not_found (404), support_upload_rate_limited (429).';
revoke execute on function public.support_claim_upload(uuid) from public, anon, authenticated;
grant execute on function public.support_claim_upload(uuid) to service_role;

create or replace function public.support_settle_upload(
  p_id uuid,
  p_version text,
  p_refusal text default null,
  p_size_bytes bigint default null,
  p_width bigint default null,
  p_height bigint default null
)
returns public.support_attachments
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_attachment public.support_attachments;
begin
  perform support_private.begin_work();
  select * into v_attachment from public.support_attachments a where a.id = p_id for update;
  if not found then
    perform support_private.fail(404, 'support_attachment_not_found');
  elsif v_attachment.status <> 'uploading' then
    return v_attachment;
  elsif not exists (
    select from storage.objects o
    where o.bucket_id = 'support-attachments' and o.name = v_attachment.path and o.version is not distinct from p_version
  ) then
    perform support_private.fail(409, 'support_file_missing', 'The upload changed during its check');
  end if;
  update public.support_attachments a
  set status = case when p_refusal is null then 'ready' else 'refused' end::public.support_attachment_status,
      refusal = p_refusal,
      size_bytes = case when p_refusal is null then p_size_bytes else a.size_bytes end,
      width = case when p_refusal is null then p_width end,
      height = case when p_refusal is null then p_height end,
      checked_at = clock_timestamp(),
      checked_version = p_version,
      check_expires_at = null
  where a.id = p_id
  returning * into v_attachment;
  return v_attachment;
end
$$;
comment on function public.support_settle_upload(uuid, text, text, bigint, bigint, bigint) is
  'For the check of files: the version that was looked at is ready, or refused with a code; what is settled stays. Errors: '
  'support_attachment_not_found (404), support_file_missing (409) when there is another version by now.';
revoke execute on function public.support_settle_upload(uuid, text, text, bigint, bigint, bigint) from public, anon, authenticated;
grant execute on function public.support_settle_upload(uuid, text, text, bigint, bigint, bigint) to service_role;

-- Messages with attachments --------------------------------------------------------------------

alter table public.support_messages
  add column attachments jsonb not null default '[]'
    constraint support_attachments_too_many check (
      jsonb_typeof(attachments) = 'array' and jsonb_array_length(attachments) <= 5
    );
grant select (attachments) on table public.support_messages to authenticated;
comment on column public.support_messages.attachments is
  'Its files, as they were sent: [{id, path, name, mime_type, size_bytes, width, height}]. Written by send_support_message.';
alter table public.support_messages
  drop constraint support_message_blank,
  add constraint support_message_blank check (
    case when attachments = '[]' then btrim(content, support_private.blank_characters()) <> '' else true end
  );

create or replace function support_private.files_text(p_attachments jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select string_agg('📎 ' || (f.file ->> 'name'), ' ' order by f.place)
  from jsonb_array_elements(p_attachments) with ordinality f (file, place)
$$;
comment on function support_private.files_text(jsonb) is 'What stands for a message''s files where there is only text; null without files.';
revoke execute on function support_private.files_text(jsonb) from public;

create or replace function support_private.number_message()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
  v_at timestamptz;
begin
  select * into v_chat from public.support_chats c where c.id = new.chat_id for no key update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  -- The clock is read once, and after the lock was taken. It may have been set back: a message is later than the one before it,
  -- and a customer's message is later than the last time that an agent looked.
  v_at := greatest(
    clock_timestamp(),
    v_chat.last_message_at + interval '1 microsecond',
    v_chat.admin_viewed_at + interval '1 microsecond',
    (
      select m.created_at + interval '1 microsecond' from public.support_messages m
      where m.chat_id = new.chat_id order by m.seq desc limit 1
    )
  );
  -- System messages take a number and change nothing else.
  if new.sender_type = 'system' then
    update public.support_chats c set last_seq = c.last_seq + 1 where c.id = new.chat_id;
  else
    update public.support_chats c
    set last_seq = c.last_seq + 1,
        message_count = c.message_count + 1,
        last_message_at = v_at,
        last_message_preview = support_private.preview(
          case when new.content <> '' then new.content else support_private.files_text(new.attachments) end, 100
        ),
        last_message_sender = new.sender_type,
        last_user_message_at = case when new.sender_type = 'user' then v_at else c.last_user_message_at end,
        -- Whoever writes, the chat is in use again.
        archived_at = null
    where c.id = new.chat_id;
  end if;
  new.seq := v_chat.last_seq + 1;
  new.created_at := v_at;
  new.updated_at := v_at;
  return new;
end
$$;

create or replace function support_private.refresh_preview(p_chat_id uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.support_chats c
  set last_message_preview = support_private.preview(
        case when m.content <> '' then m.content else support_private.files_text(m.attachments) end, 100
      ),
      last_message_sender = m.sender_type,
      message_count = (
        select count(*) from public.support_messages n where n.chat_id = c.id and n.sender_type <> 'system'
      )
  from (select p_chat_id as chat_id) asked
  left join lateral (
    select n.content, n.attachments, n.sender_type from public.support_messages n
    where n.chat_id = asked.chat_id and n.sender_type <> 'system'
    order by n.seq desc limit 1
  ) m on true
  where c.id = asked.chat_id
$$;

create or replace function support_private.message_json(p_message public.support_messages)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_message.id, 'chat_id', p_message.chat_id, 'seq', p_message.seq, 'content', p_message.content,
    'sender_type', p_message.sender_type, 'sender_id', p_message.sender_id, 'sender_name', p_message.sender_name,
    'read_at', p_message.read_at, 'created_at', p_message.created_at, 'updated_at', p_message.updated_at,
    'conversation_id', p_message.conversation_id, 'attachments', p_message.attachments
  )
$$;

-- Definer: as send_message(). The caller holds the chat's row lock; attachments are locked after it, in the order of their ids.
create or replace function support_private.attachments_for_message(p_ids uuid[], p_chat_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_attachment public.support_attachments;
  v_files jsonb := '{}';
begin
  if cardinality(p_ids) > 5 then
    perform support_private.fail(400, 'support_attachments_too_many', 'At most 5');
  end if;
  for v_attachment in
    select a.* from public.support_attachments a
    where a.id = any (p_ids) and a.chat_id = p_chat_id and a.uploader_id = support_private.caller_id()
    order by a.id
    for update
  loop
    if v_attachment.message_id is not null then
      perform support_private.fail(409, 'support_attachment_used', v_attachment.name);
    elsif v_attachment.status <> 'ready' then
      perform support_private.fail(409, 'support_attachment_not_ready', v_attachment.name);
    end if;
    -- The settings may have changed since the ticket, and the object may be gone or another by now.
    perform support_private.check_upload(v_attachment.mime_type, v_attachment.size_bytes);
    if exists (
      select from storage.objects o
      where o.bucket_id = 'support-attachments' and o.name = v_attachment.path
        and o.version is not distinct from v_attachment.checked_version
    ) then
      v_files := v_files || jsonb_build_object(v_attachment.id, jsonb_build_object(
        'id', v_attachment.id, 'path', v_attachment.path, 'name', v_attachment.name, 'mime_type', v_attachment.mime_type,
        'size_bytes', v_attachment.size_bytes, 'width', v_attachment.width, 'height', v_attachment.height
      ));
    end if;
  end loop;
  -- Unknown, somebody else's, of another chat, gone: all the same.
  if exists (select from unnest(p_ids) i (id) where i.id is null or not v_files ? i.id::text) then
    perform support_private.fail(400, 'support_attachment_not_found');
  elsif cardinality(p_ids) > (select count(distinct i.id) from unnest(p_ids) i (id)) then
    perform support_private.fail(409, 'support_attachment_used', 'Each file once');
  end if;
  return (
    select jsonb_agg(v_files -> i.id::text order by i.place) from unnest(p_ids) with ordinality i (id, place)
  );
end
$$;
comment on function support_private.attachments_for_message(uuid[], uuid) is
  'The files that the caller''s new message names, in that order: their own, of this chat, checked and unused; or the error.';
revoke execute on function support_private.attachments_for_message(uuid[], uuid) from public;

drop function public.send_support_message(uuid, uuid, text);
drop function support_private.send_message(uuid, uuid, text);

-- Definer: as before it, and now with attachments.
create or replace function support_private.send_message(p_id uuid, p_chat_id uuid, p_content text, p_attachment_ids uuid[])
returns public.support_messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_sender public.support_sender_type;
  v_message public.support_messages;
  v_conversation_id uuid;
  v_content text := p_content;
  v_attachments jsonb := '[]';
  v_with_files boolean := coalesce(cardinality(p_attachment_ids), 0) > 0;
begin
  perform support_private.begin_work();
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  v_sender := case
    when exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = v_user_id) then 'user'
    when support_private.is_staff() then 'admin'
  end;
  -- The lock also makes two sends of one id take turns, so that the second finds the first.
  perform from public.support_chats c where v_sender is not null and c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;

  if v_with_files and btrim(coalesce(p_content, ''), support_private.blank_characters()) = '' then
    v_content := '';
    perform support_private.check_message(p_id, '-'); -- nothing to say about the text
  else
    perform support_private.check_message(p_id, p_content);
  end if;
  select * into v_message from public.support_messages m where m.id = p_id;
  if found then
    if v_message.chat_id <> p_chat_id or v_message.sender_id is distinct from v_user_id then
      perform support_private.fail(409, 'support_message_conflict');
    end if;
    return v_message;
  end if;

  perform support_private.use_allowance(
    case v_sender when 'user' then 'message' else 'answer' end,
    p_limit => case v_sender when 'user' then (select s.messages_per_minute from public.support_settings s) end
  );
  v_conversation_id := support_private.conversation_for_message(p_chat_id, v_sender);
  if v_with_files then
    v_attachments := support_private.attachments_for_message(p_attachment_ids, p_chat_id);
  end if;
  insert into public.support_messages (id, chat_id, conversation_id, content, attachments, sender_type, sender_id, sender_name)
  values (
    p_id, p_chat_id, v_conversation_id, v_content, v_attachments, v_sender, v_user_id,
    case when v_sender = 'admin' then
      (select a.display_name from public.support_agents a where a.user_id = v_user_id)
    end
  )
  returning * into v_message;
  if v_with_files then
    update public.support_attachments a set message_id = p_id where a.id = any (p_attachment_ids);
  end if;
  update public.support_conversations v
  set last_message_at = v_message.created_at,
      first_response_at = case when v_sender = 'admin' then coalesce(v.first_response_at, v_message.created_at) else v.first_response_at end
  where v.id = v_conversation_id;
  return v_message;
exception
  when unique_violation then -- the id belongs to a message of another chat
    perform support_private.fail(409, 'support_message_conflict');
end
$$;
comment on function support_private.send_message(uuid, uuid, text, uuid[]) is
  'Stores a message once: the sender type follows from who calls, a known id returns the row that it made.';
revoke execute on function support_private.send_message(uuid, uuid, text, uuid[]) from public;
grant execute on function support_private.send_message(uuid, uuid, text, uuid[]) to authenticated;

create or replace function public.send_support_message(
  p_id uuid,
  p_chat_id uuid,
  p_content text default '',
  p_attachment_ids uuid[] default '{}'
)
returns public.support_messages
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.send_message(p_id, p_chat_id, p_content, p_attachment_ids)
$$;
comment on function public.send_support_message(uuid, uuid, text, uuid[]) is
  'Sends a message, with up to 5 checked files of the caller''s, and returns its row; sending the same id again returns the same row. '
  'Errors: support_chat_not_found (404), support_message_blank, support_message_too_long, support_attachments_too_many, '
  'support_attachment_not_found (400), support_attachment_not_ready, support_attachment_used, support_message_conflict (409), '
  'support_rate_limited (429).';
revoke execute on function public.send_support_message(uuid, uuid, text, uuid[]) from public, anon;
grant execute on function public.send_support_message(uuid, uuid, text, uuid[]) to authenticated;

-- Where text is read ---------------------------------------------------------------------------

-- Definer: as before it; a search finds the names of files, too.
create or replace function support_private.list_chats(
  p_view public.support_inbox_view,
  p_search text,
  p_before_at timestamptz,
  p_before_id uuid,
  p_limit integer
)
returns setof public.support_chats
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_search text := nullif(btrim(left(p_search, 200), support_private.blank_characters()), '');
  -- What people type is text: the wildcards of like are escaped.
  v_pattern text := '%' || replace(replace(replace(v_search, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  v_where text := case p_view
    when 'active' then 'c.archived_at is null'
    when 'archived' then 'c.archived_at is not null'
    when 'mine' then 'c.conversation_status = ''active'' and c.agent_id = $5'
    when 'waiting' then 'c.conversation_status = ''waiting'''
    when 'open' then 'c.conversation_status in (''waiting'', ''active'')'
    when 'ended' then 'c.conversation_status = ''ended'''
  end;
begin
  if v_search is not null then
    v_where := v_where || '
      and (
        c.user_id in (
          select u.id from auth.users u
          where u.email ilike $4
            or support_private.name_in_metadata(u.raw_user_meta_data) ilike $4
        )
        or c.id in (select m.chat_id from public.support_messages m where m.content ilike $4)
        or c.id in (select f.chat_id from public.support_attachments f where f.message_id is not null and f.name ilike $4)
      )';
  end if;
  if p_before_at is not null then
    v_where := v_where || ' and (c.last_message_at, c.id) < ($1, $2)';
  end if;
  return query execute
    'select c.* from public.support_chats c where ' || v_where || '
     and c.last_message_at is not null
     order by c.last_message_at desc, c.id desc limit $3'
    using p_before_at, p_before_id, p_limit, v_pattern, case when p_view = 'mine' then support_private.caller_id() end;
end
$$;
