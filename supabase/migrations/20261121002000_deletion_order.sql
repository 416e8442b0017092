-- The order of deletion: whoever deletes users or agents, by the API, by Auth or in SQL, waits for the calls under way before the
-- first row is locked. support_private.begin_work() says why.
-- Creates: triggers support_begin_work on the tables that go with users, support_begin_deletion on support_agents and auth.users,
--          support_begin_deletion on support_settings for a change of agent_roles.
-- Undo:    drop the triggers named here.

set lock_timeout = '5s';
set statement_timeout = '60s';

create trigger support_begin_work before insert or update or delete on public.support_chats
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_messages
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_conversations
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_attachments
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_notifications
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_notification_attempts
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_email_preferences
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_webhook_deliveries
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update or delete on public.support_webhook_attempts
for each statement execute function support_private.begin_work_of_statement();
create trigger support_begin_work before insert or update on public.support_agents
for each statement execute function support_private.begin_work_of_statement();

create trigger support_begin_deletion before delete on public.support_agents
for each statement execute function support_private.begin_deletion_of_statement();
create trigger support_begin_deletion before delete on auth.users
for each statement execute function support_private.begin_deletion_of_statement();
-- It takes agents off the team whose role is no longer among them.
create trigger support_begin_deletion before update of agent_roles on public.support_settings
for each statement execute function support_private.begin_deletion_of_statement();
