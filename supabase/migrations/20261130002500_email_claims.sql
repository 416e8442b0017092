-- The email worker claims due emails: functions for the Edge Function send-support-emails, for the secret key only.
-- Creates: functions support_email_config, support_claim_emails and, in support_private, notice_customer,
--          notice_content, has_email_room, settle_email.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Contents of an email -----------------------------------------------------------------------------

-- Definer: name and address are read from auth.users.
create function support_private.notice_customer(p_chat_id uuid)
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
comment on function support_private.notice_customer(uuid) is
  'The customer of a chat, for an email: {name, email}. Users choose both themselves.';
revoke execute on function support_private.notice_customer(uuid) from public;
grant execute on function support_private.notice_customer(uuid) to service_role;

create function support_private.notice_content(p_notification public.support_notifications)
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
            'seq', m.seq, 'content', support_private.message_text(m), 'sender_name', m.sender_name, 'created_at', m.created_at
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
        select support_private.message_text(m) from public.support_messages m
        where m.conversation_id = p_notification.conversation_id and m.sender_type = 'user'
        order by m.seq limit 1
      )
    )
    else '{}'
  end
$$;
comment on function support_private.notice_content(public.support_notifications) is
  'The data of an email, by its kind.';
revoke execute on function support_private.notice_content(public.support_notifications) from public;
grant execute on function support_private.notice_content(public.support_notifications) to service_role;

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
comment on function public.support_email_config() is
  'For the email worker: the data for every email, and the team''s own templates.';
revoke execute on function public.support_email_config() from public, anon, authenticated;
grant execute on function public.support_email_config() to service_role;
revoke execute on function public.support_email_config() from public, anon, authenticated;
grant execute on function public.support_email_config() to service_role;

-- Claiming -----------------------------------------------------------------------------------------

create function support_private.settle_email(p_id uuid, p_status text, p_skip_reason text, p_error text)
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
comment on function support_private.settle_email(uuid, text, text, text) is
  'Settles an email as skipped, failed or sent, and deletes its text.';
revoke execute on function support_private.settle_email(uuid, text, text, text) from public;
grant execute on function support_private.settle_email(uuid, text, text, text) to service_role;

create function support_private.has_email_room(p_notification public.support_notifications, p_recipient text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select count(*) < s.email_daily_cap
    -- An address of the team gets emails about every customer. One customer may use at most a quarter of the cap, so that
    -- emails about others are not delayed.
    and (
      p_notification.kind <> 'staff_waiting'
      or count(*) filter (where n.chat_id = p_notification.chat_id) < greatest(1, s.email_daily_cap / 4)
    )
  from public.support_settings s
  left join public.support_notifications n
    on n.kind = p_notification.kind and n.recipient = p_recipient and n.id <> p_notification.id
    and (
      n.status = 'sent' and n.sent_at > now() - interval '24 hours'
      -- One address of the team may be the recipient of many emails in a batch.
      or n.status = 'sending' and n.kind = 'staff_waiting'
    )
  group by s.email_daily_cap
$$;
comment on function support_private.has_email_room(public.support_notifications, text) is
  'May another email of this kind be sent to this address within the daily cap, and within one customer''s share of it?';
revoke execute on function support_private.has_email_room(public.support_notifications, text) from public;
grant execute on function support_private.has_email_room(public.support_notifications, text) to service_role;

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
  -- Serialize the workers: if two counted an address at once, both would find room.
  perform pg_advisory_xact_lock(hashtext('support_private.claim_emails'));
  -- Rows that are skipped or must wait do not count towards the batch.
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
    -- After that, the provider may have forgotten the key, and another attempt could send a second email.
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
  'For the email worker: claims up to p_limit due emails for four minutes, each for one worker only. Skips emails with a skip reason '
  '(read, archived, unsubscribed, no address; taken, ended, removed from the settings). request is set if an earlier attempt stored '
  'the text.';
revoke execute on function public.support_claim_emails(uuid, integer) from public, anon, authenticated;
grant execute on function public.support_claim_emails(uuid, integer) to service_role;
revoke execute on function public.support_claim_emails(uuid, integer) from public, anon, authenticated;
grant execute on function public.support_claim_emails(uuid, integer) to service_role;
