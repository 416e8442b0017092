-- Uploads: the ticket before an upload, and the check after it.
-- Creates: type support_upload; function begin_support_upload; for the Edge Functions sign-support-files and
--          check-support-attachment support_readable_files, support_claim_upload, support_settle_upload.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- The ticket ---------------------------------------------------------------------------------------

create function support_private.file_name(p_name text, p_mime_type text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_ending text := support_private.file_extension(p_mime_type);
  -- The part before a slash is a folder on the uploader's disk.
  v_stem text := regexp_replace(left(coalesce(p_name, ''), 5000), '^.*[/\\]', '');
begin
  -- Remove control and invisible characters, and those that change the direction of text (photo‮gpj.exe). Joiners stay, for emoji.
  v_stem := regexp_replace(
    v_stem,
    '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]', '', 'g'
  );
  -- Trim dots and spaces by a list, because a regular expression that repeats up to the end takes quadratic time.
  v_stem := btrim(
    v_stem,
    E'. \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'
  );
  -- A saved file opens as its real type, because the name has the extension of that type.
  if v_stem ~* ('\.' || case v_ending when 'jpg' then '(jpe?g|jpe|jfif)' else v_ending end || '$') then
    v_ending := substring(v_stem from '[^.]*$');
    v_stem := left(v_stem, -1 - char_length(v_ending));
  end if;
  v_stem := rtrim(support_private.clip(support_private.one_line(v_stem), 199 - char_length(v_ending)), '. ');
  return coalesce(nullif(v_stem, ''), 'file') || '.' || v_ending;
end
$$;
comment on function support_private.file_name(text, text) is
  'The name of a file for people: without folders, control characters and marks of direction, at most 200 characters, with '
  'the extension of its type.';
revoke execute on function support_private.file_name(text, text) from public;

create function support_private.check_upload(p_mime_type text, p_size_bytes bigint)
returns void
language plpgsql
stable
security invoker
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
comment on function support_private.check_upload(text, bigint) is 'Raises an error if a file of this type and size cannot be attached.';
revoke execute on function support_private.check_upload(text, bigint) from public;

insert into support_private.limits (action, amount, period, code) values
  ('upload', 20, '1 minute', 'support_upload_rate_limited'),
  ('upload_of_day', 200, '1 day', 'support_upload_rate_limited'),
  ('file_check', 120, '1 minute', 'support_upload_rate_limited'),
  ('file_addresses', 120, '1 minute', 'support_rate_limited'),
  -- begin_upload() replaces this number: fifty files of the largest size that the settings allow.
  ('upload_bytes', 50 * 10 * 1048576, '1 day', 'support_upload_rate_limited');

-- Definer: clients may not write attachments.
create function support_private.begin_upload(
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
    select from public.support_chats c where c.id = p_chat_id and (c.user_id = v_user_id or support_private.is_agent())
  ) then
    perform support_private.fail(404, 'support_chat_not_found');
  elsif p_id is null then
    perform support_private.fail(400, 'support_upload_id_missing');
  end if;
  -- Serialize the calls of each person, so that the count of unsent files below is right.
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
  -- A person may have 20 unsent files in a chat; delete the oldest ones beyond that.
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
  when unique_violation then -- another user created a ticket with this id at the same time
    perform support_private.fail(409, 'support_upload_conflict');
end
$$;
comment on function support_private.begin_upload(uuid, uuid, text, text, bigint) is 'Implements public.begin_support_upload.';
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
comment on type public.support_upload is
  'A file for its uploader. The fields are listed, so that a new column is not returned unintentionally.';

create function public.begin_support_upload(
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
  'The ticket to upload one file to its path in the bucket support-attachments, valid for an hour; the same id returns the same '
  'ticket, renewed if it has expired. Errors: '
  'support_chat_not_found (404), support_uploads_off (403), support_upload_type, support_upload_too_large, support_upload_empty, '
  'support_upload_id_missing (400), support_upload_conflict (409), support_upload_rate_limited (429).';
revoke execute on function public.begin_support_upload(uuid, uuid, text, text, bigint) from public, anon;
grant execute on function public.begin_support_upload(uuid, uuid, text, text, bigint) to authenticated;

-- Addresses ----------------------------------------------------------------------------------------

-- Definer: callers may read storage.objects only through Storage.
create function support_private.checked_files(p_paths text[])
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
comment on function support_private.checked_files(text[]) is
  'The paths among p_paths whose object has the checked version.';
revoke execute on function support_private.checked_files(text[]) from public;
grant execute on function support_private.checked_files(text[]) to authenticated;

-- Definer: users may not execute use_allowance().
create function support_private.count_file_addresses()
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
comment on function support_private.count_file_addresses() is
  'Counts one request for addresses of files against the caller''s allowance.';
revoke execute on function support_private.count_file_addresses() from public;
grant execute on function support_private.count_file_addresses() to authenticated;

-- jsonb instead of text[]: PostgREST would respond with 500 to an array of more than six dimensions.
create function public.support_readable_files(p_paths jsonb)
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
  -- Row level security selects the files that the caller may read.
  return query
    select a.path from public.support_attachments a
    where a.path = any (v_paths) and a.path in (select c.path from support_private.checked_files(v_paths) c (path));
end
$$;
comment on function public.support_readable_files(jsonb) is
  'The paths among p_paths (100 at most) of checked files that the caller may read. The Edge Function sign-support-files '
  'calls it in the caller''s name before it signs addresses. Errors: support_not_authenticated (401), support_rate_limited (429).';
revoke execute on function public.support_readable_files(jsonb) from public, anon;
grant execute on function public.support_readable_files(jsonb) to authenticated;

-- The check ----------------------------------------------------------------------------------------
-- For the secret key only: the Edge Function check-support-attachment.

create function public.support_claim_upload(p_id uuid)
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
  -- The secret key calls this, so the use is counted for the uploader. The lock of the counter also serializes the claims of one
  -- person, so that the count of their running checks is right, without a wait for others.
  perform support_private.use_allowance('file_check', 1, a.uploader_id::text)
  from public.support_attachments a where a.id = p_id;
  select * into v_attachment from public.support_attachments a where a.id = p_id for update;
  if not found then
    perform support_private.fail(404, 'support_attachment_not_found');
  end if;
  -- The file may not be larger than announced.
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
  'For the check of files: the uploaded object, and whether to check it now. state is claimed (for 30 seconds), '
  'busy (this file or two others of its uploader are being checked), missing (nothing is uploaded yet) '
  'or settled. max_bytes is the smaller limit of the ticket and the settings. Errors: '
  'support_attachment_not_found (404), support_upload_rate_limited (429).';
revoke execute on function public.support_claim_upload(uuid) from public, anon, authenticated;
grant execute on function public.support_claim_upload(uuid) to service_role;

create function public.support_settle_upload(
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
  'For the check of files: marks the checked version as ready, or as refused with a code; a settled file stays as it is. Errors: '
  'support_attachment_not_found (404), support_file_missing (409) if the upload was replaced or removed.';
revoke execute on function public.support_settle_upload(uuid, text, text, bigint, bigint, bigint) from public, anon, authenticated;
grant execute on function public.support_settle_upload(uuid, text, text, bigint, bigint, bigint) to service_role;
