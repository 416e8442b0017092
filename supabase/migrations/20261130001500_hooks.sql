-- Hooks: a team's own SQL functions, called in the transaction of the event.
-- Creates: schema support_hooks (for the team's functions; ours are never in it); in support_private call_hook, hooks_for,
--          call_hooks.

set lock_timeout = '5s';
set statement_timeout = '60s';

create schema if not exists support_hooks;
comment on schema support_hooks is
  'Yours: functions that the support chat calls, such as support_hooks.message_created(data jsonb). See docs/hooks.md.';
revoke all on schema support_hooks from public;

-- Definer: a hook runs as the owner of the project, and must not take another role. lock_timeout is set because, unlike
-- statement_timeout, it applies to a part of a statement.
create function support_private.call_hook(p_hook regprocedure, p_event text, p_data jsonb)
returns void
language plpgsql
security definer
set search_path = ''
set lock_timeout = '1s'
as $$
declare
  c_budget constant interval := '1 second';
  c_pause constant interval := '10 minutes';
  -- Settings that a hook may change, and that are restored for the rest of the transaction. This function sets lock_timeout and
  -- search_path for itself.
  c_kept constant text[] := array[
    'request.jwt.claims', 'request.jwt.claim.sub', 'request.jwt.claim.role', 'statement_timeout', 'row_security',
    'timezone', 'datestyle', 'intervalstyle', 'session_replication_role', 'support.hooks'
  ];
  v_source text := left(p_hook::regproc::text, 100);
  v_started timestamptz := clock_timestamp();
  v_before text[];
  v_fault text;
  v_cancelled boolean := false;
  v_took interval;
begin
  if exists (select from public.support_faults f where f.source = v_source and f.paused_until > v_started) then
    return;
  end if;
  select array_agg(coalesce(current_setting(k.name, true), '') order by k.n) into v_before
  from unnest(c_kept) with ordinality k (name, n);
  begin
    -- Changes made by a hook call no hook, because a hook that writes a message would call itself without end.
    perform set_config('support.hooks', 'inside', true);
    if p_hook::oid = to_regprocedure('support_hooks.on_event(text, jsonb)')::oid then
      execute format('select %s($1, $2)', p_hook::regproc) using p_event, p_data;
    else
      execute format('select %s($1)', p_hook::regproc) using p_data;
    end if;
  exception
    when query_canceled then
      v_cancelled := true;
    when assert_failure or others then
      v_fault := p_event || ': ' || sqlerrm;
  end;
  perform set_config(k.name, v_before[k.n], true)
  from unnest(c_kept) with ordinality k (name, n)
  where coalesce(current_setting(k.name, true), '') <> v_before[k.n];

  v_took := clock_timestamp() - v_started;
  if v_cancelled then
    -- A statement's timeout fires once, so nothing would end another hook in the same statement.
    perform set_config('support.hooks', 'off', true);
  end if;
  if v_cancelled or v_took > c_budget then
    perform support_private.write_fault(
      v_source,
      format(
        '%s: %s after %s s, and may take 1 s at most. It is not called until %s UTC, or until an admin resumes it.%s',
        p_event, case when v_cancelled then 'was cancelled' else 'ended' end,
        round(extract(epoch from v_took), 1), to_char((v_started + v_took + c_pause) at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
        ' ' || v_fault
      ),
      v_started + v_took + c_pause
    );
  elsif v_fault is not null then
    perform support_private.record_fault(v_source, v_fault);
  end if;
end
$$;
comment on function support_private.call_hook(regprocedure, text, jsonb) is
  'Calls one of the team''s functions. Its errors are recorded in support_faults and stop nothing; a function that takes longer than '
  'a second, or is cancelled, is not called for ten minutes.';
revoke execute on function support_private.call_hook(regprocedure, text, jsonb) from public;

create function support_private.hooks_for(p_event text)
returns regprocedure[]
language sql
stable
security invoker
set search_path = ''
as $$
  select array_remove(
    array[
      to_regprocedure('support_hooks.' || replace(p_event, '.', '_') || '(jsonb)'),
      to_regprocedure('support_hooks.on_event(text, jsonb)')
    ],
    null
  )
$$;
comment on function support_private.hooks_for(text) is 'The team''s functions for an event: the function of this event, and the one for all events.';
revoke execute on function support_private.hooks_for(text) from public;

create function support_private.call_hooks(p_event text, p_data jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_hook regprocedure;
begin
  foreach v_hook in array support_private.hooks_for(p_event) loop
    -- Stop inside a hook, and after a hook that was cancelled. Check before each call, because the first hook may be cancelled.
    exit when coalesce(current_setting('support.hooks', true), '') <> '';
    perform support_private.call_hook(v_hook, p_event, p_data);
  end loop;
end
$$;
comment on function support_private.call_hooks(text, jsonb) is
  'Calls the team''s functions for an event, unless one of them caused it.';
revoke execute on function support_private.call_hooks(text, jsonb) from public;
