-- Removal of stored broadcasts: Realtime keeps the broadcasts of the database for 72 hours and can replay them to new subscribers,
-- so erased, hidden and deleted content is removed from realtime.messages, too.
-- Creates: table support_private.broadcast_removals; functions support_private.forget_broadcasts, and those of the triggers
--          on support_messages, support_chats, support_conversations, support_agents, support_settings and auth.users; cron
--          job support-forget-broadcasts.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- A transaction collects its removals and does them at its end. A removal reads all of realtime.messages (docs/adr/0007), so a
-- transaction that deletes a thousand users reads it only once.
create table support_private.broadcast_removals (
  id bigint generated always as identity primary key,
  -- All broadcasts of this topic.
  topic text,
  -- All broadcasts about this chat, on every topic.
  chat_id uuid,
  -- All broadcasts that name this agent.
  agent_id uuid,
  -- Set when a removal failed, or another transaction held a lock of its rows.
  tried_at timestamptz,
  created_at timestamptz not null default now(),
  constraint broadcast_removals_one_kind check (num_nonnulls(topic, chat_id, agent_id) = 1)
);
comment on table support_private.broadcast_removals is
  'Broadcasts to remove from realtime.messages. It has rows between transactions only if a removal failed or found locked rows; '
  'pg_cron then tries again every minute.';

alter table support_private.broadcast_removals enable row level security;
revoke all on table support_private.broadcast_removals from public, anon, authenticated;

-- realtime.messages belongs to Realtime, which grants all rights to postgres, the owner of this function.
create function support_private.forget_broadcasts()
returns bigint
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_ids bigint[];
  v_topics text[];
  v_chats text[];
  v_agents text[];
  v_found uuid[];
  v_free uuid[];
  v_removed bigint := 0;
begin
  select
    coalesce(array_agg(r.id), '{}'),
    coalesce(array_agg(coalesce(r.topic, 'support_chat:' || r.chat_id, 'support_agent:' || r.agent_id)), '{}'),
    coalesce(array_agg(r.chat_id) filter (where r.chat_id is not null), '{}'),
    coalesce(array_agg(r.agent_id) filter (where r.agent_id is not null), '{}')
  into v_ids, v_topics, v_chats, v_agents
  from (select q.* from support_private.broadcast_removals q for update skip locked) r;
  if v_ids = '{}' then
    return 0;
  end if;
  select coalesce(array_agg(m.id), '{}') into v_found
  from realtime.messages m
  where m.extension = 'broadcast' and m.private
    and (
      m.topic in (select unnest(v_topics))
      or (m.topic = 'admin_support_notifications' or m.topic like any (array['support\_agent:%', 'support\_typing:%']))
        and m.payload ->> 'chat_id' in (select unnest(v_chats))
      -- These contain the name of an agent.
      or v_agents <> '{}' and (m.topic = 'admin_support_notifications' or m.topic like 'support\_chat:%') and (
        m.payload #>> '{message,sender_id}' in (select unnest(v_agents))
        or m.payload #>> '{conversation,agent_id}' in (select unnest(v_agents))
        or m.payload #>> '{chat,agent_id}' in (select unnest(v_agents))
      )
      or m.topic like 'support\_typing:%' and m.payload ->> 'sender_id' in (select unnest(v_agents))
      or m.topic = 'support_staff' and m.payload ->> 'user_id' in (select unnest(v_agents))
    );
  -- Two removals may find the same broadcast. Neither waits for the other, because each holds locks of chats and agents.
  v_free := array(select m.id from realtime.messages m where m.id = any (v_found) for update skip locked);
  delete from realtime.messages m where m.id = any (v_free);
  get diagnostics v_removed = row_count;
  if v_removed = cardinality(v_found) then
    delete from support_private.broadcast_removals r where r.id = any (v_ids);
  else
    update support_private.broadcast_removals r set tried_at = clock_timestamp() where r.id = any (v_ids);
  end if;
  return v_removed;
exception
  -- Erasing must not fail because Realtime's table cannot be written. pg_cron tries again, and the fault is listed for admins.
  when others then
    perform support_private.record_fault('realtime.messages', sqlerrm);
    update support_private.broadcast_removals r set tried_at = clock_timestamp() where r.id = any (v_ids);
    return 0;
end
$$;
comment on function support_private.forget_broadcasts() is
  'Removes the stored broadcasts of broadcast_removals and returns how many; a failure is recorded in support_faults. Run at the '
  'end of a transaction that erases something, and by pg_cron for the rest.';
revoke execute on function support_private.forget_broadcasts() from public;

-- Definer: roles that erase rows have no right to realtime.messages.
create function support_private.forget_broadcasts_at_commit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The first row of a transaction removes the broadcasts of all its rows.
  if exists (select from support_private.broadcast_removals r where r.id = new.id and r.tried_at is null) then
    perform support_private.forget_broadcasts();
  end if;
  return null;
end
$$;
comment on function support_private.forget_broadcasts_at_commit() is 'Removes stored broadcasts at the end of the transaction.';
revoke execute on function support_private.forget_broadcasts_at_commit() from public;

create constraint trigger broadcast_removals_work
after insert on support_private.broadcast_removals
deferrable initially deferred
for each row execute function support_private.forget_broadcasts_at_commit();

-- Erased rows --------------------------------------------------------------------------------------
-- Triggers also cover rows that a cascade, the secret key or the SQL editor deletes. All are definer functions, because roles that
-- delete or change a row may not write broadcast_removals.

-- Definer: no role of the API may write broadcast_removals.
create function support_private.forget_message_broadcasts()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (chat_id) select distinct g.chat_id from gone g;
  return null;
end
$$;
comment on function support_private.forget_message_broadcasts() is
  'Plans the removal of the broadcasts of chats whose messages were deleted.';
revoke execute on function support_private.forget_message_broadcasts() from public;

create trigger support_messages_forget_broadcasts
after delete on public.support_messages
referencing old table as gone
for each statement execute function support_private.forget_message_broadcasts();

-- Definer: no role of the API may write broadcast_removals.
create function support_private.forget_chat_broadcasts()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (chat_id) values (old.id);
  return null;
end
$$;
comment on function support_private.forget_chat_broadcasts() is 'Plans the removal of the broadcasts about a deleted chat.';
revoke execute on function support_private.forget_chat_broadcasts() from public;

create trigger support_chats_forget_broadcasts
after delete on public.support_chats
for each row execute function support_private.forget_chat_broadcasts();

-- Definer: no role of the API may write broadcast_removals.
create function support_private.forget_changed_message()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (chat_id) values (old.chat_id);
  return null;
end
$$;
comment on function support_private.forget_changed_message() is
  'Plans the removal of the broadcasts of a chat in which a message was changed.';
revoke execute on function support_private.forget_changed_message() from public;

create trigger support_messages_forget_changed
after update of content, attachments, sender_name on public.support_messages
for each row
when ((old.content, old.attachments, old.sender_name) is distinct from (new.content, new.attachments, new.sender_name))
execute function support_private.forget_changed_message();

-- Definer: no role of the API may write broadcast_removals. Content that is hidden from the customer is removed from their topic
-- only, because agents still see it.
create function support_private.forget_hidden_broadcasts()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.user_deleted_at is not null or not (select s.allow_view_history from public.support_settings s) then
    insert into support_private.broadcast_removals (topic) values ('support_chat:' || new.chat_id);
  end if;
  return null;
end
$$;
comment on function support_private.forget_hidden_broadcasts() is
  'Plans the removal of the broadcasts of a chat when a conversation in it is hidden from its customer.';
revoke execute on function support_private.forget_hidden_broadcasts() from public;

create trigger support_conversations_forget_hidden
after update of user_deleted_at, status on public.support_conversations
for each row
when (
  old.user_deleted_at is null and new.user_deleted_at is not null
  or old.status <> 'ended' and new.status = 'ended'
)
execute function support_private.forget_hidden_broadcasts();

-- Definer: no role of the API may write broadcast_removals.
create function support_private.forget_history_broadcasts()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Conversations that ended earlier have no stored broadcasts.
  insert into support_private.broadcast_removals (topic)
  select distinct 'support_chat:' || v.chat_id
  from public.support_conversations v
  where v.status = 'ended' and v.updated_at > now() - interval '5 days';
  return null;
end
$$;
comment on function support_private.forget_history_broadcasts() is
  'Plans the removal of the broadcasts of chats with ended conversations when the settings begin to hide history.';
revoke execute on function support_private.forget_history_broadcasts() from public;

create trigger support_settings_forget_history
after update of allow_view_history on public.support_settings
for each row when (old.allow_view_history and not new.allow_view_history)
execute function support_private.forget_history_broadcasts();

-- Definer: no role of the API may write broadcast_removals.
create function support_private.forget_agent_broadcasts()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (agent_id) values (old.user_id);
  return null;
end
$$;
comment on function support_private.forget_agent_broadcasts() is
  'Plans the removal of the broadcasts that name an agent who leaves the team.';
revoke execute on function support_private.forget_agent_broadcasts() from public;

create trigger support_agents_forget_broadcasts
after delete on public.support_agents
for each row execute function support_private.forget_agent_broadcasts();

-- Definer: Auth changes users, but has no rights in this schema.
create function support_private.forget_user_broadcasts()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (chat_id)
  select c.id from public.support_chats c where c.user_id = new.id;
  return null;
exception
  -- An error here must not stop the host project from changing a user.
  when others then
    perform support_private.record_fault('realtime.messages', sqlerrm);
    return null;
end
$$;
comment on function support_private.forget_user_broadcasts() is
  'Plans the removal of the broadcasts with a customer''s former address or name; an error is recorded in support_faults '
  'and stops nothing.';
revoke execute on function support_private.forget_user_broadcasts() from public;

create trigger support_users_forget_broadcasts
after update of email, raw_user_meta_data on auth.users
for each row
when (
  (old.email, old.raw_user_meta_data ->> 'full_name', old.raw_user_meta_data ->> 'name')
    is distinct from (new.email, new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name')
)
execute function support_private.forget_user_broadcasts();

select cron.schedule('support-forget-broadcasts', '* * * * *', 'select support_private.forget_broadcasts()');
