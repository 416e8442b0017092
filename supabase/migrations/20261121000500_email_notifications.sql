-- E-mail: an answer that stays unread is mailed once. Here is the outbox with its rules; what calls it comes next.
-- Creates: tables support_notifications, support_email_preferences; columns email_daily_cap, unsubscribe_url,
--          email_problem, email_problem_at of support_settings; the trigger support_messages_notify; the functions of the
--          Edge Functions: support_email_config, support_claim_emails, support_begin_email, support_finish_email,
--          support_release_emails, support_report_email_problem, support_set_email_subscription.
-- Undo:    drop the functions; drop trigger support_messages_notify on public.support_messages;
--          drop table public.support_notifications, public.support_email_preferences; drop the four columns.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Settings -------------------------------------------------------------------------------------

alter table public.support_settings
  add column if not exists email_daily_cap bigint not null default 20 check (email_daily_cap between 1 and 1000),
  add column if not exists unsubscribe_url text check (support_private.is_web_address(unsubscribe_url)),
  add column if not exists email_problem text,
  add column if not exists email_problem_at timestamptz;
comment on column public.support_settings.email_daily_cap is 'How many mails one address gets in 24 hours at most; what is over waits.';
comment on column public.support_settings.unsubscribe_url is 'The page behind the unsubscribe link of a mail; ?token=… is added.';
comment on column public.support_settings.email_problem is
  'Why no mail leaves at all, as a code (support_email_…); null while all is well. Kept by the mail worker.';
grant update (email_daily_cap, unsubscribe_url) on table public.support_settings to authenticated;

-- Who wants no mail ----------------------------------------------------------------------------

create table public.support_email_preferences (
  user_id uuid primary key references auth.users (id) on delete cascade,
  -- Says who unsubscribes, in links that work without signing in: 244 random bits, told to nobody but in a mail to them.
  token text not null unique default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
  unsubscribed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_email_preferences is 'Whether a customer wants mails about unread answers. No row means yes.';

alter table public.support_email_preferences enable row level security;
revoke all on table public.support_email_preferences from public, anon, authenticated;
grant select (user_id, unsubscribed_at) on table public.support_email_preferences to authenticated;
grant select, insert, update, delete on table public.support_email_preferences to service_role;

create policy "Customers read their own e-mail preference"
on public.support_email_preferences for select to authenticated
using (user_id = (select support_private.caller_id()));

create trigger support_email_preferences_touch_updated_at
before update on public.support_email_preferences
for each row execute function support_private.touch_updated_at();

-- The outbox -----------------------------------------------------------------------------------

create table public.support_notifications (
  id uuid primary key default gen_random_uuid(),
  chat_id uuid not null references public.support_chats (id) on delete cascade,
  kind text not null default 'user_reply' check (kind in ('user_reply')),
  status text not null default 'pending' check (status in ('pending', 'sending', 'sent', 'skipped', 'failed')),
  -- The unread answers that this mail is about, from the first to the newest.
  first_seq bigint not null,
  last_seq bigint not null check (last_seq >= first_seq),
  due_at timestamptz not null,
  attempts bigint not null default 0 check (attempts >= 0),
  -- The claim: whose it is, and until when.
  worker uuid,
  lease_expires_at timestamptz,
  attempt_started_at timestamptz,
  -- Since when a mail may be under way whose acceptance we do not know. The provider remembers our key for 24 hours only.
  uncertain_since timestamptz,
  -- What was or is being sent, word for word, so that every further attempt is the same; gone when it is settled.
  request jsonb,
  recipient text,
  skip_reason text check (skip_reason in ('read', 'archived', 'unsubscribed', 'no_address', 'disabled')),
  last_error text check (char_length(last_error) <= 500),
  provider_id text,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_notifications is
  'Mails about unread answers: waiting, under way and settled. Rows move only through the functions of this file.';
comment on column public.support_notifications.skip_reason is 'Why it was not sent after all.';
comment on column public.support_notifications.request is
  'The request to the mail provider. Once it is set, further answers start another row.';

-- One row per chat that further answers can still join.
create unique index support_notifications_open_key on public.support_notifications (chat_id)
where status in ('pending', 'sending') and request is null;
create index support_notifications_due_idx on public.support_notifications (due_at)
where status in ('pending', 'sending');
create index support_notifications_chat_id_idx on public.support_notifications (chat_id, created_at desc);
create index support_notifications_recipient_idx on public.support_notifications (recipient, sent_at)
where status = 'sent';

alter table public.support_notifications enable row level security;
revoke all on table public.support_notifications from public, anon, authenticated;
-- Not `request`: it holds the customer's unsubscribe token.
grant select (
  id, chat_id, kind, status, first_seq, last_seq, due_at, attempts, recipient, skip_reason, last_error, provider_id,
  sent_at, created_at, updated_at
) on table public.support_notifications to authenticated;
grant select, insert, update, delete on table public.support_notifications to service_role;

create policy "Admins read the mails"
on public.support_notifications for select to authenticated
using ((select support_private.is_admin()));

create trigger support_notifications_touch_updated_at
before update on public.support_notifications
for each row execute function support_private.touch_updated_at();

-- Writing to it --------------------------------------------------------------------------------

-- Definer: whoever writes the answer has no right to the outbox.
create or replace function support_private.enqueue_email()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_first record;
begin
  select * into v_settings from public.support_settings;
  if not v_settings.email_enabled then
    return null;
  end if;
  -- The chat's row is locked by the number that this message took, so two answers take turns here.
  -- An answer that was read while its mail waited does not count any more: the wait is about what is unread.
  select m.seq, m.created_at into v_first
  from public.support_notifications n
  join public.support_messages m on m.chat_id = n.chat_id and m.seq >= n.first_seq
  where n.chat_id = new.chat_id and n.status in ('pending', 'sending') and n.request is null
    and m.sender_type = 'admin' and m.read_at is null
  order by m.seq
  limit 1;
  insert into public.support_notifications as n (chat_id, first_seq, last_seq, due_at)
  values (
    new.chat_id,
    coalesce(v_first.seq, new.seq),
    new.seq,
    least(
      new.created_at + v_settings.email_delay,
      coalesce(v_first.created_at, new.created_at) + greatest(v_settings.email_max_delay, v_settings.email_delay)
    )
  )
  on conflict (chat_id) where status in ('pending', 'sending') and request is null do update
    set first_seq = excluded.first_seq, last_seq = excluded.last_seq, due_at = excluded.due_at;
  return null;
end
$$;
comment on function support_private.enqueue_email() is
  'Plans the mail about an answer: the first unread one starts the wait, further ones join it and postpone it, up to the ceiling.';
revoke execute on function support_private.enqueue_email() from public;

create trigger support_messages_notify
after insert on public.support_messages
for each row when (new.sender_type = 'admin')
execute function support_private.enqueue_email();

-- Whom, and whether ----------------------------------------------------------------------------

-- Definer: it looks the address up in auth.users.
create or replace function support_private.chat_email(p_chat_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select u.email::text
  from public.support_chats c
  join auth.users u on u.id = c.user_id
  where c.id = p_chat_id
    -- An unconfirmed address may be somebody else's.
    and u.email_confirmed_at is not null
    and u.deleted_at is null
    and (u.banned_until is null or u.banned_until < now())
    and u.email ~ '^[^[:space:][:cntrl:]<>",;:\\()]+@[^[:space:][:cntrl:]<>",;:\\()@]+$'
$$;
comment on function support_private.chat_email(uuid) is
  'The confirmed address of a chat''s customer, or null. Never anything that a page or a customer says.';
revoke execute on function support_private.chat_email(uuid) from public;
grant execute on function support_private.chat_email(uuid) to service_role;

create or replace function support_private.email_skip_reason(p_notification public.support_notifications)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when not (select s.email_enabled from public.support_settings s) then 'disabled'
    when not exists (
      select from public.support_messages m
      where m.chat_id = p_notification.chat_id and m.sender_type = 'admin' and m.read_at is null
        and m.seq between p_notification.first_seq and p_notification.last_seq
    ) then 'read'
    when exists (
      select from public.support_chats c where c.id = p_notification.chat_id and c.archived_at is not null
    ) then 'archived'
    when exists (
      select from public.support_email_preferences p
      join public.support_chats c on c.user_id = p.user_id
      where c.id = p_notification.chat_id and p.unsubscribed_at is not null
    ) then 'unsubscribed'
    when support_private.chat_email(p_notification.chat_id) is null then 'no_address'
  end
$$;
comment on function support_private.email_skip_reason(public.support_notifications) is 'Why this mail must not be sent, at this moment; null if it may.';
revoke execute on function support_private.email_skip_reason(public.support_notifications) from public;
grant execute on function support_private.email_skip_reason(public.support_notifications) to service_role;

create or replace function support_private.emails_due()
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select from public.support_notifications n
    where n.status in ('pending', 'sending') and n.due_at <= now()
      and (n.lease_expires_at is null or n.lease_expires_at <= now())
  )
$$;
comment on function support_private.emails_due() is 'Is there a mail that could be claimed now?';
revoke execute on function support_private.emails_due() from public;
grant execute on function support_private.emails_due() to service_role;

create or replace function support_private.settle_email(p_id uuid, p_status text, p_skip_reason text, p_error text)
returns void
language sql
security invoker
set search_path = ''
as $$
  update public.support_notifications n
  set status = p_status,
      skip_reason = p_skip_reason,
      last_error = coalesce(left(p_error, 500), n.last_error),
      request = null,
      worker = null,
      lease_expires_at = null
  where n.id = p_id
$$;
comment on function support_private.settle_email(uuid, text, text, text) is 'Ends a mail as skipped, failed or sent, and forgets its text.';
revoke execute on function support_private.settle_email(uuid, text, text, text) from public;
grant execute on function support_private.settle_email(uuid, text, text, text) to service_role;

-- The worker's functions -----------------------------------------------------------------------
-- All for the secret key only.

create or replace function public.support_email_config()
returns table (app_name text, email_from text, chat_url text, unsubscribe_url text, email_problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select s.app_name, s.email_from, s.chat_url, s.unsubscribe_url, s.email_problem from public.support_settings s
$$;
comment on function public.support_email_config() is 'For the mail worker: what goes into every mail.';
revoke execute on function public.support_email_config() from public, anon, authenticated;
grant execute on function public.support_email_config() to service_role;

create or replace function public.support_claim_emails(p_worker uuid, p_limit integer default 10)
returns table (
  id uuid,
  chat_id uuid,
  first_seq bigint,
  last_seq bigint,
  recipient text,
  unsubscribe_token text,
  idempotency_key text,
  messages jsonb,
  request jsonb
)
language plpgsql
security invoker
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_notification public.support_notifications;
  v_reason text;
  v_email text;
  v_cap bigint := (select s.email_daily_cap from public.support_settings s);
begin
  for v_notification in
    select n.* from public.support_notifications n
    where n.status in ('pending', 'sending') and n.due_at <= now()
      and (n.lease_expires_at is null or n.lease_expires_at <= now())
    order by n.due_at
    limit least(greatest(p_limit, 1), 100)
    for update skip locked
  loop
    v_reason := support_private.email_skip_reason(v_notification);
    if v_reason is not null then
      perform support_private.settle_email(v_notification.id, 'skipped', v_reason, null);
      continue;
    end if;
    -- Past this, the provider may have forgotten the key, and a further attempt could be a second mail.
    if v_notification.attempts >= 10 or v_notification.uncertain_since < now() - interval '20 hours' then
      perform support_private.settle_email(
        v_notification.id, 'failed', null, 'gave up: ' || coalesce(v_notification.last_error, 'no attempt came to an end')
      );
      continue;
    end if;
    v_email := support_private.chat_email(v_notification.chat_id);
    if v_notification.request is null and v_cap <= (
      select count(*) from public.support_notifications s
      where s.status = 'sent' and s.recipient = lower(v_email) and s.sent_at > now() - interval '24 hours'
    ) then
      update public.support_notifications n
      set due_at = now() + interval '1 hour', last_error = 'daily cap of the address reached: waiting'
      where n.id = v_notification.id;
      continue;
    end if;

    insert into public.support_email_preferences (user_id)
    select c.user_id from public.support_chats c where c.id = v_notification.chat_id
    on conflict (user_id) do nothing;
    return query
      update public.support_notifications n
      set status = 'sending', worker = p_worker, lease_expires_at = now() + interval '4 minutes', recipient = lower(v_email)
      from public.support_chats c
      join public.support_email_preferences p on p.user_id = c.user_id
      where n.id = v_notification.id and c.id = n.chat_id
      returning
        n.id, n.chat_id, n.first_seq, n.last_seq, v_email, p.token,
        'support-reply/' || n.chat_id || '/' || n.first_seq,
        (
          select jsonb_agg(
            jsonb_build_object('seq', m.seq, 'content', m.content, 'sender_name', m.sender_name, 'created_at', m.created_at)
            order by m.seq
          )
          from public.support_messages m
          where m.chat_id = n.chat_id and m.sender_type = 'admin' and m.read_at is null
            and m.seq between n.first_seq and n.last_seq
        ),
        n.request;
  end loop;
end
$$;
comment on function public.support_claim_emails(uuid, integer) is
  'For the mail worker: takes up to p_limit due mails for four minutes, each by one worker only. What has been read, archived, '
  'unsubscribed or has no address is skipped here; request is set when an earlier attempt fixed the words.';
revoke execute on function public.support_claim_emails(uuid, integer) from public, anon, authenticated;
grant execute on function public.support_claim_emails(uuid, integer) to service_role;

create or replace function public.support_begin_email(p_id uuid, p_worker uuid, p_request jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_notification public.support_notifications;
  v_reason text;
begin
  select * into v_notification
  from public.support_notifications n
  where n.id = p_id and n.worker = p_worker and n.status = 'sending' and n.lease_expires_at > now()
  for update;
  if not found then
    return null; -- the lease ran out, or the chat is gone
  end if;
  v_reason := support_private.email_skip_reason(v_notification);
  if v_reason is not null then
    perform support_private.settle_email(p_id, 'skipped', v_reason, null);
    return null;
  end if;
  if v_notification.due_at > now() then
    -- Another answer joined since the claim: the words are out of date, and the mail waits for it.
    update public.support_notifications n
    set status = 'pending', worker = null, lease_expires_at = null
    where n.id = p_id;
    return null;
  end if;
  update public.support_notifications n
  set request = coalesce(n.request, p_request),
      attempts = n.attempts + 1,
      attempt_started_at = now(),
      uncertain_since = coalesce(n.uncertain_since, now()),
      lease_expires_at = now() + interval '4 minutes'
  where n.id = p_id
  returning n.request into v_notification.request;
  return v_notification.request;
end
$$;
comment on function public.support_begin_email(uuid, uuid, jsonb) is
  'For the mail worker, right before it sends: looks once more whether the mail is still wanted, fixes its words, and returns '
  'them (those of the first attempt, if there was one). Null means do not send.';
revoke execute on function public.support_begin_email(uuid, uuid, jsonb) from public, anon, authenticated;
grant execute on function public.support_begin_email(uuid, uuid, jsonb) to service_role;

create or replace function public.support_finish_email(
  p_id uuid,
  p_worker uuid,
  p_outcome text,
  p_provider_id text default null,
  p_error text default null,
  p_retry_after integer default null
)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_notification public.support_notifications;
  v_certain boolean;
begin
  if p_outcome not in ('sent', 'failed', 'retry', 'postponed') or p_outcome is null then
    perform support_private.fail(400, 'support_email_outcome_unknown');
  end if;
  select * into v_notification
  from public.support_notifications n
  where n.id = p_id and n.status = 'sending'
    -- That it was sent is true even if the lease has run out meanwhile.
    and (n.worker = p_worker or p_outcome = 'sent')
  for update;
  if not found then
    return;
  end if;
  if p_outcome = 'sent' then
    update public.support_notifications n
    set sent_at = now(), provider_id = left(p_provider_id, 200), last_error = null
    where n.id = p_id;
    perform support_private.settle_email(p_id, 'sent', null, null);
    update public.support_settings s set email_problem = null, email_problem_at = null where s.email_problem is not null;
  elsif p_outcome = 'failed' then
    perform support_private.settle_email(p_id, 'failed', null, coalesce(p_error, 'refused'));
  elsif p_outcome = 'retry' then
    -- Whether it was accepted is not known: 1, 2, 4 … 128 minutes, 6 hours in all.
    update public.support_notifications n
    set due_at = now() + interval '1 minute' * (2 ^ least(n.attempts - 1, 7))::integer,
        last_error = left(p_error, 500), worker = null, lease_expires_at = null
    where n.id = p_id;
  else
    -- The provider took nothing, and it is not this mail's fault: the attempt does not count. If no earlier one is open,
    -- the words are free again and further answers may join.
    v_certain := v_notification.uncertain_since = v_notification.attempt_started_at and not exists (
      select from public.support_notifications o
      where o.chat_id = v_notification.chat_id and o.id <> p_id and o.status in ('pending', 'sending') and o.request is null
    );
    update public.support_notifications n
    set due_at = now() + make_interval(secs => least(greatest(coalesce(p_retry_after, 60), 1), 86400)),
        attempts = greatest(n.attempts - 1, 0),
        uncertain_since = case when n.uncertain_since = n.attempt_started_at then null else n.uncertain_since end,
        status = case when v_certain then 'pending' else n.status end,
        request = case when v_certain then null else n.request end,
        last_error = left(p_error, 500), worker = null, lease_expires_at = null
    where n.id = p_id;
  end if;
end
$$;
comment on function public.support_finish_email(uuid, uuid, text, text, text, integer) is
  'For the mail worker: how an attempt ended. sent; failed (for good); retry (perhaps sent, or the provider''s fault: again later, '
  'the same words under the same key, at most 10 attempts within 20 hours); unknown (as retry, but it was cut off); postponed (nothing was taken, e.g. rate limit: again after p_retry_after seconds).';
revoke execute on function public.support_finish_email(uuid, uuid, text, text, text, integer) from public, anon, authenticated;
grant execute on function public.support_finish_email(uuid, uuid, text, text, text, integer) to service_role;

create or replace function public.support_release_emails(p_worker uuid)
returns void
language sql
security invoker
set search_path = ''
as $$
  update public.support_notifications n
  set status = case when n.request is null then 'pending' else n.status end,
      worker = null, lease_expires_at = null
  where n.worker = p_worker and n.status = 'sending'
$$;
comment on function public.support_release_emails(uuid) is 'For the mail worker: gives back what it claimed and did not get to.';
revoke execute on function public.support_release_emails(uuid) from public, anon, authenticated;
grant execute on function public.support_release_emails(uuid) to service_role;

create or replace function public.support_report_email_problem(p_problem text)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
begin
  update public.support_settings s
  set email_problem = left(p_problem, 200), email_problem_at = case when p_problem is not null then now() end
  where s.email_problem is distinct from left(p_problem, 200);
  return found;
end
$$;
comment on function public.support_report_email_problem(text) is
  'For the mail worker: notes why no mail leaves (null: all is well). Says whether that is news, so that it is logged once.';
revoke execute on function public.support_report_email_problem(text) from public, anon, authenticated;
grant execute on function public.support_report_email_problem(text) to service_role;

insert into support_private.limits (action, amount, period) values ('resubscribe', 10, '1 hour');

create or replace function public.support_set_email_subscription(p_token text, p_action text)
returns table (state text, app_name text)
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if p_action is null or p_action not in ('status', 'unsubscribe', 'resubscribe') then
    perform support_private.fail(400, 'support_email_action_unknown');
  end if;
  if not exists (select from public.support_email_preferences p where p.token = p_token) then
    perform support_private.fail(404, 'support_email_token_unknown');
  end if;
  -- Unsubscribing is never refused. Resubscribing is, so that nobody who has the link changes the row for ever.
  if p_action = 'resubscribe' then
    perform support_private.use_allowance('resubscribe', 1, p.user_id::text)
    from public.support_email_preferences p
    where p.token = p_token and p.unsubscribed_at is not null;
  end if;
  update public.support_email_preferences p
  set unsubscribed_at = case when p_action = 'unsubscribe' then now() end
  where p.token = p_token and p_action <> 'status' and (p_action = 'unsubscribe') <> (p.unsubscribed_at is not null);
  return query
    select case when p.unsubscribed_at is null then 'subscribed' else 'unsubscribed' end, s.app_name
    from public.support_email_preferences p, public.support_settings s
    where p.token = p_token;
end
$$;
comment on function public.support_set_email_subscription(text, text) is
  'For the unsubscribe function: looks (status), unsubscribes or resubscribes whom the token of a mail belongs to. '
  'Errors: support_email_token_unknown (404), support_email_action_unknown (400), support_rate_limited (429) for the eleventh resubscription '
  'of one person in an hour.';
revoke execute on function public.support_set_email_subscription(text, text) from public, anon, authenticated;
grant execute on function public.support_set_email_subscription(text, text) to service_role;
