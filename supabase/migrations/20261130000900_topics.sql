-- Topics of Realtime: who may receive and who may send on them.
-- Creates: policies on realtime.messages, for topics that begin with support_ or admin_support_ only; in support_private
--          may_use_topic, may_see_chat, is_own_topic, id_from_text.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function support_private.id_from_text(p_text text)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when p_text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_text::uuid end
$$;
comment on function support_private.id_from_text(text) is
  'The id in a text of a client, if it has the exact form that the database writes; else null.';
revoke execute on function support_private.id_from_text(text) from public;

-- Cast the text, never the column: every join of a topic calls this, and a cast column cannot use its index.
create function support_private.may_see_chat(p_chat_id text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.may_read_chat(support_private.id_from_text(p_chat_id))
$$;
comment on function support_private.may_see_chat(text) is 'Is the text the id of a chat that the caller may read?';
revoke execute on function support_private.may_see_chat(text) from public;

-- Definer: it reads chats and agents. The topic is text from the client, so only exact names match. support_staff is the topic of
-- the team.
create function support_private.may_use_topic(p_topic text, p_extension text, p_write boolean)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    case
      -- Clients may send only presence, because a receiver cannot verify the sender of a client's broadcast.
      when p_extension = 'presence' then p_topic = 'support_staff' and support_private.is_agent()
      when p_write or p_extension <> 'broadcast' then false
      when p_topic in ('admin_support_notifications', 'support_staff') then support_private.is_agent()
      when p_topic = 'support_settings' then support_private.caller_id() is not null
      when p_topic like 'support\_agent:%' then
        p_topic = 'support_agent:' || support_private.caller_id() and support_private.is_agent()
      when p_topic like 'support\_chat:%' then
        support_private.may_see_chat(substr(p_topic, length('support_chat:') + 1))
      when p_topic like 'support\_typing:%' then
        support_private.may_see_chat(substr(p_topic, length('support_typing:') + 1))
    end,
    false
  )
$$;
comment on function support_private.may_use_topic(text, text, boolean) is
  'May the caller receive (or, with p_write, send) on a topic of the support chat? Only the database sends broadcasts.';
revoke execute on function support_private.may_use_topic(text, text, boolean) from public;
grant execute on function support_private.may_use_topic(text, text, boolean) to anon, authenticated;

create function support_private.is_own_topic(p_topic text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select coalesce(p_topic ~ '^(support|admin_support)_', false)
$$;
comment on function support_private.is_own_topic(text) is 'Does the topic belong to the support chat?';
revoke execute on function support_private.is_own_topic(text) from public;
grant execute on function support_private.is_own_topic(text) to anon, authenticated;

create policy "Customers and agents receive on support topics"
on realtime.messages for select to authenticated
using ((select support_private.may_use_topic((select realtime.topic()), messages.extension, false)));

create policy "Agents show their presence"
on realtime.messages for insert to authenticated
with check ((select support_private.may_use_topic((select realtime.topic()), messages.extension, true)));

-- Policies of a table are combined by OR. A policy of the host project, such as using (true), must not open our topics.
create policy "Other policies do not open support topics for receiving"
on realtime.messages as restrictive for select to anon, authenticated
using (
  not (select support_private.is_own_topic((select realtime.topic())))
  or (
    (select auth.uid()) is not null
    and (select support_private.may_use_topic((select realtime.topic()), messages.extension, false))
  )
);

create policy "Other policies do not open support topics for sending"
on realtime.messages as restrictive for insert to anon, authenticated
with check (
  not (select support_private.is_own_topic((select realtime.topic())))
  or (
    (select auth.uid()) is not null
    and (select support_private.may_use_topic((select realtime.topic()), messages.extension, true))
  )
);
-- Postgres also evaluates the restrictive policies for callers who are signed out.
grant usage on schema support_private to anon;
