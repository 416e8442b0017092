-- Clean-up of attachments. SQL cannot delete the bytes of an object, so the database has a queue of paths, and an Edge Function
-- removes the objects through Storage.
-- Creates: table support_private.file_removals with its triggers on support_attachments; in support_private sweep_files,
--          request_file_clean_up; public.support_claim_file_removals, support_finish_file_removals; cron jobs
--          support-sweep-files, support-clean-files.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- The queue ----------------------------------------------------------------------------------------

create table support_private.file_removals (
  path text primary key,
  attempts bigint not null default 0,
  -- A worker may claim the path after this time. Each attempt moves it, so that a crash only delays the removal.
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
comment on table support_private.file_removals is 'Paths in the bucket support-attachments whose objects are to be removed.';

create index file_removals_due_at_idx on support_private.file_removals (due_at);

alter table support_private.file_removals enable row level security;
revoke all on table support_private.file_removals from public, anon, authenticated;
grant select, insert, update, delete on table support_private.file_removals to service_role;

-- Definer: any role may delete the message, chat or user with which the row is deleted.
create function support_private.queue_file_removal()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into support_private.file_removals (path) values (old.path) on conflict (path) do nothing;
  return null;
end
$$;
comment on function support_private.queue_file_removal() is
  'Queues the object of a deleted or refused attachment for removal.';
revoke execute on function support_private.queue_file_removal() from public;

create trigger support_attachments_queue_removal
after delete on public.support_attachments
for each row execute function support_private.queue_file_removal();

create trigger support_attachments_queue_refused
after update of status on public.support_attachments
for each row when (new.status = 'refused' and old.status <> 'refused')
execute function support_private.queue_file_removal();

create function public.support_claim_file_removals(p_limit integer default 100)
returns setof text
language plpgsql
security invoker
set search_path = ''
as $$
begin
  -- A client may have requested the same id again: keep objects that have a ticket or were checked.
  delete from support_private.file_removals r
  using public.support_attachments a
  where a.path = r.path and a.status <> 'refused' and r.due_at <= now();
  return query
    update support_private.file_removals r
    set attempts = r.attempts + 1,
        -- 5, 10, 20 … minutes, at most 6 hours.
        due_at = now() + interval '1 minute' * least(5 * 2 ^ least(r.attempts, 10), 360)
    where r.path in (
      select q.path from support_private.file_removals q
      where q.due_at <= now()
      order by q.due_at
      limit least(greatest(coalesce(p_limit, 100), 1), 1000)
      for update skip locked
    )
    returning r.path;
end
$$;
comment on function public.support_claim_file_removals(integer) is
  'For the clean-up of files: claims paths to remove, each for one worker only; an unfinished path is due again in five minutes.';
revoke execute on function public.support_claim_file_removals(integer) from public, anon, authenticated;
grant execute on function public.support_claim_file_removals(integer) to service_role;

create function public.support_finish_file_removals(p_paths text[])
returns void
language sql
security invoker
set search_path = ''
as $$
  delete from support_private.file_removals r where r.path = any (p_paths)
$$;
comment on function public.support_finish_file_removals(text[]) is
  'For the clean-up of files: deletes paths from the queue whose objects are removed.';
revoke execute on function public.support_finish_file_removals(text[]) from public, anon, authenticated;
grant execute on function public.support_finish_file_removals(text[]) to service_role;

-- Jobs ---------------------------------------------------------------------------------------------

create function support_private.sweep_files()
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  -- Tickets and files that are in no message after a day. Skip locked rows: a call is sending the file.
  delete from public.support_attachments a
  where a.id in (
    select u.id from public.support_attachments u
    where u.message_id is null and u.created_at < now() - interval '24 hours'
    order by u.created_at
    limit 1000
    for update skip locked
  );
  -- Objects without a row: uploads that ended after their ticket was deleted.
  insert into support_private.file_removals (path)
  select o.name from storage.objects o
  where o.bucket_id = 'support-attachments' and o.created_at < now() - interval '24 hours'
    and not exists (select from public.support_attachments a where a.path = o.name)
  limit 1000
  on conflict (path) do nothing;
end
$$;
comment on function support_private.sweep_files() is
  'Queues files that are in no message after 24 hours, and objects without a row, for removal. Run by pg_cron every hour.';
revoke execute on function support_private.sweep_files() from public;

create function support_private.request_file_clean_up()
returns bigint
language sql
security invoker
set search_path = ''
as $$
  select support_private.call_edge_function('clean-support-files')
  where exists (select from support_private.file_removals r where r.due_at <= now())
$$;
comment on function support_private.request_file_clean_up() is
  'Calls the Edge Function clean-support-files if there is an object to remove, and returns pg_net''s request id. Run by '
  'pg_cron every minute.';
revoke execute on function support_private.request_file_clean_up() from public;

select cron.schedule('support-sweep-files', '23 * * * *', 'select support_private.sweep_files()');
select cron.schedule('support-clean-files', '* * * * *', 'select support_private.request_file_clean_up()');
