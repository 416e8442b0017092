-- The private schema, coded errors, updated_at, and the order of locks.
-- Creates: schema support_private; in it fail, touch_updated_at, begin_work, begin_deletion and the trigger functions that
--          call them; the trigger support_begin_deletion on auth.users.

set lock_timeout = '5s';
set statement_timeout = '60s';

create schema if not exists support_private;
comment on schema support_private is 'Support chat: helpers and definer functions. Never exposed through the API.';
revoke all on schema support_private from public;
grant usage on schema support_private to authenticated, service_role;
-- Functions of this schema without a grant are for the owner: definer functions, triggers and pg_cron call them, so they need not
-- be definer functions.

create function support_private.fail(p_status integer, p_code text, p_detail text default null)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- PostgREST turns SQLSTATE PTxyz into the HTTP status xyz.
  raise exception using
    errcode = 'PT' || p_status,
    message = p_code,
    detail = coalesce(p_detail, '');
end
$$;
comment on function support_private.fail(integer, text, text) is
  'Raises a coded error: the message is the code (support_…), SQLSTATE PTxyz sets the HTTP status.';
revoke execute on function support_private.fail(integer, text, text) from public;
grant execute on function support_private.fail(integer, text, text) to authenticated, service_role;

create function support_private.touch_updated_at()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function support_private.touch_updated_at() is 'Sets updated_at.';
revoke execute on function support_private.touch_updated_at() from public;

-- The order of locks -------------------------------------------------------------------------------
-- A call locks a chat, then its conversations, messages and files, then agents. The cascades of foreign keys lock in another order,
-- which Postgres chooses. A deletion of users or agents therefore waits until running calls have ended, and calls that begin
-- meanwhile wait for the deletion. Both take this lock before any other. Every table whose rows are deleted with
-- users has the trigger support_begin_work; support_agents and auth.users have support_begin_deletion.

create function support_private.begin_work()
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select pg_advisory_xact_lock_shared(hashtext('support_private.deletion'))
$$;
comment on function support_private.begin_work() is
  'A function that writes calls this first, before it checks the caller: no user or agent is deleted until its transaction ends.';
revoke execute on function support_private.begin_work() from public;
grant execute on function support_private.begin_work() to service_role;

create function support_private.begin_deletion()
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtext('support_private.deletion'))
$$;
comment on function support_private.begin_deletion() is
  'Called before users or agents are deleted: waits for running calls, and blocks new ones until this transaction ends.';
revoke execute on function support_private.begin_deletion() from public;

-- Definer: roles that write a table may not execute begin_work().
create function support_private.begin_work_of_statement()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.begin_work();
  return null;
end
$$;
comment on function support_private.begin_work_of_statement() is
  'Calls begin_work() for a statement that writes a table whose rows are deleted with users.';
revoke execute on function support_private.begin_work_of_statement() from public;

-- Definer: roles that delete a user or an agent may not execute begin_deletion().
create function support_private.begin_deletion_of_statement()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.begin_deletion();
  return null;
end
$$;
comment on function support_private.begin_deletion_of_statement() is
  'Calls begin_deletion() for a statement that deletes users or agents, before it locks a row.';
revoke execute on function support_private.begin_deletion_of_statement() from public;

create trigger support_begin_deletion before delete on auth.users
for each statement execute function support_private.begin_deletion_of_statement();
