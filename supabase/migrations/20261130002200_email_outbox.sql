-- Email: the outbox for emails about unread replies and waiting conversations.
-- Creates: settings of email; tables support_email_preferences, support_notifications, support_notification_attempts.

-- The tables are new: no other session waits for their locks.
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation
set lock_timeout = '5s';
set statement_timeout = '60s';

-- Settings -----------------------------------------------------------------------------------------

alter table public.support_settings
  add column email_enabled boolean not null default true,
  add column email_from text check (support_private.is_mail_sender(email_from)),
  add column email_delay interval not null default interval '5 minutes'
    check (email_delay >= interval '0' and email_delay <= interval '1 day'),
  add column email_max_delay interval not null default interval '15 minutes'
    check (email_max_delay >= interval '0' and email_max_delay <= interval '1 day'),
  add column email_daily_cap bigint not null default 20 check (email_daily_cap between 1 and 1000),
  add column email_problem text,
  add column email_problem_at timestamptz,
  add column notify_new_conversation boolean not null default false,
  add column notify_after_minutes bigint not null default 5 check (notify_after_minutes between 0 and 1440),
  add column notification_emails text[] not null default '{}' check (support_private.are_email_addresses(notification_emails)),
  add column notification_locale text not null default 'en' check (notification_locale in ('en', 'de', 'es', 'fr', 'zh'));
comment on column public.support_settings.email_delay is 'How long a reply may stay unread before the customer gets an email.';
comment on column public.support_settings.email_max_delay is
  'Further replies postpone the email, at most to this long after the first unread one.';
comment on column public.support_settings.email_daily_cap is
  'The most emails to one address in 24 hours; further emails wait.';
comment on column public.support_settings.email_problem is
  'Why no email can be sent, as a code (support_email_…); null without a problem. Written by the email worker.';
comment on column public.support_settings.notify_new_conversation is
  'Is an email sent if no agent takes a waiting conversation?';
comment on column public.support_settings.notify_after_minutes is
  'How long a conversation waits before that email is sent, at any hour.';
comment on column public.support_settings.notification_emails is 'The addresses that get that email, at most 20, one email each.';
comment on column public.support_settings.notification_locale is
  'The language of emails to the team.';
grant update (
  email_enabled, email_from, email_delay, email_max_delay, email_daily_cap,
  notify_new_conversation, notify_after_minutes, notification_emails, notification_locale
) on table public.support_settings to authenticated;

-- Unsubscribed customers ----------------------------------------------------------------------------

create table public.support_email_preferences (
  user_id uuid primary key references auth.users (id) on delete cascade,
  -- Identifies the user in links that work without signing in: 244 random bits, sent only in emails to the user.
  token text not null unique default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
  unsubscribed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.support_email_preferences is 'Whether a customer gets emails about unread replies. Without a row they do.';

alter table public.support_email_preferences enable row level security;
revoke all on table public.support_email_preferences from public, anon, authenticated;
grant select (user_id, unsubscribed_at) on table public.support_email_preferences to authenticated;
grant select, insert, update, delete on table public.support_email_preferences to service_role;

create policy "Customers read their own email preference"
on public.support_email_preferences for select to authenticated
using (user_id = (select support_private.caller_id()));

create trigger support_begin_work before insert or update or delete on public.support_email_preferences
for each statement execute function support_private.begin_work_of_statement();

create trigger support_email_preferences_touch_updated_at
before update on public.support_email_preferences
for each row execute function support_private.touch_updated_at();

-- The outbox ---------------------------------------------------------------------------------------

create table public.support_notifications (
  id uuid primary key default gen_random_uuid(),
  kind text not null default 'user_reply',
  chat_id uuid references public.support_chats (id) on delete cascade,
  conversation_id uuid references public.support_conversations (id) on delete cascade,
  -- The notice stays when its agent leaves the team.
  agent_id uuid references public.support_agents (user_id) on delete set null,
  note text check (char_length(note) between 1 and 500),
  status text not null default 'pending' check (status in ('pending', 'sending', 'sent', 'skipped', 'failed')),
  -- The first and the newest unread reply in this email.
  first_seq bigint,
  last_seq bigint check (last_seq >= first_seq),
  due_at timestamptz not null,
  attempts bigint not null default 0 check (attempts >= 0),
  -- The worker that has claimed the row, and until when.
  worker uuid,
  lease_expires_at timestamptz,
  attempt_started_at timestamptz,
  -- The first attempt whose result is unknown. The provider remembers our idempotency key for 24 hours only.
  uncertain_since timestamptz,
  -- The email that is sent, so that every retry sends the same text; deleted when the row is settled.
  request jsonb,
  recipient text,
  skip_reason text check (
    skip_reason in (
      'read', 'archived', 'unsubscribed', 'no_address', 'disabled', 'taken', 'ended', 'address_removed'
    )
  ),
  last_error text check (char_length(last_error) <= 500),
  provider_id text,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint support_notifications_kind_check check (
    case kind
      when 'user_reply' then
        chat_id is not null and first_seq is not null and last_seq is not null
        and conversation_id is null and agent_id is null and note is null
      when 'staff_waiting' then
        chat_id is not null and conversation_id is not null and recipient is not null
        and agent_id is null and note is null and first_seq is null and last_seq is null
      when 'staff_assigned' then
        chat_id is not null and conversation_id is not null and recipient is null and first_seq is null and last_seq is null
      when 'test' then
        recipient is not null
        and chat_id is null and conversation_id is null and agent_id is null and note is null
        and first_seq is null and last_seq is null
      else false
    end
  )
);
comment on table public.support_notifications is
  'Every notice: emails about unread replies (user_reply), emails to the team about a waiting conversation (staff_waiting), '
  'test emails (test), and notices in the dashboard (staff_assigned). Only functions change rows.';
comment on column public.support_notifications.agent_id is 'For staff_assigned: the agent whose dashboard shows it.';
comment on column public.support_notifications.note is 'For staff_assigned: the note of support_notify_agent().';
comment on column public.support_notifications.request is
  'The request to the email provider. Once it is set, further replies start another row.';
comment on column public.support_notifications.skip_reason is 'Why the email was not sent.';

-- One row per chat that further replies can still join.
create unique index support_notifications_open_key on public.support_notifications (chat_id)
where kind = 'user_reply' and status in ('pending', 'sending') and request is null;
-- At most one email per conversation and address.
create unique index support_notifications_waiting_key on public.support_notifications (conversation_id, recipient)
where kind = 'staff_waiting';

create index support_notifications_due_idx on public.support_notifications (due_at)
where status in ('pending', 'sending');
create index support_notifications_chat_id_idx on public.support_notifications (chat_id, created_at desc);
create index support_notifications_recipient_idx on public.support_notifications (recipient, sent_at)
where status = 'sent';
create index support_notifications_conversation_id_idx on public.support_notifications (conversation_id);
create index support_notifications_agent_id_idx on public.support_notifications (agent_id, created_at desc);
create index support_notifications_created_at_idx on public.support_notifications (created_at desc, id desc);

alter table public.support_notifications enable row level security;
revoke all on table public.support_notifications from public, anon, authenticated;
-- Not `request`: it holds the customer's unsubscribe token.
grant select (
  id, kind, chat_id, conversation_id, agent_id, note, status, first_seq, last_seq, due_at, attempts, recipient, skip_reason,
  last_error, provider_id, sent_at, created_at, updated_at
) on table public.support_notifications to authenticated;
grant select, insert, update, delete on table public.support_notifications to service_role;

create policy "Admins read the notices"
on public.support_notifications for select to authenticated
using ((select support_private.is_admin()));

create trigger support_begin_work before insert or update or delete on public.support_notifications
for each statement execute function support_private.begin_work_of_statement();

create trigger support_notifications_touch_updated_at
before update on public.support_notifications
for each row execute function support_private.touch_updated_at();

create table public.support_notification_attempts (
  notification_id uuid not null references public.support_notifications (id) on delete cascade,
  attempt bigint not null check (attempt >= 1),
  -- started: the attempt is running, or its worker was interrupted and the result is unknown.
  outcome text not null check (outcome in ('started', 'sent', 'failed', 'retry', 'postponed')),
  answer text check (char_length(answer) <= 500),
  provider_id text check (char_length(provider_id) <= 200),
  duration_ms bigint check (duration_ms >= 0),
  -- The worker of the attempt, so that a late result updates the right row.
  worker uuid,
  created_at timestamptz not null default clock_timestamp(),
  primary key (notification_id, attempt)
);
comment on table public.support_notification_attempts is
  'Each attempt to send a notice, with the response of the email provider.';

alter table public.support_notification_attempts enable row level security;
revoke all on table public.support_notification_attempts from public, anon, authenticated;
grant select (notification_id, attempt, outcome, answer, provider_id, duration_ms, created_at)
on table public.support_notification_attempts to authenticated;
grant select, insert, update, delete on table public.support_notification_attempts to service_role;

create policy "Admins read the attempts"
on public.support_notification_attempts for select to authenticated
using ((select support_private.is_admin()));

create trigger support_begin_work before insert or update or delete on public.support_notification_attempts
for each statement execute function support_private.begin_work_of_statement();
