-- Conversations: the episodes inside a customer's chat, which wait, are active and end.
-- Creates: types support_conversation_status, support_conversation_end, support_history_deletion,
--          support_conversation_state; settings of conversations; table support_conversations; columns of support_chats that
--          follow the newest conversation, with their indexes and the trigger support_conversations_follow.

-- The tables are new: no other session waits for their locks.
-- squawk-ignore-file adding-foreign-key-constraint, require-concurrent-index-creation
set lock_timeout = '5s';
set statement_timeout = '60s';

create type public.support_conversation_status as enum ('waiting', 'active', 'ended');
create type public.support_conversation_end as enum ('user', 'staff', 'inactivity', 'archive');
comment on type public.support_conversation_end is
  'Who ended a conversation: the customer (`user`), an agent (`staff`), inactivity, or the archiving of its chat.';
create type public.support_history_deletion as enum ('off', 'hide', 'erase');

-- Settings -----------------------------------------------------------------------------------------

alter table public.support_settings
  add column welcome_message jsonb not null default '{}' check (support_private.is_text_by_locale(welcome_message)),
  add column end_message jsonb not null default '{}' check (support_private.is_text_by_locale(end_message)),
  add column inactivity_minutes bigint check (inactivity_minutes between 1 and 43200),
  add column message_before_accept boolean not null default true,
  add column only_assigned_may_write boolean not null default false,
  add column allow_view_history boolean not null default true,
  add column delete_history public.support_history_deletion not null default 'off';
comment on column public.support_settings.welcome_message is
  'The system message when a conversation opens, by language; empty sends none.';
comment on column public.support_settings.end_message is
  'The system message when a conversation ends, by language; empty sends none.';
comment on column public.support_settings.inactivity_minutes is
  'A conversation without a message for this long ends by itself; null means never.';
comment on column public.support_settings.message_before_accept is
  'May the customer write while the conversation waits for an agent?';
comment on column public.support_settings.only_assigned_may_write is 'May only the agent who has a conversation write in it?';
comment on column public.support_settings.allow_view_history is 'May customers read their ended conversations?';
comment on column public.support_settings.delete_history is
  'May customers delete their ended conversations? off: no; hide: hidden from them; erase: erased for everyone.';
grant update (
  welcome_message, end_message, inactivity_minutes, message_before_accept, only_assigned_may_write, allow_view_history, delete_history
) on table public.support_settings to authenticated;

-- The table ----------------------------------------------------------------------------------------

create table public.support_conversations (
  id uuid primary key default gen_random_uuid(),
  chat_id uuid not null references public.support_chats (id) on delete cascade,
  status public.support_conversation_status not null default 'waiting',
  agent_id uuid references public.support_agents (user_id) on delete set null,
  -- Data of the page about itself and the customer: untrusted.
  user_snapshot jsonb not null default '{}'
    check (jsonb_typeof(user_snapshot) = 'object' and octet_length(user_snapshot::text) <= 8192),
  page text generated always as (left(user_snapshot ->> 'page', 300)) stored,
  priority bigint not null default 0 check (priority between 0 and 9),
  started_at timestamptz not null default now(),
  -- When it began to wait; set again when it goes back to the queue.
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
  'Conversations inside a chat: waiting, active or ended. At most one per chat is open; '
  'support_private.transition_conversation() changes the status.';

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
-- The columns that a customer may read. Agents get the others from functions.
grant select (
  id, chat_id, status, agent_id, started_at, queued_at, accepted_at, ended_at, ended_by, rating
) on table public.support_conversations to authenticated;
grant select, insert, update, delete on table public.support_conversations to service_role;

create trigger support_begin_work before insert or update or delete on public.support_conversations
for each statement execute function support_private.begin_work_of_statement();

create trigger support_conversations_touch_updated_at
before update on public.support_conversations
for each row execute function support_private.touch_updated_at();

-- Definer: customers may not read the settings. It runs once per query, not per row.
create function support_private.hidden_conversation_ids()
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(v.id), '{}')
  from public.support_conversations v
  -- auth.uid() is sufficient here, because own_chat_id() decides whether the caller may read any message.
  where v.chat_id = (select c.id from public.support_chats c where c.user_id = (select auth.uid()))
    and v.status = 'ended'
    and (v.user_deleted_at is not null or not (select s.allow_view_history from public.support_settings s))
$$;
comment on function support_private.hidden_conversation_ids() is
  'The caller''s own conversations that they may not read: deleted ones, and ended ones if the settings hide history.';
revoke execute on function support_private.hidden_conversation_ids() from public;
grant execute on function support_private.hidden_conversation_ids() to authenticated;

create policy "Customers read their own conversations, agents all"
on public.support_conversations for select to authenticated
using (
  chat_id between (select support_private.first_readable_chat()) and (select support_private.last_readable_chat())
  and ((select support_private.is_agent()) or id <> all ((select support_private.hidden_conversation_ids())::uuid[]))
);

create function support_private.guard_transition()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'waiting' then
      perform support_private.fail(409, 'support_bad_transition', 'A new conversation must be waiting');
    end if;
  elsif old.status = 'ended' and (new.status <> 'ended' or new.ended_at <> old.ended_at) then
    perform support_private.fail(409, 'support_bad_transition', 'An ended conversation stays ended');
  elsif old.chat_id <> new.chat_id then
    perform support_private.fail(409, 'support_bad_transition', 'A conversation stays in its chat');
  end if;
  return new;
end
$$;
comment on function support_private.guard_transition() is 'Rejects invalid changes of a conversation by any role.';
revoke execute on function support_private.guard_transition() from public;

create trigger support_conversations_guard_transition
before insert or update on public.support_conversations
for each row execute function support_private.guard_transition();

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
  'A conversation as functions for customers return it. The fields are listed, so that a new column is not returned unintentionally.';

create function support_private.conversation_state(p_conversation public.support_conversations)
returns public.support_conversation_state
language sql
immutable
set search_path = ''
as $$
  select row(
    p_conversation.id, p_conversation.chat_id, p_conversation.status, p_conversation.agent_id, p_conversation.started_at,
    p_conversation.queued_at, p_conversation.accepted_at, p_conversation.ended_at, p_conversation.ended_by,
    p_conversation.rating, p_conversation.feedback
  )::public.support_conversation_state
$$;
comment on function support_private.conversation_state(public.support_conversations) is
  'A conversation as functions for customers return it.';
revoke execute on function support_private.conversation_state(public.support_conversations) from public;
grant execute on function support_private.conversation_state(public.support_conversations) to authenticated;

create function support_private.is_own_conversation(p_conversation_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select from public.support_conversations v
    where v.id = p_conversation_id and v.chat_id = support_private.own_chat_id()
  )
$$;
comment on function support_private.is_own_conversation(uuid) is 'Is it a conversation of the caller''s own chat?';
revoke execute on function support_private.is_own_conversation(uuid) from public;

-- The newest conversation of a chat ----------------------------------------------------------------

alter table public.support_chats
  -- Copied by a trigger from the newest conversation, so that the inbox is one index scan.
  add column conversation_id uuid references public.support_conversations (id) on delete set null,
  add column conversation_status public.support_conversation_status,
  add column agent_id uuid references public.support_agents (user_id) on delete set null,
  add column waiting_since timestamptz,
  add column priority bigint not null default 0;

create index support_chats_conversation_id_idx on public.support_chats (conversation_id);
create index support_chats_agent_id_idx on public.support_chats (agent_id, last_message_at desc, id desc)
where conversation_status = 'active';
create index support_chats_agent_idx on public.support_chats (agent_id);
create index support_chats_waiting_idx on public.support_chats (last_message_at desc, id desc) where conversation_status = 'waiting';
create index support_chats_open_idx on public.support_chats (last_message_at desc, id desc)
where conversation_status in ('waiting', 'active');
create index support_chats_ended_idx on public.support_chats (last_message_at desc, id desc) where conversation_status = 'ended';

-- Definer: no client may write chats.
create function support_private.follow_conversation()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- While a user is deleted, the agent's row may be deleted before agent_id of the conversation is set to null.
  v_agent_id uuid := (select a.user_id from public.support_agents a where a.user_id = new.agent_id);
  v_waiting_since timestamptz := case when new.status = 'waiting' then new.queued_at end;
begin
  update public.support_chats c
  set conversation_id = new.id,
      conversation_status = new.status,
      agent_id = v_agent_id,
      waiting_since = v_waiting_since,
      priority = new.priority,
      -- Archiving ends the open conversation; an open conversation brings the chat back.
      archived_at = case when new.status = 'ended' then c.archived_at end
  where c.id = new.chat_id
    and (c.conversation_id is null or c.conversation_id = new.id or new.status <> 'ended')
    and (
      (c.conversation_id, c.conversation_status, c.agent_id, c.waiting_since, c.priority)
      is distinct from (new.id, new.status, v_agent_id, v_waiting_since, new.priority)
      or new.status <> 'ended' and c.archived_at is not null
    );
  return null;
end
$$;
comment on function support_private.follow_conversation() is 'Copies the state of a chat''s newest conversation to the chat, for the inbox.';
revoke execute on function support_private.follow_conversation() from public;

create trigger support_conversations_follow
after insert or update on public.support_conversations
for each row execute function support_private.follow_conversation();
