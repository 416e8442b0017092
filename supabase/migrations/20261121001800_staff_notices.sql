-- Notices to the team: by mail of a conversation that nobody takes, in the dashboard to whom one is assigned; every attempt of
-- every notice is kept, and the words of the mails can be the team's own.
-- Creates: columns notify_new_conversation, notify_after_minutes, notification_emails, notification_locale of support_settings;
--          columns conversation_id, agent_id, note of support_notifications and its kinds staff_waiting, staff_assigned, test;
--          tables support_notification_attempts, support_email_templates; functions send_support_test_email,
--          list_support_notices, support_notify_agent; topic support_agent:<user_id>; trigger
--          support_conversations_notify_waiting.
-- Undo:    drop the functions, triggers and tables named here; delete from public.support_notifications where kind <> 'user_reply';
--          drop the added columns, constraints and indexes; apply enqueue_email, email_skip_reason, support_email_config,
--          support_claim_emails, support_begin_email, support_finish_email, give_conversation and assign_conversation
--          of the earlier migrations again, and not null for chat_id, first_seq and last_seq.

-- The tables come with this same release: they are empty or as good as, and nothing else waits for them.
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation, constraint-missing-not-valid
-- squawk-ignore-file ban-drop-not-null, require-concurrent-index-deletion
set lock_timeout = '5s';
set statement_timeout = '60s';

-- Settings -------------------------------------------------------------------------------------

create or replace function support_private.are_email_addresses(p_addresses text[])
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select cardinality(p_addresses) <= 20
    and not exists (select from unnest(p_addresses) a (address) where not support_private.is_email_address(a.address))
    and (select count(distinct lower(a.address)) from unnest(p_addresses) a (address)) = cardinality(p_addresses)
$$;
comment on function support_private.are_email_addresses(text[]) is 'Is it a list of at most 20 e-mail addresses, none twice?';
revoke execute on function support_private.are_email_addresses(text[]) from public;
-- Checks run as whoever writes the row: admins, through the settings page.
grant execute on function support_private.are_email_addresses(text[]) to authenticated, service_role;

alter table public.support_settings
  add column notify_new_conversation boolean not null default false,
  add column notify_after_minutes bigint not null default 5 check (notify_after_minutes between 0 and 1440),
  add column notification_emails text[] not null default '{}' check (support_private.are_email_addresses(notification_emails)),
  add column notification_locale text not null default 'en' check (notification_locale in ('en', 'de', 'es', 'fr', 'zh'));
comment on column public.support_settings.notify_new_conversation is 'Is a mail sent when nobody takes a conversation that waits?';
comment on column public.support_settings.notify_after_minutes is 'How long a conversation waits before that mail leaves, at any hour.';
comment on column public.support_settings.notification_emails is 'Who gets that mail: up to 20 addresses, one mail each.';
comment on column public.support_settings.notification_locale is 'The language of mails to the team.';
grant update (notify_new_conversation, notify_after_minutes, notification_emails, notification_locale)
on table public.support_settings to authenticated;

-- The outbox takes more kinds -------------------------------------------------------------------

alter table public.support_notifications
  alter column chat_id drop not null,
  alter column first_seq drop not null,
  alter column last_seq drop not null,
  add column conversation_id uuid references public.support_conversations (id) on delete cascade,
  -- A notice stays as a record when its receiver leaves the team.
  add column agent_id uuid references public.support_agents (user_id) on delete set null,
  add column note text check (char_length(note) between 1 and 500),
  drop constraint support_notifications_kind_check,
  drop constraint support_notifications_skip_reason_check,
  add constraint support_notifications_kind_check check (
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
  ),
  add constraint support_notifications_skip_reason_check check (
    skip_reason in (
      'read', 'archived', 'unsubscribed', 'no_address', 'disabled', 'taken', 'ended', 'address_removed'
    )
  );
comment on table public.support_notifications is
  'Every notice: mails about unread answers (user_reply), to the team about a conversation that waits (staff_waiting), tests of the '
  'mail (test), and notices in the dashboard (staff_assigned). Rows move only through functions.';
comment on column public.support_notifications.agent_id is 'For staff_assigned: whose dashboard showed it.';
comment on column public.support_notifications.note is 'For staff_assigned: what support_notify_agent() was given.';
grant select (conversation_id, agent_id, note) on table public.support_notifications to authenticated;

drop index public.support_notifications_open_key;
create unique index support_notifications_open_key on public.support_notifications (chat_id)
where kind = 'user_reply' and status in ('pending', 'sending') and request is null;
-- One mail per conversation and address, for ever.
create unique index support_notifications_waiting_key on public.support_notifications (conversation_id, recipient)
where kind = 'staff_waiting';
create index support_notifications_conversation_id_idx on public.support_notifications (conversation_id);
create index support_notifications_agent_id_idx on public.support_notifications (agent_id, created_at desc);
create index support_notifications_created_at_idx on public.support_notifications (created_at desc, id desc);

-- As before, for its kind alone.
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
  select m.seq, m.created_at, n.due_at into v_first
  from public.support_notifications n
  join public.support_messages m on m.chat_id = n.chat_id and m.seq >= n.first_seq
  where n.chat_id = new.chat_id and n.kind = 'user_reply' and n.status in ('pending', 'sending') and n.request is null
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
      greatest(
        coalesce(v_first.created_at, new.created_at) + greatest(v_settings.email_max_delay, v_settings.email_delay),
        -- Later than that only if the mail was postponed, or planned anew.
        v_first.due_at
      )
    )
  )
  on conflict (chat_id) where kind = 'user_reply' and status in ('pending', 'sending') and request is null do update
    set first_seq = excluded.first_seq, last_seq = excluded.last_seq, due_at = excluded.due_at,
        -- A worker that has claimed it, and has not begun, has words without this answer.
        status = 'pending', worker = null, lease_expires_at = null;
  return null;
end
$$;

-- Definer: as enqueue_email(). The chat's row is locked by the update that brings it back.
create or replace function support_private.resume_emails()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_skipped record;
begin
  select * into v_settings from public.support_settings;
  if not v_settings.email_enabled or exists (
    select from public.support_notifications n
    where n.chat_id = new.id and n.kind = 'user_reply' and n.status in ('pending', 'sending') and n.request is null
  ) then
    return null;
  end if;
  -- What was tried may have been sent, and is not planned anew.
  select min(n.first_seq) as first_seq, (array_agg(n.id order by n.last_seq desc))[1] as id into v_skipped
  from public.support_notifications n
  where n.chat_id = new.id and n.kind = 'user_reply' and n.status = 'skipped' and n.skip_reason = 'archived'
    and n.attempts = 0 and n.uncertain_since is null
    and exists (
      select from public.support_messages m
      where m.chat_id = n.chat_id and m.sender_type = 'admin' and m.read_at is null and m.seq between n.first_seq and n.last_seq
    );
  update public.support_notifications n
  set status = 'pending', skip_reason = null, first_seq = v_skipped.first_seq,
      due_at = clock_timestamp() + v_settings.email_delay
  where n.id = v_skipped.id;
  return null;
end
$$;
comment on function support_private.resume_emails() is
  'Plans the mail about unread answers anew that was skipped because their chat was archived, when the chat comes back.';
revoke execute on function support_private.resume_emails() from public;

create trigger support_chats_resume_emails
after update of archived_at on public.support_chats
for each row when (old.archived_at is not null and new.archived_at is null)
execute function support_private.resume_emails();

-- Attempts -------------------------------------------------------------------------------------

create table public.support_notification_attempts (
  notification_id uuid not null references public.support_notifications (id) on delete cascade,
  attempt bigint not null check (attempt >= 1),
  -- started: it is under way, or its worker was cut off and nobody knows.
  outcome text not null check (outcome in ('started', 'sent', 'failed', 'retry', 'postponed')),
  answer text check (char_length(answer) <= 500),
  provider_id text check (char_length(provider_id) <= 200),
  duration_ms bigint check (duration_ms >= 0),
  -- Whose attempt it is, so that a late answer finds its own.
  worker uuid,
  created_at timestamptz not null default clock_timestamp(),
  primary key (notification_id, attempt)
);
comment on table public.support_notification_attempts is 'Each attempt to bring a notice to its receiver, with what the mail provider answered.';
alter table public.support_notification_attempts enable row level security;
revoke all on table public.support_notification_attempts from public, anon, authenticated;
grant select (notification_id, attempt, outcome, answer, provider_id, duration_ms, created_at)
on table public.support_notification_attempts to authenticated;
grant select, insert, update, delete on table public.support_notification_attempts to service_role;
create policy "Admins read the attempts"
on public.support_notification_attempts for select to authenticated
using ((select support_private.is_admin()));

create or replace function support_private.start_attempt(p_notification_id uuid, p_worker uuid)
returns void
language sql
security invoker
set search_path = ''
as $$
  insert into public.support_notification_attempts (notification_id, attempt, outcome, worker)
  select p_notification_id, coalesce(max(a.attempt), 0) + 1, 'started', p_worker
  from public.support_notification_attempts a
  where a.notification_id = p_notification_id
$$;
comment on function support_private.start_attempt(uuid, uuid) is 'Notes that an attempt begins. The caller holds the notice.';
revoke execute on function support_private.start_attempt(uuid, uuid) from public;
grant execute on function support_private.start_attempt(uuid, uuid) to service_role;

create or replace function support_private.end_attempt(
  p_notification_id uuid, p_worker uuid, p_outcome text, p_provider_id text, p_answer text
)
returns void
language sql
security invoker
set search_path = ''
as $$
  update public.support_notification_attempts a
  set outcome = p_outcome,
      provider_id = left(p_provider_id, 200),
      answer = left(p_answer, 500),
      duration_ms = greatest(0, (extract(epoch from clock_timestamp() - a.created_at) * 1000)::bigint)
  where a.notification_id = p_notification_id and a.worker = p_worker and a.outcome = 'started'
    -- The newest of this worker: an earlier one was cut off.
    and a.attempt = (
      select max(b.attempt) from public.support_notification_attempts b
      where b.notification_id = p_notification_id and b.worker = p_worker
    )
$$;
comment on function support_private.end_attempt(uuid, uuid, text, text, text) is 'Notes how an attempt ended, if it has begun.';
revoke execute on function support_private.end_attempt(uuid, uuid, text, text, text) from public;
grant execute on function support_private.end_attempt(uuid, uuid, text, text, text) to service_role;

-- Templates ------------------------------------------------------------------------------------

create table public.support_email_templates (
  kind text not null check (kind in ('user_reply', 'staff_waiting')),
  locale text not null check (locale in ('en', 'de', 'es', 'fr', 'zh')),
  subject text not null check (
    char_length(subject) <= 200 and subject !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'
    and btrim(subject, support_private.blank_characters()) <> ''
  ),
  body text not null check (
    char_length(body) <= 5000 and btrim(body, support_private.blank_characters()) <> ''
  ),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (kind, locale)
);
comment on table public.support_email_templates is
  'The team''s own words of a mail, by kind and language, as text with variables. Without a row the wording of the mail worker holds.';
alter table public.support_email_templates enable row level security;
revoke all on table public.support_email_templates from public, anon, authenticated;
grant select, delete on table public.support_email_templates to authenticated;
grant insert (kind, locale, subject, body), update (subject, body) on table public.support_email_templates to authenticated;
grant select, insert, update, delete on table public.support_email_templates to service_role;
create policy "Admins read the templates" on public.support_email_templates for select to authenticated
using ((select support_private.is_admin()));
create policy "Admins add templates" on public.support_email_templates for insert to authenticated
with check ((select support_private.is_admin()));
create policy "Admins change templates" on public.support_email_templates for update to authenticated
using ((select support_private.is_admin())) with check ((select support_private.is_admin()));
create policy "Admins remove templates" on public.support_email_templates for delete to authenticated
using ((select support_private.is_admin()));

create trigger support_email_templates_limit_changes
before insert or update or delete on public.support_email_templates
for each statement execute function support_private.limit_admin_changes();

create trigger support_email_templates_touch_updated_at
before update on public.support_email_templates
for each row execute function support_private.touch_updated_at();

create or replace function support_private.template_variables(p_kind text, p_part text)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- The same list is in supabase/functions/_shared/email/variables.ts; a test compares them.
  select case p_kind || ' ' || p_part
    when 'user_reply subject' then array['app_name', 'customer', 'summary']
    when 'user_reply body' then array['app_name', 'customer', 'summary', 'messages', 'chat_link', 'unsubscribe_link']
    when 'user_reply required' then array['messages', 'chat_link']
    when 'staff_waiting subject' then array['app_name', 'customer', 'waiting_minutes']
    when 'staff_waiting body' then array['app_name', 'customer', 'waiting_minutes', 'first_message', 'chat_link']
    else '{}'
  end
$$;
comment on function support_private.template_variables(text, text) is
  'What may stand between {{ and }} in the subject or the body of a kind of mail, and what must (required, in the body).';
revoke execute on function support_private.template_variables(text, text) from public;

create or replace function support_private.used_variables(p_text text)
returns setof text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select btrim(m[1], E' \t\r\n') from regexp_matches(p_text, '\{\{([^{}]*)\}\}', 'g') m
$$;
comment on function support_private.used_variables(text) is 'What stands between {{ and }} in a text.';
revoke execute on function support_private.used_variables(text) from public;

create or replace function support_private.check_template()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_name text;
begin
  select u.name into v_name
  from (
    select v as name, 'subject' as part from support_private.used_variables(new.subject) v
    union all
    select v, 'body' from support_private.used_variables(new.body) v
  ) u
  where u.name <> all (support_private.template_variables(new.kind, u.part))
  limit 1;
  if found then
    perform support_private.fail(400, 'support_template_variable_unknown', left('{{' || v_name || '}}', 100));
  end if;
  select r.name into v_name
  from unnest(support_private.template_variables(new.kind, 'required')) r (name)
  where r.name not in (select v from support_private.used_variables(new.body) v)
  limit 1;
  if found then
    perform support_private.fail(400, 'support_template_variable_missing', '{{' || v_name || '}}');
  end if;
  return new;
end
$$;
comment on function support_private.check_template() is 'Refuses a template with a variable that its mail does not have, or without one that it needs.';
revoke execute on function support_private.check_template() from public;

-- A trigger and no check: it names the variable.
create trigger support_email_templates_check
before insert or update on public.support_email_templates
for each row execute function support_private.check_template();

-- A conversation that waits ---------------------------------------------------------------------

-- Definer: customers and agents make conversations wait, and have no right to the outbox.
create or replace function support_private.notify_waiting()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- At the commit: one that was assigned in the same breath does not wait any more.
  insert into public.support_notifications as n (kind, chat_id, conversation_id, recipient, due_at)
  select 'staff_waiting', v.chat_id, v.id, lower(a.address), v.queued_at + make_interval(mins => s.notify_after_minutes::integer)
  from public.support_conversations v, public.support_settings s, unnest(s.notification_emails) a (address)
  where v.id = new.id and v.status = 'waiting' and s.notify_new_conversation
  order by lower(a.address)
  on conflict (conversation_id, recipient) where kind = 'staff_waiting' do update
    -- It waits again, and what was planned before has not been tried: it counts from now on. What was tried is never planned anew.
    set status = 'pending', skip_reason = null, due_at = excluded.due_at
    where n.attempts = 0 and n.request is null and n.uncertain_since is null and n.status in ('pending', 'skipped');
  return null;
exception
  when others then
    -- A mail that cannot be planned is no reason to turn a customer away.
    perform support_private.record_fault('support_notifications', sqlerrm);
    return null;
end
$$;
comment on function support_private.notify_waiting() is
  'Plans the mails about a conversation that begins to wait, one per address of the settings; its fault is kept in support_faults.';
revoke execute on function support_private.notify_waiting() from public;

create constraint trigger support_conversations_notify_waiting
after insert or update of status on public.support_conversations
deferrable initially deferred
for each row when (new.status = 'waiting')
execute function support_private.notify_waiting();

-- One that is assigned --------------------------------------------------------------------------

-- Definer: it writes the outbox and broadcasts.
create or replace function support_private.notify_agent(p_user_id uuid, p_conversation_id uuid, p_note text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_note text := nullif(btrim(p_note, support_private.blank_characters()), '');
  v_chat_id uuid := (select v.chat_id from public.support_conversations v where v.id = p_conversation_id);
  v_id uuid;
begin
  if v_chat_id is null then
    perform support_private.fail(404, 'support_conversation_not_found');
  elsif not exists (select from public.support_agents a where a.user_id = p_user_id) then
    perform support_private.fail(404, 'support_agent_not_found');
  elsif char_length(v_note) > 500 then
    perform support_private.fail(400, 'support_note_too_long', 'At most 500 characters');
  end if;
  insert into public.support_notifications (
    kind, chat_id, conversation_id, agent_id, note, status, due_at, sent_at, attempts, created_at
  )
  values (
    'staff_assigned', v_chat_id, p_conversation_id, p_user_id, v_note, 'sent', now(), now(), 1, clock_timestamp()
  )
  returning id into v_id;
  insert into public.support_notification_attempts (notification_id, attempt, outcome) values (v_id, 1, 'sent');
  -- The row is the truth, this is a hint: a dashboard that did not hear it finds the row.
  perform support_private.broadcast(
    'support_agent:' || p_user_id, 'notice', jsonb_build_object('chat_id', v_chat_id, 'notice', to_jsonb(i))
  )
  from support_private.notices_of(p_user_id, null, v_id) i;
  return v_id;
end
$$;
comment on function support_private.notify_agent(uuid, uuid, text) is
  'Tells one member of the team, and nobody else, of a conversation in their dashboard; keeps the notice as a record.';
revoke execute on function support_private.notify_agent(uuid, uuid, text) from public;
grant execute on function support_private.notify_agent(uuid, uuid, text) to service_role;

create type public.support_notice as (
  id uuid,
  chat_id uuid,
  conversation_id uuid,
  user_email text,
  preview text,
  note text,
  created_at timestamptz
);
comment on type public.support_notice is 'A notice for one member of the team: a conversation was assigned to them, or (with a note) needs them.';

-- Definer: agents may not read the outbox, and the customer's address is in auth.users.
create or replace function support_private.notices_of(p_user_id uuid, p_after timestamptz, p_id uuid)
returns setof public.support_notice
language sql
stable
security definer
set search_path = ''
as $$
  select
    n.id, n.chat_id, n.conversation_id, (select u.email from auth.users u where u.id = c.user_id),
    c.last_message_preview, n.note, n.created_at
  from public.support_notifications n
  join public.support_conversations v on v.id = n.conversation_id
  join public.support_chats c on c.id = n.chat_id
  where n.agent_id = p_user_id and n.kind = 'staff_assigned'
    and (n.id = p_id or p_id is null and n.created_at > p_after)
    -- What somebody else has by now, or nobody, is no news any more.
    and (p_id is not null or n.note is not null or v.status = 'active' and v.agent_id = p_user_id)
  order by n.created_at, n.id
  limit 100
$$;
comment on function support_private.notices_of(uuid, timestamptz, uuid) is 'The notices of a member of the team after a time, oldest first; or one of them by its id.';
revoke execute on function support_private.notices_of(uuid, timestamptz, uuid) from public;

-- Definer: for the caller alone.
create or replace function support_private.list_notices(p_after timestamptz)
returns setof public.support_notice
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.require_staff();
  return query
    select n.* from support_private.notices_of(support_private.caller_id(), coalesce(p_after, now() - interval '10 minutes'), null) n;
end
$$;
comment on function support_private.list_notices(timestamptz) is 'Works for public.list_support_notices.';
revoke execute on function support_private.list_notices(timestamptz) from public;
grant execute on function support_private.list_notices(timestamptz) to authenticated;

create or replace function public.list_support_notices(p_after timestamptz default null)
returns setof public.support_notice
language sql
stable
security invoker
set search_path = ''
as $$
  select * from support_private.list_notices(p_after)
$$;
comment on function public.list_support_notices(timestamptz) is
  'The calling agent''s own notices after a time (by default of the last ten minutes), oldest first, at most 100: for what a '
  'broadcast on support_agent:<user_id> may have missed. Staff only. Errors: support_forbidden (403).';
revoke execute on function public.list_support_notices(timestamptz) from public, anon;
grant execute on function public.list_support_notices(timestamptz) to authenticated;

create or replace function public.support_notify_agent(p_user_id uuid, p_conversation_id uuid, p_note text default null)
returns uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.notify_agent(p_user_id, p_conversation_id, p_note)
$$;
comment on function public.support_notify_agent(uuid, uuid, text) is
  'For hooks, the SQL editor and the secret key: tells one member of the team of a conversation, in their dashboard, with a note of '
  'at most 500 characters; returns the notice''s id. Errors: support_agent_not_found, support_conversation_not_found (404), '
  'support_note_too_long (400).';
revoke execute on function public.support_notify_agent(uuid, uuid, text) from public, anon, authenticated;
grant execute on function public.support_notify_agent(uuid, uuid, text) to service_role;

-- As before; and whom somebody else gives a conversation is told.
create or replace function support_private.give_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_agent public.support_agents;
  v_conversation public.support_conversations;
begin
  perform support_private.refuse_own_conversation(p_conversation_id, p_agent_id);
  select * into v_agent from public.support_agents a where a.user_id = p_agent_id for no key update;
  if not found or not support_private.is_active_user(p_agent_id) then
    perform support_private.fail(404, 'support_agent_not_found');
  end if;
  if support_private.count_active(p_agent_id) >= support_private.max_active(v_agent) then
    perform support_private.fail(409, 'support_agent_limit', 'At most ' || support_private.max_active(v_agent) || ' active conversations');
  end if;
  v_conversation := support_private.transition_conversation(p_conversation_id, 'active', p_agent_id);
  if p_agent_id is distinct from support_private.caller_id() then
    perform support_private.notify_agent(p_agent_id, p_conversation_id, null);
  end if;
  return v_conversation;
end
$$;

-- As before; and whom the queue gives a conversation is told.
create or replace function support_private.assign_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
  v_agent public.support_agents;
  -- An agent who is the customer is no candidate.
  v_customer_id uuid := (
    select c.user_id from public.support_conversations v join public.support_chats c on c.id = v.chat_id
    where v.id = p_conversation_id
  );
begin
  -- Assignments take turns: each may lock several agents, and two that did so in another order would wait for each other.
  perform pg_advisory_xact_lock(hashtext('support_private.assign_conversation'));
  -- Fewest active first, then the longest idle. Each candidate is locked and counted again, because agents also take
  -- conversations by themselves.
  for v_agent in
    select a.*
    from public.support_settings s
    cross join public.support_agents a
    cross join lateral (
      select count(*) as value from public.support_conversations v where v.agent_id = a.user_id and v.status = 'active'
    ) busy
    cross join lateral (select support_private.score(p_conversation_id, a.user_id) as value) score
    -- is_online() and max_active() written out: a call for each agent and each is most of the time that others wait.
    where a.available and a.last_seen_at > clock_timestamp() - s.agent_timeout
      and score.value is not null
      and a.user_id is distinct from v_customer_id
      and busy.value < coalesce(a.max_active, s.max_active_conversations, busy.value + 1)
    order by score.value desc, busy.value, a.last_assigned_at nulls first, a.user_id
  loop
    -- Read again under the lock: they may have left, gone away or filled up by now.
    select * into v_agent from public.support_agents a where a.user_id = v_agent.user_id and a.available for no key update;
    if found and support_private.is_active_user(v_agent.user_id) and support_private.count_active(v_agent.user_id) < coalesce(support_private.max_active(v_agent), 9223372036854775807) then
      v_conversation := support_private.transition_conversation(p_conversation_id, 'active', v_agent.user_id);
      perform support_private.notify_agent(v_agent.user_id, p_conversation_id, null);
      return v_conversation;
    end if;
  end loop;
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id;
  return v_conversation;
end
$$;

-- The mail worker's functions, for all kinds ----------------------------------------------------

create or replace function support_private.email_skip_reason(p_notification public.support_notifications)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select case p_notification.kind
    when 'user_reply' then case
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
    when 'staff_waiting' then (
      select case
        when v.status = 'ended' then 'ended'
        when v.status = 'active' then 'taken'
        when not s.notify_new_conversation then 'disabled'
        when p_notification.recipient <> all (select lower(a) from unnest(s.notification_emails) a) then 'address_removed'
      end
      from public.support_settings s, public.support_conversations v
      where v.id = p_notification.conversation_id
    )
  end
$$;

-- Definer: name and address are read from auth.users.
create or replace function support_private.notice_customer(p_chat_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('name', i.user_name, 'email', i.user_email)
  from public.support_chats c cross join lateral support_private.list_item(c) i
  where c.id = p_chat_id
$$;
comment on function support_private.notice_customer(uuid) is 'Who a chat''s customer is, for a mail: {name, email}, each as they say themselves.';
revoke execute on function support_private.notice_customer(uuid) from public;
grant execute on function support_private.notice_customer(uuid) to service_role;

-- Definer: files_text() is for the database alone.
create or replace function support_private.notice_text(p_message public.support_messages)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case when p_message.content <> '' then p_message.content else coalesce(support_private.files_text(p_message.attachments), '') end
$$;
comment on function support_private.notice_text(public.support_messages) is 'What a mail shows of a message: its text, or the names of its files.';
revoke execute on function support_private.notice_text(public.support_messages) from public;
grant execute on function support_private.notice_text(public.support_messages) to service_role;

create or replace function support_private.notice_content(p_notification public.support_notifications)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select case p_notification.kind
    when 'user_reply' then jsonb_build_object(
      'customer', support_private.notice_customer(p_notification.chat_id),
      'locale', (
        select left(v.user_snapshot ->> 'locale', 35) from public.support_conversations v
        where v.chat_id = p_notification.chat_id order by v.started_at desc limit 1
      ),
      'messages', (
        select jsonb_agg(
          jsonb_build_object(
            'seq', m.seq, 'content', support_private.notice_text(m), 'sender_name', m.sender_name, 'created_at', m.created_at
          )
          order by m.seq
        )
        from public.support_messages m
        where m.chat_id = p_notification.chat_id and m.sender_type = 'admin' and m.read_at is null
          and m.seq between p_notification.first_seq and p_notification.last_seq
      )
    )
    when 'staff_waiting' then jsonb_build_object(
      'customer', support_private.notice_customer(p_notification.chat_id),
      'waiting_minutes', (
        select greatest(0, floor(extract(epoch from now() - v.queued_at) / 60))::bigint from public.support_conversations v
        where v.id = p_notification.conversation_id
      ),
      'first_message', (
        select support_private.notice_text(m) from public.support_messages m
        where m.conversation_id = p_notification.conversation_id and m.sender_type = 'user'
        order by m.seq limit 1
      )
    )
    else '{}'
  end
$$;
comment on function support_private.notice_content(public.support_notifications) is 'What a mail is made of, by its kind.';
revoke execute on function support_private.notice_content(public.support_notifications) from public;
grant execute on function support_private.notice_content(public.support_notifications) to service_role;

drop function public.support_email_config();
create function public.support_email_config()
returns table (
  app_name text, email_from text, chat_url text, unsubscribe_url text, email_problem text,
  dashboard_url text, notification_locale text, templates jsonb
)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    s.app_name, s.email_from, s.chat_url, s.unsubscribe_url, s.email_problem, s.dashboard_url, s.notification_locale,
    (
      select coalesce(
        jsonb_agg(jsonb_build_object('kind', t.kind, 'locale', t.locale, 'subject', t.subject, 'body', t.body)), '[]'
      )
      from public.support_email_templates t
    )
  from public.support_settings s
$$;
comment on function public.support_email_config() is 'For the mail worker: what goes into every mail, and the team''s own templates.';
revoke execute on function public.support_email_config() from public, anon, authenticated;
grant execute on function public.support_email_config() to service_role;

create or replace function support_private.has_email_room(p_notification public.support_notifications, p_recipient text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select count(*) < s.email_daily_cap
    -- An address of the team hears of every customer: of one of them it gets a quarter at most, so that the next is on time.
    and (
      p_notification.kind <> 'staff_waiting'
      or count(*) filter (where n.chat_id = p_notification.chat_id) < greatest(1, s.email_daily_cap / 4)
    )
  from public.support_settings s
  left join public.support_notifications n
    on n.kind = p_notification.kind and n.recipient = p_recipient and n.id <> p_notification.id
    and (
      n.status = 'sent' and n.sent_at > now() - interval '24 hours'
      -- One address of the team may have many in one batch.
      or n.status = 'sending' and n.kind = 'staff_waiting'
    )
  group by s.email_daily_cap
$$;
comment on function support_private.has_email_room(public.support_notifications, text) is
  'May one more mail of its kind leave to this address within the daily cap, and within one customer''s share of it?';
revoke execute on function support_private.has_email_room(public.support_notifications, text) from public;
grant execute on function support_private.has_email_room(public.support_notifications, text) to service_role;

drop function public.support_claim_emails(uuid, integer);
create function public.support_claim_emails(p_worker uuid, p_limit integer default 10)
returns table (
  id uuid,
  kind text,
  chat_id uuid,
  conversation_id uuid,
  first_seq bigint,
  last_seq bigint,
  recipient text,
  unsubscribe_token text,
  idempotency_key text,
  customer jsonb,
  locale text,
  messages jsonb,
  waiting_minutes bigint,
  first_message text,
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
  v_content jsonb;
  v_taken integer := 0;
begin
  perform support_private.begin_work();
  -- Workers take turns here: two that counted an address at once would both find room.
  perform pg_advisory_xact_lock(hashtext('support_private.claim_emails'));
  -- What is skipped or has to wait takes no place of what can be sent.
  for v_notification in
    select n.* from public.support_notifications n
    where n.status in ('pending', 'sending') and n.due_at <= now()
      and (n.lease_expires_at is null or n.lease_expires_at <= now())
    order by n.due_at
    limit 1000
    for update skip locked
  loop
    exit when v_taken >= least(greatest(p_limit, 1), 100);
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
    v_email := case v_notification.kind
      when 'user_reply' then support_private.chat_email(v_notification.chat_id)
      else v_notification.recipient
    end;
    -- Tests have a limit of their own.
    if v_notification.request is null and v_notification.kind <> 'test'
      and not support_private.has_email_room(v_notification, lower(v_email))
    then
      update public.support_notifications n
      set due_at = now() + interval '1 hour', last_error = 'daily cap of the address reached: waiting'
      where n.id = v_notification.id;
      continue;
    end if;

    if v_notification.kind = 'user_reply' then
      insert into public.support_email_preferences (user_id)
      select c.user_id from public.support_chats c where c.id = v_notification.chat_id
      on conflict (user_id) do nothing;
    end if;
    v_content := support_private.notice_content(v_notification);
    v_taken := v_taken + 1;
    return query
      update public.support_notifications n
      set status = 'sending', worker = p_worker, lease_expires_at = now() + interval '4 minutes', recipient = lower(v_email)
      where n.id = v_notification.id
      returning
        n.id, n.kind, n.chat_id, n.conversation_id, n.first_seq, n.last_seq, v_email,
        (
          select p.token from public.support_email_preferences p join public.support_chats c on c.user_id = p.user_id
          where c.id = n.chat_id and n.kind = 'user_reply'
        ),
        case n.kind
          when 'user_reply' then 'support-reply/' || n.chat_id || '/' || n.first_seq
          else 'support-' || n.kind || '/' || n.id
        end,
        v_content -> 'customer', v_content ->> 'locale', v_content -> 'messages',
        (v_content ->> 'waiting_minutes')::bigint, v_content ->> 'first_message',
        n.request;
  end loop;
end
$$;
comment on function public.support_claim_emails(uuid, integer) is
  'For the mail worker: takes up to p_limit due mails for four minutes, each by one worker only. What is not wanted any more (read, '
  'archived, unsubscribed, without an address; taken, ended, removed from the settings) is skipped here; request is set when an '
  'earlier attempt fixed the words.';
revoke execute on function public.support_claim_emails(uuid, integer) from public, anon, authenticated;
grant execute on function public.support_claim_emails(uuid, integer) to service_role;

-- As before, and it writes the attempt down.
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
  perform support_private.begin_work();
  select * into v_notification
  from public.support_notifications n
  where n.id = p_id and n.worker = p_worker and n.status = 'sending' and n.lease_expires_at > now()
  for update;
  if not found then
    return null; -- the lease ran out, another answer joined, or the chat is gone
  end if;
  v_reason := support_private.email_skip_reason(v_notification);
  if v_reason is not null then
    perform support_private.settle_email(p_id, 'skipped', v_reason, null);
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
  perform support_private.start_attempt(p_id, p_worker);
  return v_notification.request;
end
$$;

-- As before, and it writes down how the attempt ended.
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
  v_joined public.support_notifications;
  v_free boolean;
begin
  perform support_private.begin_work();
  if p_outcome not in ('sent', 'failed', 'retry', 'postponed', 'unknown') or p_outcome is null then
    perform support_private.fail(400, 'support_email_outcome_unknown');
  end if;
  if p_outcome = 'postponed' then
    -- The chat before its mails, as everybody who plans one: an answer that is being written now is waited for.
    perform from public.support_chats c
    where c.id = (select n.chat_id from public.support_notifications n where n.id = p_id)
    for no key update;
  end if;
  -- How it ended is true even if the lease has run out meanwhile. Of one that was cut off nobody knows.
  if p_outcome <> 'unknown' then
    perform support_private.end_attempt(p_id, p_worker, p_outcome, p_provider_id, p_error);
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
  elsif p_outcome in ('retry', 'unknown') then
    -- Whether it was accepted is not known: 1, 2, 4 … 128 minutes, 6 hours in all.
    update public.support_notifications n
    set due_at = now() + interval '1 minute' * (2 ^ least(n.attempts - 1, 7))::integer,
        last_error = left(p_error, 500), worker = null, lease_expires_at = null
    where n.id = p_id;
  else
    -- The provider took nothing, and it is not this mail's fault: the attempt does not count. If no earlier one is open,
    -- the words are free again and further answers may join.
    v_free := v_notification.uncertain_since = v_notification.attempt_started_at;
    if v_free and v_notification.kind = 'user_reply' then
      -- Answers that came since then have a row of their own: both become one mail.
      select * into v_joined from public.support_notifications o
      where o.chat_id = v_notification.chat_id and o.kind = 'user_reply' and o.id <> p_id
        and o.status in ('pending', 'sending') and o.request is null
      for update;
      update public.support_notification_attempts a
      set notification_id = p_id,
          attempt = a.attempt + (
            select max(b.attempt) from public.support_notification_attempts b where b.notification_id = p_id
          )
      where a.notification_id = v_joined.id;
      delete from public.support_notifications o where o.id = v_joined.id;
    end if;
    update public.support_notifications n
    set first_seq = least(n.first_seq, v_joined.first_seq),
        last_seq = greatest(n.last_seq, v_joined.last_seq),
        due_at = now() + make_interval(secs => least(greatest(coalesce(p_retry_after, 60), 1), 86400)),
        attempts = greatest(n.attempts - 1, 0),
        uncertain_since = case when n.uncertain_since = n.attempt_started_at then null else n.uncertain_since end,
        status = case when v_free then 'pending' else n.status end,
        request = case when v_free then null else n.request end,
        last_error = left(p_error, 500), worker = null, lease_expires_at = null
    where n.id = p_id;
  end if;
end
$$;

-- Definer: the mail worker has no right to faults.
create or replace function support_private.report_failed_email()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Faults are kept longer than people: no addresses.
  perform support_private.record_fault(
    'support_notifications',
    'An e-mail (' || new.kind || ') failed for good: '
      || regexp_replace(coalesce(new.last_error, ''), '[^[:space:]<>"''`]+@[^[:space:]<>"''`]+', '…', 'g')
  );
  return null;
end
$$;
comment on function support_private.report_failed_email() is 'Keeps in support_faults, where the team sees it, why a mail failed for good.';
revoke execute on function support_private.report_failed_email() from public;

create trigger support_notifications_report_failed
after update of status on public.support_notifications
for each row when (new.status = 'failed' and old.status <> 'failed')
execute function support_private.report_failed_email();

-- A test ---------------------------------------------------------------------------------------

insert into support_private.limits (action, amount, period, code) values
  ('test_email', 10, '1 hour', 'support_test_email_rate_limited');

-- Definer: it writes the outbox, and starts a run at once.
create or replace function support_private.send_test_email(p_to text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_to text;
  v_id uuid;
begin
  perform support_private.require_staff();
  if not support_private.is_admin() then
    perform support_private.fail(403, 'support_forbidden');
  end if;
  v_to := lower(coalesce(
    nullif(btrim(p_to, support_private.blank_characters()), ''),
    (select u.email from auth.users u where u.id = support_private.caller_id() and u.email_confirmed_at is not null)
  ));
  if not support_private.is_email_address(v_to) then
    perform support_private.fail(400, 'support_email_address_invalid', 'One address, such as you@example.com');
  end if;
  perform support_private.use_allowance('test_email');
  insert into public.support_notifications (kind, recipient, due_at, created_at)
  values ('test', v_to, now(), clock_timestamp())
  returning id into v_id;
  perform support_private.request_email_run();
  return v_id;
end
$$;
comment on function support_private.send_test_email(text) is 'Works for public.send_support_test_email.';
revoke execute on function support_private.send_test_email(text) from public;
grant execute on function support_private.send_test_email(text) to authenticated;

create or replace function public.send_support_test_email(p_to text default null)
returns uuid
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.send_test_email(p_to)
$$;
comment on function public.send_support_test_email(text) is
  'Sends a test e-mail to one address (by default the caller''s own), at once, and returns its id in support_notifications, where '
  'every attempt is kept. Admins only, at most 10 an hour. Errors: support_forbidden (403), support_email_address_invalid (400), '
  'support_test_email_rate_limited (429).';
revoke execute on function public.send_support_test_email(text) from public, anon;
grant execute on function public.send_support_test_email(text) to authenticated;
