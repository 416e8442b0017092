-- Limits: how often one person may do something. All limits of the product are counted here, in rows that the limited users cannot
-- change: deleting their own messages, conversations or files gives them no further allowance.
-- Creates: tables limits and usage_counters, functions use_allowance, purge_usage_counters, short_time and
--          limit_admin_changes, all in support_private.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table support_private.limits (
  action text primary key check (action ~ '^[a-z_]{1,60}$'),
  -- The largest amount in any period of this length.
  amount bigint not null check (amount >= 1),
  period interval not null check (period between interval '1 second' and interval '31 days'),
  code text not null default 'support_rate_limited' check (code ~ '^support_([a-z_]+_)?rate_limited$'),
  created_at timestamptz not null default now()
);
comment on table support_private.limits is
  'How often one person may do an action in any period. Each capability adds the limits of its own functions; the owner of the '
  'project may change the numbers.';

alter table support_private.limits enable row level security;
revoke all on table support_private.limits from public, anon, authenticated, service_role;

create table support_private.usage_counters (
  -- The id of the limited user. It has no foreign key, so that deleting users takes no locks here.
  subject text not null check (char_length(subject) between 1 and 320),
  action text not null,
  -- The beginning of the newest slot, and the amount used in each slot: the newest first, at most thirteen.
  slot_started_at timestamptz not null,
  amounts bigint[] not null check (cardinality(amounts) between 1 and 13),
  created_at timestamptz not null default now(),
  primary key (subject, action)
)
-- Leave room for the next version of a row on the same page. The key is the only index, so that an update changes no index.
with (fillfactor = 70);
comment on table support_private.usage_counters is
  'Each person''s use of each limit: one row per person and action. Only use_allowance() writes it; no role '
  'of the API has a right to it.';

alter table support_private.usage_counters enable row level security;
revoke all on table support_private.usage_counters from public, anon, authenticated, service_role;

create function support_private.short_time(p_seconds numeric)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when p_seconds < 120 then ceil(p_seconds) || ' s'
    when p_seconds < 7200 then ceil(p_seconds / 60) || ' min'
    else ceil(p_seconds / 3600) || ' h'
  end
$$;
comment on function support_private.short_time(numeric) is 'A number of seconds for people to read: 45 s, 10 min, 24 h.';
revoke execute on function support_private.short_time(numeric) from public;

-- Definer: no role of the API may write counters. Users may not execute it, because with p_subject one could
-- use up the allowance of another.
-- Locks: a counter is locked before the agents' rows, and either always before or always after the chat's row for one action.
create function support_private.use_allowance(
  p_action text,
  p_amount bigint default 1,
  p_subject text default auth.uid()::text,
  p_limit bigint default null
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_limit support_private.limits;
  v_counter support_private.usage_counters;
  v_slot interval;
  v_slot_started_at timestamptz;
  v_used bigint;
  v_seconds numeric;
begin
  perform support_private.begin_work();
  -- The secret key, the SQL editor and the jobs of the database are not limited. Hooks are not limited either: actions of customers,
  -- which have their own limits, call them, and must not use up the allowance of the agent in whose name a hook writes.
  if p_subject is null or coalesce(current_setting('support.hooks', true), '') <> '' then
    return;
  end if;
  select * into strict v_limit from support_private.limits l where l.action = p_action;
  v_limit.amount := coalesce(p_limit, v_limit.amount);
  v_slot := v_limit.period / 12;

  -- The row's lock serializes the calls of one person.
  select * into v_counter from support_private.usage_counters u
  where u.subject = p_subject and u.action = p_action
  for update;
  if not found then
    insert into support_private.usage_counters as u (subject, action, slot_started_at, amounts)
    values (p_subject, p_action, '2000-01-01 00:00:00+00', '{0}')
    on conflict (subject, action) do update set action = excluded.action
    returning * into v_counter;
  end if;

  -- The clock is read after the lock. The current slot and the twelve before it count, so the limit holds in every period, and a
  -- use is forgotten at most a twelfth of the period late.
  v_slot_started_at := date_bin(v_slot, clock_timestamp(), timestamptz '2000-01-01 00:00:00+00');
  if abs(extract(epoch from v_slot_started_at - v_counter.slot_started_at)) >= extract(epoch from v_slot) * 13 then
    v_counter.amounts := '{0}'; -- long ago, or written while the clock was wrong
  elsif v_slot_started_at > v_counter.slot_started_at then
    v_counter.amounts := (
      array_fill(
        0::bigint,
        array[round(extract(epoch from v_slot_started_at - v_counter.slot_started_at) / extract(epoch from v_slot))::integer]
      ) || v_counter.amounts
    )[1:13];
  else
    v_slot_started_at := v_counter.slot_started_at; -- the same slot, or a clock that was set back a little
  end if;

  select sum(a.amount) into v_used from unnest(v_counter.amounts) a (amount);
  if v_used + p_amount > v_limit.amount then
    -- Slots expire from the oldest on. There is room when the newest slot has expired whose running sum is above the limit.
    select extract(epoch from v_slot_started_at + (14 - min(s.place)) * v_slot - clock_timestamp()) into v_seconds
    from (
      select a.place, sum(a.amount) over (order by a.place) as used
      from unnest(v_counter.amounts) with ordinality a (amount, place)
    ) s
    where s.used + p_amount > v_limit.amount;
    v_seconds := greatest(ceil(v_seconds), 1);
    raise exception using
      errcode = 'PT429',
      message = v_limit.code,
      detail = 'At most ' || v_limit.amount || ' in ' || support_private.short_time(extract(epoch from v_limit.period))
        || ': try again in ' || support_private.short_time(v_seconds),
      hint = v_seconds;
  end if;
  v_counter.amounts[1] := v_counter.amounts[1] + p_amount;
  update support_private.usage_counters u
  set slot_started_at = v_slot_started_at, amounts = v_counter.amounts
  where u.subject = p_subject and u.action = p_action;
end
$$;
comment on function support_private.use_allowance(text, bigint, text, bigint) is
  'Counts one use (or p_amount) of an action by the caller (or p_subject) against the limit of the table limits (or p_limit). '
  'If it is used up, raises the limit''s code (429, usually support_rate_limited): the detail says when to try again, the hint '
  'is the number of seconds. A refused call is rolled back with its count, so it changes nothing.';
revoke execute on function support_private.use_allowance(text, bigint, text, bigint) from public;
-- Functions for the secret key that act for a user call it.
grant execute on function support_private.use_allowance(text, bigint, text, bigint) to service_role;

create function support_private.purge_usage_counters()
returns void
language sql
security invoker
set search_path = ''
as $$
  -- Skip locked rows: a call is using the counter.
  delete from support_private.usage_counters u
  where (u.subject, u.action) in (
    select c.subject, c.action
    from support_private.usage_counters c
    left join support_private.limits l on l.action = c.action
    where c.slot_started_at < now() - coalesce(l.period, interval '0') * 2
    for update of c skip locked
  )
$$;
comment on function support_private.purge_usage_counters() is
  'Deletes counters whose uses have all expired. Run by pg_cron every night.';
revoke execute on function support_private.purge_usage_counters() from public;

-- Tables that admins write without a function ------------------------------------------------------

insert into support_private.limits (action, amount, period) values ('admin_change', 120, '1 minute');

-- Definer: admins may not execute use_allowance().
create function support_private.limit_admin_changes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.use_allowance('admin_change');
  return null;
end
$$;
comment on function support_private.limit_admin_changes() is
  'Counts each statement with which an admin changes a table directly. Every table that a role of the API may write has this trigger.';
revoke execute on function support_private.limit_admin_changes() from public;
