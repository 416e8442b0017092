-- Typing and presence. Receivers cannot verify the sender of a client's broadcast, so clients call functions, and the database limits
-- the calls and broadcasts the caller's identity.
-- Creates: table support_private.agent_presence; functions send_support_typing, set_support_presence, list_support_presence.

set lock_timeout = '5s';
set statement_timeout = '60s';

insert into support_private.limits (action, amount, period) values
  ('typing', 60, '1 minute'),
  ('presence', 60, '1 minute');

-- Definer: no role of the API may send on the topic, and customers may not read the agents' names.
create function support_private.broadcast_typing(p_chat_id uuid, p_typing boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_owner uuid;
  v_name text;
begin
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  select c.user_id into v_owner from public.support_chats c where c.id = p_chat_id;
  if v_owner is distinct from support_private.caller_id() then
    select a.display_name into v_name from public.support_agents a where a.user_id = support_private.caller_id();
    if v_owner is null or not support_private.is_agent() then
      perform support_private.fail(404, 'support_chat_not_found');
    end if;
  end if;
  perform support_private.use_allowance('typing');
  perform support_private.broadcast(
    'support_typing:' || p_chat_id, 'typing',
    jsonb_build_object(
      'chat_id', p_chat_id, 'sender_id', support_private.caller_id(), 'name', v_name, 'typing', coalesce(p_typing, false),
      'sender_type', case when v_owner = support_private.caller_id() then 'user' else 'admin' end
    )
  );
end
$$;
comment on function support_private.broadcast_typing(uuid, boolean) is
  'Broadcasts that the caller types in a chat, or has stopped, with their side, id and name from the database.';
revoke execute on function support_private.broadcast_typing(uuid, boolean) from public;
grant execute on function support_private.broadcast_typing(uuid, boolean) to authenticated;

create function public.send_support_typing(p_chat_id uuid, p_typing boolean)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.broadcast_typing(p_chat_id, p_typing)
$$;
comment on function public.send_support_typing(uuid, boolean) is
  'Shows in the chat that the caller types, or has stopped; call it at most every few seconds.';
revoke execute on function public.send_support_typing(uuid, boolean) from public, anon;
grant execute on function public.send_support_typing(uuid, boolean) to authenticated;

-- A separate table, because assignments lock rows of support_agents.
create table support_private.agent_presence (
  user_id uuid primary key references public.support_agents (user_id) on delete cascade,
  -- It has no foreign key, so that deleting a chat takes no locks here.
  chat_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default clock_timestamp()
);
comment on table support_private.agent_presence is
  'The chat that each agent views. Only set_presence() writes it; no role of the API has a right to it.';

alter table support_private.agent_presence enable row level security;
revoke all on table support_private.agent_presence from public, anon, authenticated, service_role;

create trigger support_begin_work before insert or update or delete on support_private.agent_presence
for each statement execute function support_private.begin_work_of_statement();

-- Definer: no role of the API may write the table or send on the topic.
create function support_private.set_presence(p_chat_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_chat_id uuid := (select c.id from public.support_chats c where c.id = p_chat_id);
begin
  perform support_private.require_agent();
  perform support_private.use_allowance('presence');
  insert into support_private.agent_presence as p (user_id, chat_id) values (support_private.caller_id(), v_chat_id)
  on conflict (user_id) do update set chat_id = excluded.chat_id, updated_at = clock_timestamp();
  perform support_private.broadcast(
    'support_staff', 'presence_changed',
    jsonb_build_object('user_id', a.user_id, 'name', a.display_name, 'chat_id', v_chat_id)
  )
  from public.support_agents a
  where a.user_id = support_private.caller_id();
end
$$;
comment on function support_private.set_presence(uuid) is 'Stores which chat the calling agent views, and broadcasts it to the team.';
revoke execute on function support_private.set_presence(uuid) from public;
grant execute on function support_private.set_presence(uuid) to authenticated;

create function public.set_support_presence(p_chat_id uuid default null)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select support_private.set_presence(p_chat_id)
$$;
comment on function public.set_support_presence(uuid) is 'Shows the team which chat the calling agent views; null for none. Agents only.';
revoke execute on function public.set_support_presence(uuid) from public, anon;
grant execute on function public.set_support_presence(uuid) to authenticated;

-- Definer: no role of the API may read the table.
create function support_private.list_presence()
returns table (user_id uuid, name text, chat_id uuid)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return query
  select a.user_id, a.display_name, p.chat_id
  from public.support_agents a left join support_private.agent_presence p on p.user_id = a.user_id
  where support_private.is_online(a)
  order by a.display_name, a.user_id;
end
$$;
comment on function support_private.list_presence() is
  'The agents who are online, and the chat that each views.';
revoke execute on function support_private.list_presence() from public;
grant execute on function support_private.list_presence() to authenticated;

create function public.list_support_presence()
returns table (user_id uuid, name text, chat_id uuid)
language sql
stable
security invoker
set search_path = ''
as $$
  select * from support_private.list_presence()
$$;
comment on function public.list_support_presence() is 'The agents who are online, and the chat that each views. Agents only.';
revoke execute on function public.list_support_presence() from public, anon;
grant execute on function public.list_support_presence() to authenticated;
