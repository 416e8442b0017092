-- Reports: the current state, and numbers of a period.
-- Creates: functions support_live, support_report; the indexes that reports read.

-- The tables are new: no other session waits for their locks.
-- squawk-ignore-file require-concurrent-index-creation
set lock_timeout = '5s';
set statement_timeout = '60s';

-- The current state --------------------------------------------------------------------------------

-- Definer: it counts all conversations without row level security. It checks the caller.
create function support_private.live()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return jsonb_build_object(
    'waiting', (select count(*) from public.support_conversations v where v.status = 'waiting'),
    'longest_wait_since', (select min(v.queued_at) from public.support_conversations v where v.status = 'waiting'),
    'active', (select count(*) from public.support_conversations v where v.status = 'active'),
    -- The customer wrote last and has no reply yet.
    'unanswered', (
      select count(*) from public.support_chats c
      where c.conversation_status in ('waiting', 'active') and c.last_message_sender = 'user'
    ),
    'agents', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'user_id', a.user_id, 'display_name', a.display_name, 'available', a.available, 'online', a.online,
            'last_seen_at', a.last_seen_at, 'active_conversations', a.active_conversations, 'max_active', a.max_active
          )
          order by a.online desc, a.display_name
        )
        from support_private.list_agents() a
      ),
      '[]'
    ),
    'faults', coalesce((select jsonb_agg(to_jsonb(f) order by f.last_at desc) from public.support_faults f), '[]')
  );
end
$$;
comment on function support_private.live() is 'Implements public.support_live.';
revoke execute on function support_private.live() from public;
grant execute on function support_private.live() to authenticated;

create function public.support_live()
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.live()
$$;
comment on function public.support_live() is
  'The current state: {waiting, longest_wait_since, active, unanswered, agents, faults}. Agents only.';
revoke execute on function public.support_live() from public, anon;
grant execute on function public.support_live() to authenticated;

-- A period -----------------------------------------------------------------------------------------

-- Includes all columns that the report needs, so that the table itself is not read.
create index support_conversations_report_idx on public.support_conversations (started_at)
include (chat_id, agent_id, accepted_at, first_response_at, ended_at, rating);
create index support_conversations_page_idx on public.support_conversations (started_at, page) where page is not null;

create function support_private.day_begins(p_day date, p_zone text)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  -- If clocks go back at midnight, that hour occurs twice; the day begins with the first one.
  select case when ((d.begins - interval '1 hour') at time zone p_zone)::date = p_day
    then d.begins - interval '1 hour' else d.begins end
  from (select p_day::timestamp at time zone p_zone as begins) d
$$;
comment on function support_private.day_begins(date, text) is 'The first instant of a day in a time zone.';
revoke execute on function support_private.day_begins(date, text) from public;

insert into support_private.limits (action, amount, period) values ('report', 60, '1 minute');

-- Definer: it counts all conversations without row level security. It checks the caller.
create function support_private.report(p_from timestamptz, p_to timestamptz)
returns jsonb
language plpgsql
volatile -- it counts reports
security definer
set search_path = ''
set jit = off
set work_mem = '64MB'
as $$
declare
  v_zone text := (select s.time_zone from public.support_settings s);
  v_report jsonb;
begin
  perform support_private.require_agent();
  perform support_private.use_allowance('report');
  if p_from is null or p_to is null or p_from >= p_to or p_to > p_from + interval '3 years' then
    perform support_private.fail(400, 'support_report_range_invalid', 'From before to, at most three years');
  end if;
  -- Each part reads the index itself, because storing the rows for all parts costs more than the scans.
  with by_agent as (
    select
      h.agent_id, grouping(h.agent_id) = 1 as overall, count(*) as conversations, count(h.lasted) as ended,
      percentile_cont(array[0.5, 0.9]) within group (order by h.waited) as waited,
      percentile_cont(array[0.5, 0.9]) within group (order by h.first_reply) as first_reply,
      percentile_cont(array[0.5, 0.9]) within group (order by h.lasted) as lasted,
      count(h.rating) as rated, avg(h.rating) as mean,
      count(*) filter (where h.rating = 1) as r1, count(*) filter (where h.rating = 2) as r2,
      count(*) filter (where h.rating = 3) as r3, count(*) filter (where h.rating = 4) as r4,
      count(*) filter (where h.rating = 5) as r5
    from (
      select
        v.agent_id, v.rating,
        date_part('epoch', v.accepted_at - v.started_at) as waited,
        date_part('epoch', v.first_response_at - v.started_at) as first_reply,
        date_part('epoch', v.ended_at - coalesce(v.accepted_at, v.started_at)) as lasted
      from public.support_conversations v
      where v.started_at >= p_from and v.started_at < p_to
    ) h
    group by grouping sets ((), (h.agent_id))
  ),
  numbers as (
    select
      b.overall, b.agent_id,
      jsonb_build_object(
        'conversations', b.conversations, 'ended', b.ended,
        'waiting_seconds', jsonb_build_object('median', b.waited[1], 'p90', b.waited[2]),
        'first_reply_seconds', jsonb_build_object('median', b.first_reply[1], 'p90', b.first_reply[2]),
        'duration_seconds', jsonb_build_object('median', b.lasted[1], 'p90', b.lasted[2]),
        'ratings', jsonb_build_array(b.r1, b.r2, b.r3, b.r4, b.r5),
        'rated', b.rated, 'rating_mean', round(b.mean, 2),
        -- For ranking: the mean with five additional ratings of 3, because a few ratings say little.
        'rating_score', round((coalesce(b.mean, 0) * b.rated + 3 * 5) / (b.rated + 5), 2)
      ) as value
    from by_agent b
  ),
  customers as (
    select count(*) as all_of_them, count(*) filter (where c.times > 1) as repeated
    from (
      select count(*) as times
      from public.support_conversations v
      where v.started_at >= p_from and v.started_at < p_to
      group by v.chat_id
    ) c
  ),
  -- Count each day between its first instants: a few hundred index scans, and no time zone conversion per conversation.
  days as (
    select b.day, b.begins, lead(b.begins) over (order by b.day) as next_begins
    from (
      select d.day, support_private.day_begins(d.day, v_zone) as begins
      from (
        select (p_from at time zone v_zone)::date + n as day
        from generate_series(0, (p_to at time zone v_zone)::date - (p_from at time zone v_zone)::date + 1) n
      ) d
    ) b
  )
  select jsonb_build_object(
    'from', p_from, 'to', p_to, 'time_zone', v_zone,
    'total', (select n.value from numbers n where n.overall),
    'agents', coalesce(
      (
        select jsonb_agg(
          n.value || jsonb_build_object('agent_id', n.agent_id, 'display_name', a.display_name)
          order by a.display_name nulls last, n.agent_id
        )
        from numbers n left join public.support_agents a on a.user_id = n.agent_id
        where not n.overall
      ),
      '[]'
    ),
    'days', coalesce(
      (
        select jsonb_agg(jsonb_build_object('day', d.day, 'conversations', d.conversations) order by d.day)
        from (
          select b.day, counted.conversations
          from days b
          cross join lateral (
            select count(*) as conversations
            from public.support_conversations v
            where v.started_at >= greatest(b.begins, p_from) and v.started_at < least(b.next_begins, p_to)
          ) counted
          where b.next_begins is not null and counted.conversations > 0
        ) d
      ),
      '[]'
    ),
    'customers', (select jsonb_build_object('total', c.all_of_them, 'repeat', c.repeated) from customers c),
    'pages', coalesce(
      (
        select jsonb_agg(jsonb_build_object('page', p.page, 'conversations', p.conversations) order by p.conversations desc, p.page)
        from (
          select v.page, count(*) as conversations
          from public.support_conversations v
          where v.started_at >= p_from and v.started_at < p_to and v.page is not null
          group by v.page
          order by count(*) desc, v.page
          limit 20
        ) p
      ),
      '[]'
    )
  ) into v_report;
  return v_report;
end
$$;
comment on function support_private.report(timestamptz, timestamptz) is 'Implements public.support_report.';
revoke execute on function support_private.report(timestamptz, timestamptz) from public;
grant execute on function support_private.report(timestamptz, timestamptz) to authenticated;

create function public.support_report(p_from timestamptz, p_to timestamptz)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.report(p_from, p_to)
$$;
comment on function public.support_report(timestamptz, timestamptz) is
  'Numbers of the conversations that started in [p_from, p_to): {total, agents, days, customers, pages}; durations in '
  'seconds, days in the time zone of the settings. Agents only: support_forbidden (403); support_report_range_invalid (400).';
revoke execute on function public.support_report(timestamptz, timestamptz) from public, anon;
grant execute on function public.support_report(timestamptz, timestamptz) to authenticated;
