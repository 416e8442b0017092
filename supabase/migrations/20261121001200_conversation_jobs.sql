-- Jobs of conversations: what only hosted Supabase (pg_cron) has.
-- Creates: the schedule support-chat-conversations, every minute.
-- Undo:    select cron.unschedule('support-chat-conversations'); drop function support_private.work_conversations().

set lock_timeout = '5s';
set statement_timeout = '60s';

create extension if not exists pg_cron with schema pg_catalog;

create or replace function support_private.work_conversations()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform support_private.end_inactive_conversations();
  perform support_private.requeue_abandoned();
  perform support_private.assign_waiting();
end
$$;
comment on function support_private.work_conversations() is 'Ends inactive conversations, gives back those of agents who are gone, and assigns the queue.';
revoke execute on function support_private.work_conversations() from public;

select cron.schedule('support-chat-conversations', '* * * * *', 'select support_private.work_conversations()');
