-- Conversations: inside the one chat, conversations that wait, are active and end.
-- Creates: types support_conversation_status, support_conversation_end, support_conversation_state; table support_conversations; column
--          support_messages.conversation_id; settings of conversations; table support_faults; topic support_settings;
--          functions start_support_conversation, end_support_conversation, escalate_support_conversation and the hook
--          support_on_conversation_event.
-- Undo:    drop the functions and triggers named below; alter table public.support_messages drop column conversation_id;
--          drop table public.support_conversations, public.support_faults; drop the three types; drop the columns that are
--          added to support_settings; apply send_message and change_chat of the earlier migrations again.

-- The tables come with this same release: they are empty or as good as, and nothing else waits for them.
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation
set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_conversation_status as enum ('waiting', 'active', 'ended');
create type public.support_conversation_end as enum ('user', 'staff', 'inactivity', 'archive');
create type public.support_history_deletion as enum ('off', 'hide', 'erase');

-- Settings -------------------------------------------------------------------------------------

create or replace function support_private.is_text_by_locale(p_value jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when jsonb_typeof(p_value) = 'object' then not exists (
    select from jsonb_each(p_value) t
    where t.key !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
      or jsonb_typeof(t.value) <> 'string'
      or char_length(t.value #>> '{}') not between 1 and 1000
      or btrim(t.value #>> '{}', support_private.blank_characters()) = ''
  ) else false end
$$;
comment on function support_private.is_text_by_locale(jsonb) is 'Is it an object of texts (1 to 1,000 characters) by language, such as {"en": "Hello"}?';
revoke execute on function support_private.is_text_by_locale(jsonb) from public;
-- Checks run as whoever writes the row: admins, through the settings page.
grant execute on function support_private.is_text_by_locale(jsonb) to authenticated, service_role;

alter table public.support_settings
  add column welcome_message jsonb not null default '{}' check (support_private.is_text_by_locale(welcome_message)),
  add column end_message jsonb not null default '{}' check (support_private.is_text_by_locale(end_message)),
  add column inactivity_minutes bigint check (inactivity_minutes between 1 and 43200),
  add column message_before_accept boolean not null default true,
  add column only_assigned_may_write boolean not null default false,
  add column allow_view_history boolean not null default true,
  add column delete_history public.support_history_deletion not null default 'off',
  add column dashboard_url text check (support_private.is_web_address(dashboard_url)),
  add column version bigint not null default 1;
comment on column public.support_settings.welcome_message is 'What the system says when a conversation opens, by language; empty says nothing.';
comment on column public.support_settings.end_message is 'What the system says when a conversation ends, by language; empty says nothing.';
comment on column public.support_settings.inactivity_minutes is 'A conversation in which nobody writes for so long ends by itself; null never.';
comment on column public.support_settings.message_before_accept is 'May the customer write while the conversation waits for an agent?';
comment on column public.support_settings.only_assigned_may_write is 'May only the agent who has a conversation answer in it?';
comment on column public.support_settings.allow_view_history is 'May customers read their ended conversations?';
comment on column public.support_settings.delete_history is 'May customers delete their ended conversations: not at all, hidden from them, or erased for all?';
comment on column public.support_settings.version is 'Counts the changes, so that clients know whether theirs are current.';
grant update (
  welcome_message, end_message, inactivity_minutes, message_before_accept, only_assigned_may_write,
  allow_view_history, delete_history, dashboard_url
) on table public.support_settings to authenticated;

create or replace function support_private.text_by_locale(p_texts jsonb, p_locale text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(
    p_texts ->> p_locale,
    p_texts ->> split_part(p_locale, '-', 1),
    p_texts ->> 'en',
    (select t.value from jsonb_each_text(p_texts) t order by t.key limit 1)
  )
$$;
comment on function support_private.text_by_locale(jsonb, text) is
  'The text in the asked language, else in its base language, in English, or in the first there is; null when there is none.';
revoke execute on function support_private.text_by_locale(jsonb, text) from public;

-- Faults ---------------------------------------------------------------------------------------

create table public.support_faults (
  source text primary key check (char_length(source) between 1 and 100),
  message text not null,
  times bigint not null default 1,
  created_at timestamptz not null default now(),
  last_at timestamptz not null default now()
);
comment on table public.support_faults is
  'What went wrong in code that a team replaced or configured (rules, hooks), by source. The conversation goes on; staff see it here.';
alter table public.support_faults enable row level security;
revoke all on table public.support_faults from public, anon, authenticated;
grant select, delete on table public.support_faults to authenticated;
grant select, insert, update, delete on table public.support_faults to service_role;
create trigger support_faults_limit_changes
before delete on public.support_faults
for each statement execute function support_private.limit_admin_changes();
create policy "Staff read faults"
on public.support_faults for select to authenticated
using ((select support_private.is_staff()));
create policy "Admins dismiss faults"
on public.support_faults for delete to authenticated
using ((select support_private.is_admin()));

create or replace function support_private.record_fault(p_source text, p_message text)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into public.support_faults (source, message) values (left(p_source, 100), left(p_message, 1000))
  on conflict (source) do update
    set message = excluded.message, times = support_faults.times + 1, last_at = now()
$$;
comment on function support_private.record_fault(text, text) is 'Keeps a fault where staff see it.';
revoke execute on function support_private.record_fault(text, text) from public;

-- Conversations --------------------------------------------------------------------------------

create table public.support_conversations (
  id uuid primary key default gen_random_uuid(),
  chat_id uuid not null references public.support_chats (id) on delete cascade,
  status public.support_conversation_status not null default 'waiting',
  agent_id uuid references public.support_agents (user_id) on delete set null,
  -- What the customer's page said of itself and of them: untrusted text.
  user_snapshot jsonb not null default '{}'
    check (jsonb_typeof(user_snapshot) = 'object' and octet_length(user_snapshot::text) <= 8192),
  page text generated always as (left(user_snapshot ->> 'page', 300)) stored,
  priority bigint not null default 0 check (priority between 0 and 9),
  started_at timestamptz not null default now(),
  -- Since when it waits; anew when it goes back to the queue.
  queued_at timestamptz not null default now(),
  accepted_at timestamptz,
  first_response_at timestamptz,
  last_message_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by public.support_conversation_end,
  ended_by_id uuid references auth.users (id) on delete set null,
  rating bigint check (rating between 1 and 5),
  feedback text check (char_length(feedback) <= 1000),
  rated_at timestamptz,
  user_deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint support_conversations_active_has_agent check (status <> 'active' or agent_id is not null),
  constraint support_conversations_ended_has_time check ((status = 'ended') = (ended_at is not null)),
  constraint support_conversations_rated_after_end check (rating is null or status = 'ended')
);
comment on table public.support_conversations is
  'Conversations inside a chat: waiting, active, ended. One is open per chat at most; support_private.transition_conversation() moves them.';

create unique index support_conversations_one_open_idx on public.support_conversations (chat_id) where status <> 'ended';
create index support_conversations_chat_id_status_idx on public.support_conversations (chat_id, status);
create index support_conversations_chat_id_started_at_idx on public.support_conversations (chat_id, started_at desc);
create index support_conversations_status_last_message_at_idx on public.support_conversations (status, last_message_at desc);
create index support_conversations_agent_id_status_idx on public.support_conversations (agent_id, status);
create index support_conversations_ended_by_id_idx on public.support_conversations (ended_by_id);
create index support_conversations_queue_idx on public.support_conversations (priority desc, queued_at, id) where status = 'waiting';
create index support_conversations_open_idx on public.support_conversations (last_message_at) where status <> 'ended';

alter table public.support_conversations enable row level security;
revoke all on table public.support_conversations from public, anon, authenticated;
-- What a customer may know of a conversation, as conversation_json() tells it. The rest is for agents, who get it from functions.
grant select (
  id, chat_id, status, agent_id, started_at, queued_at, accepted_at, ended_at, ended_by, rating
) on table public.support_conversations to authenticated;
grant select, insert, update, delete on table public.support_conversations to service_role;

create trigger support_conversations_touch_updated_at
before update on public.support_conversations
for each row execute function support_private.touch_updated_at();

create type public.support_conversation_state as (
  id uuid,
  chat_id uuid,
  status public.support_conversation_status,
  agent_id uuid,
  started_at timestamptz,
  queued_at timestamptz,
  accepted_at timestamptz,
  ended_at timestamptz,
  ended_by public.support_conversation_end,
  rating bigint,
  feedback text
);
comment on type public.support_conversation_state is
  'A conversation as functions that customers call answer it: an allow-list, so that a new column is not told by itself.';

-- Definer: customers may not read the settings; it runs once per query, not per row.
create or replace function support_private.hidden_conversation_ids()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(v.id), '{}')
  from public.support_conversations v
  -- What is hidden from the user of the token; whether they may see anything, own_chat_id() decides.
  where v.chat_id = (select c.id from public.support_chats c where c.user_id = (select auth.uid()))
    and v.status = 'ended'
    and (v.user_deleted_at is not null or not (select s.allow_view_history from public.support_settings s))
$$;
comment on function support_private.hidden_conversation_ids() is
  'The caller''s own conversations that they may not read: deleted ones, and ended ones when the settings hide history.';
revoke execute on function support_private.hidden_conversation_ids() from public;
grant execute on function support_private.hidden_conversation_ids() to authenticated;

create policy "Customers read their own conversations, agents all"
on public.support_conversations for select to authenticated
using (
  chat_id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat())
  and ((select support_private.is_staff()) or id <> all ((select support_private.hidden_conversation_ids())::uuid[]))
);

alter table public.support_messages
  add column conversation_id uuid references public.support_conversations (id) on delete set null;
grant select (conversation_id) on table public.support_messages to authenticated;
create index support_messages_conversation_id_idx on public.support_messages (conversation_id);

alter policy "Customers read messages of their own chat, agents all" on public.support_messages
using (
  chat_id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat())
  and (
    (select support_private.is_staff())
    or conversation_id is null
    or conversation_id <> all ((select support_private.hidden_conversation_ids())::uuid[])
  )
);

-- States ---------------------------------------------------------------------------------------

create or replace function support_private.guard_transition()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'waiting' then
      perform support_private.fail(409, 'support_bad_transition', 'A conversation opens waiting');
    end if;
  elsif old.status = 'ended' and (new.status <> 'ended' or new.ended_at <> old.ended_at) then
    perform support_private.fail(409, 'support_bad_transition', 'An ended conversation stays ended');
  elsif old.chat_id <> new.chat_id then
    perform support_private.fail(409, 'support_bad_transition', 'A conversation stays in its chat');
  end if;
  return new;
end
$$;
comment on function support_private.guard_transition() is 'Refuses illegal moves of a conversation, whoever tries them.';
revoke execute on function support_private.guard_transition() from public;

create trigger support_conversations_guard_transition
before insert or update on public.support_conversations
for each row execute function support_private.guard_transition();

-- Definer: the only writer of status. Callers hold the lock on the chat's row (chat, then conversation, then agent: the
-- one order in which locks are taken, so that no two calls wait for each other).
create or replace function support_private.transition_conversation(
  p_conversation_id uuid,
  p_to public.support_conversation_status,
  p_agent_id uuid default null,
  p_ended_by public.support_conversation_end default null
)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_from public.support_conversations;
  v_to public.support_conversations;
begin
  select * into v_from from public.support_conversations v where v.id = p_conversation_id for update;
  if not found then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  if (v_from.status, p_to) not in (
    ('waiting', 'active'), ('waiting', 'ended'), ('active', 'waiting'), ('active', 'active'), ('active', 'ended')
  ) then
    perform support_private.fail(409, 'support_bad_transition', v_from.status || ' to ' || p_to);
  end if;

  update public.support_conversations v
  set status = p_to,
      agent_id = case p_to when 'waiting' then null when 'active' then p_agent_id else v.agent_id end,
      accepted_at = case when p_to = 'active' then coalesce(v.accepted_at, clock_timestamp()) else v.accepted_at end,
      queued_at = case when p_to = 'waiting' then clock_timestamp() else v.queued_at end,
      ended_at = case when p_to = 'ended' then clock_timestamp() end,
      ended_by = case when p_to = 'ended' then p_ended_by end,
      ended_by_id = case when p_to = 'ended' and p_ended_by <> 'inactivity' then support_private.caller_id() end
  where v.id = p_conversation_id
  returning * into v_to;

  if p_to = 'active' and p_agent_id is distinct from v_from.agent_id then
    update public.support_agents a set last_assigned_at = clock_timestamp() where a.user_id = p_agent_id;
  end if;
  if p_to = 'ended' then
    perform support_private.say(v_to, (select s.end_message from public.support_settings s));
  end if;
  perform support_private.announce_conversation(v_to);
  perform support_private.call_hook(
    case
      when p_to = 'ended' then 'conversation.ended'
      when p_to = 'waiting' then 'conversation.requeued'
      when v_from.status = 'waiting' then 'conversation.accepted'
      else 'conversation.transferred'
    end,
    v_to.id
  );
  return v_to;
end
$$;
comment on function support_private.transition_conversation(uuid, public.support_conversation_status, uuid, public.support_conversation_end) is
  'Moves a conversation: waiting to active or ended; active to another agent, back to waiting, or ended. Raises support_bad_transition.';
revoke execute on function support_private.transition_conversation(uuid, public.support_conversation_status, uuid, public.support_conversation_end) from public;

-- When an agent last got a conversation: the longest idle one is next.
alter table public.support_agents add column last_assigned_at timestamptz;

create or replace function support_private.say(p_conversation public.support_conversations, p_texts jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_text text := support_private.text_by_locale(p_texts, p_conversation.user_snapshot ->> 'locale');
begin
  if v_text is not null then
    insert into public.support_messages (id, chat_id, conversation_id, content, sender_type)
    values (gen_random_uuid(), p_conversation.chat_id, p_conversation.id, v_text, 'system');
  end if;
end
$$;
comment on function support_private.say(public.support_conversations, jsonb) is 'Writes a system message into a conversation, in the customer''s language; says nothing without a text.';
revoke execute on function support_private.say(public.support_conversations, jsonb) from public;

-- Hooks ----------------------------------------------------------------------------------------

create or replace function public.support_on_conversation_event(p_event text, p_conversation_id uuid)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  -- Replace this function with your own: docs/hooks.md.
  return;
end
$$;
comment on function public.support_on_conversation_event(text, uuid) is
  'Called in the transaction of each move: conversation.created, .accepted, .transferred, .requeued, .ended, .rated, .escalated. '
  'Replace it with your own; what it raises is kept in support_faults, and the move goes on.';
revoke execute on function public.support_on_conversation_event(text, uuid) from public, anon, authenticated;

-- Definer: customers' and agents' moves call it alike.
create or replace function support_private.call_hook(p_event text, p_conversation_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform public.support_on_conversation_event(p_event, p_conversation_id);
exception
  when others then
    perform support_private.record_fault('support_on_conversation_event', p_event || ': ' || sqlerrm);
end
$$;
comment on function support_private.call_hook(text, uuid) is 'Calls the team''s hook; its fault never stops a conversation.';
revoke execute on function support_private.call_hook(text, uuid) from public;

-- Broadcasts -----------------------------------------------------------------------------------

-- Definer: the agent's name is read from the team, which customers may not read.
create or replace function support_private.conversation_json(p_conversation public.support_conversations)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_conversation.id, 'chat_id', p_conversation.chat_id, 'status', p_conversation.status,
    'agent_id', p_conversation.agent_id,
    'agent_name', (select a.display_name from public.support_agents a where a.user_id = p_conversation.agent_id),
    'started_at', p_conversation.started_at, 'queued_at', p_conversation.queued_at,
    'accepted_at', p_conversation.accepted_at, 'ended_at', p_conversation.ended_at,
    'ended_by', p_conversation.ended_by, 'rating', p_conversation.rating
  )
$$;
comment on function support_private.conversation_json(public.support_conversations) is 'A conversation as broadcasts and support_status() carry it.';
revoke execute on function support_private.conversation_json(public.support_conversations) from public;

create or replace function support_private.announce_conversation(p_conversation public.support_conversations)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_item public.support_chat_list_item;
begin
  perform support_private.broadcast(
    'support_chat:' || p_conversation.chat_id, 'conversation_updated',
    jsonb_build_object(
      'chat_id', p_conversation.chat_id, 'conversation', support_private.conversation_json(p_conversation)
    )
  );
  select item.* into v_item
  from public.support_chats c cross join lateral support_private.list_item(c) item
  where c.id = p_conversation.chat_id;
  perform support_private.broadcast_chat_updated(v_item);
end
$$;
comment on function support_private.announce_conversation(public.support_conversations) is 'Tells the chat and the staff how a conversation stands.';
revoke execute on function support_private.announce_conversation(public.support_conversations) from public;

-- What customers do with conversations reaches every open dashboard.
insert into support_private.limits (action, amount, period) values
  ('start', 60, '1 minute'),
  ('conversation', 30, '1 hour'),
  ('end_conversation', 60, '1 hour');

-- Opening --------------------------------------------------------------------------------------

create or replace function support_private.clean_context(p_context jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_context is null or jsonb_typeof(p_context) = 'null' then
    return '{}';
  end if;
  if jsonb_typeof(p_context) <> 'object' or octet_length(p_context::text) > 8192 then
    perform support_private.fail(400, 'support_context_invalid', 'An object of at most 8192 bytes');
  elsif jsonb_path_exists(p_context, 'strict $.**{17}') then
    perform support_private.fail(400, 'support_context_invalid', 'At most 16 levels deep');
  end if;
  return p_context;
end
$$;
comment on function support_private.clean_context(jsonb) is 'The context that a page gave, or support_context_invalid.';
revoke execute on function support_private.clean_context(jsonb) from public;

-- Definer: it writes the conversation. The caller holds the chat's row lock, which makes two tabs take turns.
create or replace function support_private.open_conversation(p_chat_id uuid, p_context jsonb)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  select * into v_conversation
  from public.support_conversations v
  where v.chat_id = p_chat_id and v.status <> 'ended';
  if found then
    return v_conversation;
  end if;
  insert into public.support_conversations (chat_id, user_snapshot)
  values (p_chat_id, support_private.clean_context(p_context))
  returning * into v_conversation;
  perform support_private.say(v_conversation, (select s.welcome_message from public.support_settings s));
  perform support_private.announce_conversation(v_conversation);
  perform support_private.call_hook('conversation.created', v_conversation.id);
  return v_conversation;
end
$$;
comment on function support_private.open_conversation(uuid, jsonb) is 'The chat''s open conversation, opened with the welcome message if there is none.';
revoke execute on function support_private.open_conversation(uuid, jsonb) from public;

-- Definer: as open_conversation(), for the caller's own chat.
create or replace function support_private.start_conversation(p_context jsonb)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats := support_private.get_or_create_chat();
  v_conversation public.support_conversations;
begin
  perform support_private.use_allowance('start');
  perform from public.support_chats c where c.id = v_chat.id for update;
  -- Somebody who waits is seen: in the inbox also before they wrote, and not in the archive.
  update public.support_chats c
  set archived_at = null, last_message_at = coalesce(c.last_message_at, clock_timestamp())
  where c.id = v_chat.id and (c.archived_at is not null or c.last_message_at is null);
  v_conversation := support_private.open_conversation(v_chat.id, p_context);
  if v_conversation.user_snapshot = '{}' and support_private.clean_context(p_context) <> '{}' then
    -- The first message opened it before the page told where it came from.
    update public.support_conversations v set user_snapshot = support_private.clean_context(p_context)
    where v.id = v_conversation.id
    returning * into v_conversation;
  end if;
  return support_private.after_opening(v_conversation);
end
$$;
comment on function support_private.start_conversation(jsonb) is 'Works for public.start_support_conversation.';
revoke execute on function support_private.start_conversation(jsonb) from public;
grant execute on function support_private.start_conversation(jsonb) to authenticated;

-- Assignment (the next migration) replaces this.
create or replace function support_private.after_opening(p_conversation public.support_conversations)
returns public.support_conversations
language sql
security definer
set search_path = ''
as $$
  select p_conversation
$$;
comment on function support_private.after_opening(public.support_conversations) is 'What follows when a conversation waits.';
revoke execute on function support_private.after_opening(public.support_conversations) from public;

create or replace function public.start_support_conversation(p_context jsonb default '{}')
returns public.support_conversation_state
language sql
volatile
security invoker
set search_path = ''
as $$
  select
    v.id, v.chat_id, v.status, v.agent_id, v.started_at, v.queued_at, v.accepted_at, v.ended_at, v.ended_by, v.rating, v.feedback
  from support_private.start_conversation(p_context) v
$$;
comment on function public.start_support_conversation(jsonb) is
  'Opens a conversation in the caller''s chat, or returns the open one. p_context: page, locale, name and the app''s own fields, '
  'at most 8 kB, kept as untrusted text. Errors: support_context_invalid (400).';
revoke execute on function public.start_support_conversation(jsonb) from public, anon;
grant execute on function public.start_support_conversation(jsonb) to authenticated;

-- Ending ---------------------------------------------------------------------------------------

-- Definer: it locks the chat of a conversation that the caller may be unable to read otherwise.
create or replace function support_private.lock_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id;
  if not found then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  perform from public.support_chats c where c.id = v_conversation.chat_id for update;
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id for update;
  if not found then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  return v_conversation;
end
$$;
comment on function support_private.lock_conversation(uuid) is 'Locks a conversation and, before it, its chat. Raises support_conversation_not_found.';
revoke execute on function support_private.lock_conversation(uuid) from public;

-- Definer: as lock_conversation(). Jobs that walk over many chats never wait for one: they would hold the others meanwhile.
create or replace function support_private.try_lock_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform from public.support_chats c
  where c.id = (select v.chat_id from public.support_conversations v where v.id = p_conversation_id)
  for update skip locked;
  if found then
    select * into v_conversation from public.support_conversations v where v.id = p_conversation_id for update skip locked;
  end if;
  return v_conversation;
end
$$;
comment on function support_private.try_lock_conversation(uuid) is 'Locks a conversation and, before it, its chat; null when somebody else holds one of them now.';
revoke execute on function support_private.try_lock_conversation(uuid) from public;

-- Definer: as lock_conversation().
create or replace function support_private.refuse_own_conversation(p_conversation_id uuid, p_agent_id uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if exists (
    select from public.support_conversations v join public.support_chats c on c.id = v.chat_id
    where v.id = p_conversation_id and c.user_id = p_agent_id
  ) then
    perform support_private.fail(403, 'support_own_conversation', 'Another agent handles it');
  end if;
end
$$;
comment on function support_private.refuse_own_conversation(uuid, uuid) is
  'Raises support_own_conversation if the agent is the customer of the conversation: they may neither have it, move it, nor rate themself.';
revoke execute on function support_private.refuse_own_conversation(uuid, uuid) from public;

-- Definer: as lock_conversation().
create or replace function support_private.require_charge(p_conversation public.support_conversations)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.refuse_own_conversation(p_conversation.id, support_private.caller_id());
  if p_conversation.status = 'active' and p_conversation.agent_id <> support_private.caller_id()
    and (select s.only_assigned_may_write from public.support_settings s) and not support_private.is_admin()
  then
    perform support_private.fail(403, 'support_not_assigned', 'Another agent has this conversation');
  end if;
end
$$;
comment on function support_private.require_charge(public.support_conversations) is
  'For whatever an agent does to a conversation: raises support_own_conversation if it is their own as a customer, and '
  'support_not_assigned if a colleague has it and only_assigned_may_write is on; admins may.';
revoke execute on function support_private.require_charge(public.support_conversations) from public;

-- Definer: as lock_conversation().
create or replace function support_private.require_charge_of_chat(p_chat_id uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  if p_chat_id = support_private.own_chat_id() then
    perform support_private.fail(403, 'support_own_conversation', 'Another agent handles it');
  end if;
  select * into v_conversation from public.support_conversations v where v.chat_id = p_chat_id and v.status <> 'ended';
  if found then
    perform support_private.require_charge(v_conversation);
  end if;
end
$$;
comment on function support_private.require_charge_of_chat(uuid) is
  'As require_charge(), for what an agent does to a whole chat: archiving it ends its open conversation.';
revoke execute on function support_private.require_charge_of_chat(uuid) from public;

create or replace function support_private.is_own_conversation(p_conversation_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.support_conversations v
    where v.id = p_conversation_id and v.chat_id = support_private.own_chat_id()
  )
$$;
comment on function support_private.is_own_conversation(uuid) is 'Is it a conversation of the caller''s own chat?';
revoke execute on function support_private.is_own_conversation(uuid) from public;

create or replace function support_private.end_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_by public.support_conversation_end;
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  v_by := case
    when support_private.is_own_conversation(p_conversation_id) then 'user'
    when support_private.is_staff() then 'staff'
  end;
  if v_by is null then -- a stranger's answers as one that does not exist
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  perform support_private.use_allowance(case v_by when 'user' then 'end_conversation' else 'agent_action' end);
  v_conversation := support_private.lock_conversation(p_conversation_id);
  if v_by = 'staff' then
    perform support_private.require_charge(v_conversation);
  end if;
  return support_private.transition_conversation(p_conversation_id, 'ended', null, v_by);
end
$$;
comment on function support_private.end_conversation(uuid) is 'Works for public.end_support_conversation.';
revoke execute on function support_private.end_conversation(uuid) from public;
grant execute on function support_private.end_conversation(uuid) to authenticated;

create or replace function public.end_support_conversation(p_conversation_id uuid)
returns public.support_conversation_state
language sql
volatile
security invoker
set search_path = ''
as $$
  select
    v.id, v.chat_id, v.status, v.agent_id, v.started_at, v.queued_at, v.accepted_at, v.ended_at, v.ended_by, v.rating, v.feedback
  from support_private.end_conversation(p_conversation_id) v
$$;
comment on function public.end_support_conversation(uuid) is
  'Ends an open conversation, by its customer or by staff. Errors: support_conversation_not_found (404), support_bad_transition (409).';
revoke execute on function public.end_support_conversation(uuid) from public, anon;
grant execute on function public.end_support_conversation(uuid) to authenticated;

-- Definer: it runs as the schedule, for every chat.
create or replace function support_private.end_inactive_conversations(p_batch integer default 500)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_minutes bigint := (select s.inactivity_minutes from public.support_settings s);
  v_id uuid;
  v_conversation public.support_conversations;
  v_ended integer := 0;
begin
  if v_minutes is null then
    return 0;
  end if;
  for v_id in
    select v.id
    from public.support_conversations v
    -- now(): an index is no help with a clock that moves while it is read.
    where v.status <> 'ended' and v.last_message_at < now() - make_interval(mins => v_minutes::integer)
    order by v.last_message_at
    limit p_batch
  loop
    v_conversation := support_private.try_lock_conversation(v_id);
    -- Somebody may have written, or ended it, by now.
    if v_conversation.status <> 'ended'
      and v_conversation.last_message_at < clock_timestamp() - make_interval(mins => v_minutes::integer)
    then
      perform support_private.transition_conversation(v_id, 'ended', null, 'inactivity');
      v_ended := v_ended + 1;
    end if;
  end loop;
  return v_ended;
end
$$;
comment on function support_private.end_inactive_conversations(integer) is 'Ends conversations in which nobody wrote for longer than the settings allow; returns how many.';
revoke execute on function support_private.end_inactive_conversations(integer) from public;

-- Escalation -----------------------------------------------------------------------------------

create or replace function support_private.escalate_conversation(p_conversation_id uuid, p_priority integer)
returns public.support_conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.require_staff();
  v_conversation := support_private.lock_conversation(p_conversation_id);
  if p_priority is null or p_priority not between 0 and 9 then
    perform support_private.fail(400, 'support_priority_invalid', 'From 0 to 9');
  elsif v_conversation.status = 'ended' then
    perform support_private.fail(409, 'support_bad_transition', 'The conversation has ended');
  end if;
  update public.support_conversations v set priority = p_priority
  where v.id = p_conversation_id
  returning * into v_conversation;
  perform support_private.announce_conversation(v_conversation);
  perform support_private.call_hook('conversation.escalated', v_conversation.id);
  return v_conversation;
end
$$;
comment on function support_private.escalate_conversation(uuid, integer) is 'Works for public.escalate_support_conversation.';
revoke execute on function support_private.escalate_conversation(uuid, integer) from public;
grant execute on function support_private.escalate_conversation(uuid, integer) to authenticated;

create or replace function public.escalate_support_conversation(p_conversation_id uuid, p_priority integer default 1)
returns public.support_conversations
language sql
volatile
security invoker
set search_path = ''
as $$
  select * from support_private.escalate_conversation(p_conversation_id, p_priority)
$$;
comment on function public.escalate_support_conversation(uuid, integer) is
  'Moves an open conversation up the queue (0 is ordinary, 9 the most urgent) and marks it in the inbox. Staff only. Errors: '
  'support_priority_invalid (400), support_conversation_not_found (404), support_bad_transition (409), support_forbidden (403).';
revoke execute on function public.escalate_support_conversation(uuid, integer) from public, anon;
grant execute on function public.escalate_support_conversation(uuid, integer) to authenticated;

-- Messages belong to conversations -------------------------------------------------------------

-- Definer: as send_message() before it, which it replaces: a customer's message opens a conversation, an answer takes it.
create or replace function support_private.send_message(p_id uuid, p_chat_id uuid, p_content text)
returns public.support_messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_sender public.support_sender_type;
  v_message public.support_messages;
  v_conversation_id uuid;
begin
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  v_sender := case
    when exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = v_user_id) then 'user'
    when support_private.is_staff() then 'admin'
  end;
  -- The lock also makes two sends of one id take turns, so that the second finds the first.
  perform from public.support_chats c where v_sender is not null and c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;

  perform support_private.check_message(p_id, p_content);
  select * into v_message from public.support_messages m where m.id = p_id;
  if found then
    if v_message.chat_id <> p_chat_id or v_message.sender_id is distinct from v_user_id then
      perform support_private.fail(409, 'support_message_conflict');
    end if;
    return v_message;
  end if;

  perform support_private.use_allowance(
    case v_sender when 'user' then 'message' else 'answer' end,
    p_limit => case v_sender when 'user' then (select s.messages_per_minute from public.support_settings s) end
  );
  v_conversation_id := support_private.conversation_for_message(p_chat_id, v_sender);
  insert into public.support_messages (id, chat_id, conversation_id, content, sender_type, sender_id, sender_name)
  values (
    p_id, p_chat_id, v_conversation_id, p_content, v_sender, v_user_id,
    case when v_sender = 'admin' then
      (select a.display_name from public.support_agents a where a.user_id = v_user_id)
    end
  )
  returning * into v_message;
  update public.support_conversations v
  set last_message_at = v_message.created_at,
      first_response_at = case when v_sender = 'admin' then coalesce(v.first_response_at, v_message.created_at) else v.first_response_at end
  where v.id = v_conversation_id;
  return v_message;
exception
  when unique_violation then -- the id belongs to a message of another chat
    perform support_private.fail(409, 'support_message_conflict');
end
$$;

create or replace function support_private.conversation_for_message(p_chat_id uuid, p_sender public.support_sender_type)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before_accept boolean;
  v_only_assigned boolean;
  v_conversation public.support_conversations;
begin
  select s.message_before_accept, s.only_assigned_may_write into v_before_accept, v_only_assigned
  from public.support_settings s;
  v_conversation := support_private.open_conversation(p_chat_id, '{}');
  if p_sender = 'user' then
    v_conversation := support_private.after_opening(v_conversation);
    if v_conversation.status = 'waiting' and not v_before_accept then
      perform support_private.fail(409, 'support_conversation_waiting', 'An agent has to join first');
    end if;
  elsif v_conversation.status = 'waiting' then
    perform support_private.give_conversation(v_conversation.id, support_private.caller_id());
  elsif v_only_assigned and v_conversation.agent_id is distinct from support_private.caller_id() then
    perform support_private.fail(403, 'support_not_assigned', 'Another agent has this conversation');
  end if;
  return v_conversation.id;
end
$$;
comment on function support_private.conversation_for_message(uuid, public.support_sender_type) is
  'The conversation that a new message belongs to: a customer''s message opens one, an answer takes a waiting one.';
revoke execute on function support_private.conversation_for_message(uuid, public.support_sender_type) from public;

create or replace function support_private.message_json(p_message public.support_messages)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_message.id, 'chat_id', p_message.chat_id, 'seq', p_message.seq, 'content', p_message.content,
    'sender_type', p_message.sender_type, 'sender_id', p_message.sender_id, 'sender_name', p_message.sender_name,
    'read_at', p_message.read_at, 'created_at', p_message.created_at, 'updated_at', p_message.updated_at,
    'conversation_id', p_message.conversation_id
  )
$$;

-- Archiving ends the open conversation: an archived chat with somebody waiting in it would be forgotten.
create or replace function support_private.end_archived_conversation()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_open uuid;
begin
  select v.id into v_open from public.support_conversations v where v.chat_id = new.id and v.status <> 'ended';
  if found then
    perform support_private.transition_conversation(v_open, 'ended', null, 'archive');
  end if;
  return null;
end
$$;
comment on function support_private.end_archived_conversation() is 'Ends the open conversation of a chat that goes to the archive.';
revoke execute on function support_private.end_archived_conversation() from public;

create trigger support_chats_end_archived_conversation
after update of archived_at on public.support_chats
for each row
when (old.archived_at is null and new.archived_at is not null)
execute function support_private.end_archived_conversation();

-- Settings are effective at once ---------------------------------------------------------------

create or replace function support_private.count_settings_version()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;
comment on function support_private.count_settings_version() is 'Counts the changes of the settings.';
revoke execute on function support_private.count_settings_version() from public;

create trigger support_settings_count_version
before update on public.support_settings
for each row execute function support_private.count_settings_version();

create or replace function support_private.announce_settings()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Only that they changed: each client reads what it may read.
  perform support_private.broadcast(
    'support_settings', 'settings_changed', jsonb_build_object('version', new.version)
  );
  return null;
end
$$;
comment on function support_private.announce_settings() is 'Tells open widgets and dashboards that the settings changed.';
revoke execute on function support_private.announce_settings() from public;

create trigger support_settings_announce
after update on public.support_settings
for each row execute function support_private.announce_settings();
