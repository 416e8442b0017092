-- The schema as it stands, made from the migrations by `npm run generate`. Do not edit: change the migrations.
-- Types, then tables with their columns, checks, indexes, rights, policies and triggers, then functions with their rights,
-- each kind sorted by name.

create type public.support_agent_role as enum ('agent', 'admin');

create type public.support_agent_tier as enum ('regular', 'senior');

create type public.support_attachment_status as enum ('uploading', 'ready', 'refused');

create type public.support_chat_list_item as (
  id uuid,
  user_id uuid,
  user_email text,
  user_name text,
  last_message_at timestamp with time zone,
  last_message_preview text,
  last_message_sender public.support_sender_type,
  message_count bigint,
  unread boolean,
  archived boolean,
  admin_viewed_at timestamp with time zone,
  created_at timestamp with time zone,
  conversation_id uuid,
  conversation_status public.support_conversation_status,
  agent_id uuid,
  agent_name text,
  waiting_since timestamp with time zone,
  priority bigint
);
comment on type public.support_chat_list_item is 'One row of the inbox.';

create type public.support_conversation_end as enum ('user', 'staff', 'inactivity', 'archive');
comment on type public.support_conversation_end is 'Who ended a conversation: the customer (`user`), an agent (`staff`), inactivity, or the archiving of its chat.';

create type public.support_conversation_state as (
  id uuid,
  chat_id uuid,
  status public.support_conversation_status,
  agent_id uuid,
  started_at timestamp with time zone,
  queued_at timestamp with time zone,
  accepted_at timestamp with time zone,
  ended_at timestamp with time zone,
  ended_by public.support_conversation_end,
  rating bigint,
  feedback text
);
comment on type public.support_conversation_state is 'A conversation as functions for customers return it. The fields are listed, so that a new column is not returned unintentionally.';

create type public.support_conversation_status as enum ('waiting', 'active', 'ended');

create type public.support_history_deletion as enum ('off', 'hide', 'erase');

create type public.support_inbox_view as enum ('active', 'mine', 'waiting', 'open', 'ended', 'archived');

create type public.support_notice as (
  id uuid,
  chat_id uuid,
  conversation_id uuid,
  user_email text,
  preview text,
  note text,
  created_at timestamp with time zone
);
comment on type public.support_notice is 'A notice for one agent: a conversation was assigned to them, or (with a note) needs their attention.';

create type public.support_rule_condition as enum ('always', 'attribute', 'business_hours', 'outside_hours');

create type public.support_sender_type as enum ('user', 'admin', 'system');
comment on type public.support_sender_type is 'Who wrote a message: the customer (user), an agent (admin) or the product (system).';

create type public.support_upload as (
  id uuid,
  chat_id uuid,
  message_id uuid,
  path text,
  name text,
  mime_type text,
  size_bytes bigint,
  width bigint,
  height bigint,
  status public.support_attachment_status,
  refusal text,
  created_at timestamp with time zone
);
comment on type public.support_upload is 'A file for its uploader. The fields are listed, so that a new column is not returned unintentionally.';

create table public.support_agents (
  user_id uuid not null,
  display_name text not null,
  role public.support_agent_role not null default 'agent'::public.support_agent_role,
  tier public.support_agent_tier not null default 'regular'::public.support_agent_tier,
  max_active bigint,
  available boolean not null default true,
  last_seen_at timestamp with time zone,
  last_assigned_at timestamp with time zone,
  from_role boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_agents_pkey PRIMARY KEY (user_id),
  constraint support_agents_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint support_agents_display_name_check CHECK (support_private.is_line(display_name, 80)),
  constraint support_agents_max_active_check CHECK (((max_active >= 1) AND (max_active <= 1000)))
);
comment on table public.support_agents is 'The support team. A user is an agent if they have a row here, so removing it takes effect with the next request.';
comment on column public.support_agents.max_active is 'The most active conversations; null means the setting.';
comment on column public.support_agents.available is 'Whether the agent is available or away, as they chose.';
comment on column public.support_agents.last_seen_at is 'The last heartbeat of an open dashboard.';
comment on column public.support_agents.last_assigned_at is 'When the agent last got a conversation; the one who has been idle longest is next.';
comment on column public.support_agents.from_role is 'On the team only by support_settings.agent_roles, so removed with the role. Agents who were added, and admins, stay.';

alter table public.support_agents enable row level security;
grant select on table public.support_agents to authenticated;
grant select, insert, update, delete on table public.support_agents to service_role;

create policy "Agents read the team" on public.support_agents for select to authenticated
using (( SELECT support_private.is_agent() AS is_agent));

CREATE TRIGGER support_agents_forget_broadcasts AFTER DELETE ON public.support_agents FOR EACH ROW EXECUTE FUNCTION support_private.forget_agent_broadcasts();
CREATE TRIGGER support_agents_keep_admins BEFORE INSERT OR UPDATE OF role, from_role ON public.support_agents FOR EACH ROW EXECUTE FUNCTION support_private.keep_admins();
CREATE TRIGGER support_agents_requeue BEFORE DELETE ON public.support_agents FOR EACH ROW EXECUTE FUNCTION support_private.requeue_of_removed_agent();
CREATE TRIGGER support_agents_touch_updated_at BEFORE UPDATE ON public.support_agents FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();
CREATE TRIGGER support_begin_deletion BEFORE DELETE ON public.support_agents FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_deletion_of_statement();
CREATE TRIGGER support_begin_work BEFORE INSERT OR UPDATE ON public.support_agents FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();

create table public.support_assignment_rules (
  id bigint not null generated always as identity,
  name text not null,
  condition public.support_rule_condition not null default 'always'::public.support_rule_condition,
  attribute text,
  attribute_value text,
  tier public.support_agent_tier not null,
  weight bigint not null default 1,
  enabled boolean not null default true,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_assignment_rules_pkey PRIMARY KEY (id),
  constraint support_assignment_rules_attribute_check CHECK (support_private.is_line(attribute, 100)),
  constraint support_assignment_rules_attribute_named CHECK (((condition = 'attribute'::public.support_rule_condition) = ((attribute IS NOT NULL) AND (attribute_value IS NOT NULL)))),
  constraint support_assignment_rules_attribute_value_check CHECK (((attribute_value = ''::text) OR support_private.is_line(attribute_value, 200))),
  constraint support_assignment_rules_name_check CHECK (support_private.is_line(name, 80)),
  constraint support_assignment_rules_weight_check CHECK (((weight >= 1) AND (weight <= 1000)))
);
comment on table public.support_assignment_rules is 'Rules of automatic assignment: if the condition is true, agents of the tier get the weight.';

alter table public.support_assignment_rules enable row level security;
grant select, delete on table public.support_assignment_rules to authenticated;
grant select, insert, update, delete on table public.support_assignment_rules to service_role;
grant insert (attribute, attribute_value, condition, enabled, name, tier, weight) on table public.support_assignment_rules to authenticated;
grant update (attribute, attribute_value, condition, enabled, name, tier, weight) on table public.support_assignment_rules to authenticated;

create policy "Admins add assignment rules" on public.support_assignment_rules for insert to authenticated
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins change assignment rules" on public.support_assignment_rules for update to authenticated
using (( SELECT support_private.is_admin() AS is_admin))
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins remove assignment rules" on public.support_assignment_rules for delete to authenticated
using (( SELECT support_private.is_admin() AS is_admin));
create policy "Agents read the assignment rules" on public.support_assignment_rules for select to authenticated
using (( SELECT support_private.is_agent() AS is_agent));

CREATE TRIGGER support_assignment_rules_limit_changes BEFORE INSERT OR DELETE OR UPDATE ON public.support_assignment_rules FOR EACH STATEMENT EXECUTE FUNCTION support_private.limit_admin_changes();
CREATE TRIGGER support_assignment_rules_touch_updated_at BEFORE UPDATE ON public.support_assignment_rules FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_attachments (
  id uuid not null,
  chat_id uuid not null,
  message_id uuid,
  uploader_id uuid,
  path text not null generated always as ((((((chat_id)::text || '/'::text) || (id)::text) || '.'::text) || support_private.file_extension(mime_type))) stored,
  name text not null,
  mime_type text not null,
  size_bytes bigint not null,
  width bigint,
  height bigint,
  status public.support_attachment_status not null default 'uploading'::public.support_attachment_status,
  refusal text,
  checked_at timestamp with time zone,
  checked_version text,
  check_expires_at timestamp with time zone,
  ticket_expires_at timestamp with time zone not null default (now() + '01:00:00'::interval),
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_attachments_pkey PRIMARY KEY (id),
  constraint support_attachments_path_key UNIQUE (path),
  constraint support_attachments_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.support_chats(id) ON DELETE CASCADE,
  constraint support_attachments_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.support_messages(id) ON DELETE CASCADE,
  constraint support_attachments_uploader_id_fkey FOREIGN KEY (uploader_id) REFERENCES auth.users(id) ON DELETE SET NULL,
  constraint support_attachments_height_check CHECK (((height >= 1) AND (height <= 16384))),
  constraint support_attachments_mime_type_check CHECK ((support_private.file_extension(mime_type) IS NOT NULL)),
  constraint support_attachments_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
  constraint support_attachments_only_ready_attached CHECK (((message_id IS NULL) OR (status = 'ready'::public.support_attachment_status))),
  constraint support_attachments_refusal_check CHECK ((refusal ~ '^support_file_[a-z_]+$'::text)),
  constraint support_attachments_refused_has_code CHECK (((status = 'refused'::public.support_attachment_status) = (refusal IS NOT NULL))),
  constraint support_attachments_size_bytes_check CHECK ((size_bytes > 0)),
  constraint support_attachments_width_check CHECK (((width >= 1) AND (width <= 16384)))
);
comment on table public.support_attachments is 'Files of messages. A row is first a ticket to upload to its path, then ready after the check of the bytes, and belongs to one message.';
comment on column public.support_attachments.refusal is 'The code with which the check refused the file (support_file_…).';
comment on column public.support_attachments.check_expires_at is 'A running check blocks other checks until this time.';
comment on column public.support_attachments.ticket_expires_at is 'The upload must begin before this time; a repeated call renews it.';

CREATE INDEX support_attachments_chat_id_idx ON public.support_attachments USING btree (chat_id);
CREATE INDEX support_attachments_message_id_idx ON public.support_attachments USING btree (message_id);
CREATE INDEX support_attachments_name_idx ON public.support_attachments USING gin (name extensions.gin_trgm_ops) WHERE (message_id IS NOT NULL);
CREATE INDEX support_attachments_unused_idx ON public.support_attachments USING btree (created_at) WHERE (message_id IS NULL);
CREATE INDEX support_attachments_uploader_id_idx ON public.support_attachments USING btree (uploader_id, created_at);

alter table public.support_attachments enable row level security;
grant select, insert, update, delete on table public.support_attachments to service_role;
grant select (chat_id, created_at, height, id, message_id, mime_type, name, path, refusal, size_bytes, status, uploader_id, width) on table public.support_attachments to authenticated;

create policy "People see their unsent files, and those of their messages" on public.support_attachments for select to authenticated
using ((((chat_id >= ( SELECT support_private.first_readable_chat() AS first_readable_chat)) AND (chat_id <= ( SELECT support_private.last_readable_chat() AS last_readable_chat))) AND
CASE
    WHEN (message_id IS NULL) THEN (uploader_id = ( SELECT support_private.caller_id() AS caller_id))
    ELSE (EXISTS ( SELECT
       FROM public.support_messages m
      WHERE (m.id = support_attachments.message_id)))
END));

CREATE TRIGGER support_attachments_queue_refused AFTER UPDATE OF status ON public.support_attachments FOR EACH ROW WHEN (((new.status = 'refused'::public.support_attachment_status) AND (old.status <> 'refused'::public.support_attachment_status))) EXECUTE FUNCTION support_private.queue_file_removal();
CREATE TRIGGER support_attachments_queue_removal AFTER DELETE ON public.support_attachments FOR EACH ROW EXECUTE FUNCTION support_private.queue_file_removal();
CREATE TRIGGER support_attachments_touch_updated_at BEFORE UPDATE ON public.support_attachments FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();
CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_attachments FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();

create table public.support_chats (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  last_message_at timestamp with time zone,
  admin_viewed_at timestamp with time zone,
  archived_at timestamp with time zone,
  last_seq bigint not null default 0,
  message_count bigint not null default 0,
  last_message_preview text,
  last_message_sender public.support_sender_type,
  last_user_message_at timestamp with time zone,
  unread boolean not null generated always as (((last_user_message_at IS NOT NULL) AND ((admin_viewed_at IS NULL) OR (last_user_message_at > admin_viewed_at)))) stored,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  conversation_id uuid,
  conversation_status public.support_conversation_status,
  agent_id uuid,
  waiting_since timestamp with time zone,
  priority bigint not null default 0,
  constraint support_chats_pkey PRIMARY KEY (id),
  constraint support_chats_user_id_key UNIQUE (user_id),
  constraint support_chats_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.support_agents(user_id) ON DELETE SET NULL,
  constraint support_chats_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.support_conversations(id) ON DELETE SET NULL,
  constraint support_chats_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint support_chats_last_message_preview_check CHECK ((char_length(last_message_preview) <= 100)),
  constraint support_chats_last_seq_check CHECK ((last_seq >= 0)),
  constraint support_chats_message_count_check CHECK ((message_count >= 0))
);
comment on table public.support_chats is 'One chat per user. Archiving only moves it out of the inbox, and can be undone.';
comment on column public.support_chats.last_seq is 'The newest seq. The next message takes last_seq + 1 under this row''s lock, so seq has no gaps and is in commit order.';
comment on column public.support_chats.message_count is 'The messages of customer and agents; system messages are not counted.';
comment on column public.support_chats.unread is 'For agents: has the customer written since an agent last viewed the chat?';

CREATE INDEX support_chats_active_idx ON public.support_chats USING btree (last_message_at DESC, id DESC) WHERE (archived_at IS NULL);
CREATE INDEX support_chats_agent_id_idx ON public.support_chats USING btree (agent_id, last_message_at DESC, id DESC) WHERE (conversation_status = 'active'::public.support_conversation_status);
CREATE INDEX support_chats_agent_idx ON public.support_chats USING btree (agent_id);
CREATE INDEX support_chats_archived_at_idx ON public.support_chats USING btree (archived_at);
CREATE INDEX support_chats_archived_idx ON public.support_chats USING btree (last_message_at DESC, id DESC) WHERE (archived_at IS NOT NULL);
CREATE INDEX support_chats_conversation_id_idx ON public.support_chats USING btree (conversation_id);
CREATE INDEX support_chats_ended_idx ON public.support_chats USING btree (last_message_at DESC, id DESC) WHERE (conversation_status = 'ended'::public.support_conversation_status);
CREATE INDEX support_chats_last_message_at_idx ON public.support_chats USING btree (last_message_at DESC, id DESC);
CREATE INDEX support_chats_open_idx ON public.support_chats USING btree (last_message_at DESC, id DESC) WHERE (conversation_status = ANY (ARRAY['waiting'::public.support_conversation_status, 'active'::public.support_conversation_status]));
CREATE INDEX support_chats_unread_idx ON public.support_chats USING btree (id) WHERE (unread AND (archived_at IS NULL));
CREATE INDEX support_chats_waiting_idx ON public.support_chats USING btree (last_message_at DESC, id DESC) WHERE (conversation_status = 'waiting'::public.support_conversation_status);

alter table public.support_chats enable row level security;
grant select, insert, update, delete on table public.support_chats to service_role;
grant select (admin_viewed_at, created_at, id, last_message_at, last_seq, user_id) on table public.support_chats to authenticated;

create policy "Customers read their own chat, agents read every chat" on public.support_chats for select to authenticated
using (((id >= ( SELECT support_private.first_readable_chat() AS first_readable_chat)) AND (id <= ( SELECT support_private.last_readable_chat() AS last_readable_chat))));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_chats FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();
CREATE TRIGGER support_chats_announce AFTER UPDATE OF admin_viewed_at, archived_at ON public.support_chats FOR EACH ROW WHEN ((((old.unread IS DISTINCT FROM new.unread) AND (old.admin_viewed_at IS DISTINCT FROM new.admin_viewed_at)) OR (old.archived_at IS DISTINCT FROM new.archived_at))) EXECUTE FUNCTION support_private.announce_chat();
CREATE TRIGGER support_chats_emit AFTER INSERT ON public.support_chats FOR EACH ROW EXECUTE FUNCTION support_private.emit_chat();
CREATE TRIGGER support_chats_end_archived_conversation AFTER UPDATE OF archived_at ON public.support_chats FOR EACH ROW WHEN (((old.archived_at IS NULL) AND (new.archived_at IS NOT NULL))) EXECUTE FUNCTION support_private.end_archived_conversation();
CREATE TRIGGER support_chats_forget_broadcasts AFTER DELETE ON public.support_chats FOR EACH ROW EXECUTE FUNCTION support_private.forget_chat_broadcasts();
CREATE TRIGGER support_chats_resume_emails AFTER UPDATE OF archived_at ON public.support_chats FOR EACH ROW WHEN (((old.archived_at IS NOT NULL) AND (new.archived_at IS NULL))) EXECUTE FUNCTION support_private.resume_emails();
CREATE TRIGGER support_chats_touch_updated_at BEFORE UPDATE ON public.support_chats FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_conversations (
  id uuid not null default gen_random_uuid(),
  chat_id uuid not null,
  status public.support_conversation_status not null default 'waiting'::public.support_conversation_status,
  agent_id uuid,
  user_snapshot jsonb not null default '{}'::jsonb,
  page text generated always as ("left"((user_snapshot ->> 'page'::text), 300)) stored,
  priority bigint not null default 0,
  started_at timestamp with time zone not null default now(),
  queued_at timestamp with time zone not null default now(),
  accepted_at timestamp with time zone,
  first_response_at timestamp with time zone,
  last_message_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  ended_by public.support_conversation_end,
  ended_by_id uuid,
  rating bigint,
  feedback text,
  rated_at timestamp with time zone,
  user_deleted_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_conversations_pkey PRIMARY KEY (id),
  constraint support_conversations_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.support_agents(user_id) ON DELETE SET NULL,
  constraint support_conversations_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.support_chats(id) ON DELETE CASCADE,
  constraint support_conversations_ended_by_id_fkey FOREIGN KEY (ended_by_id) REFERENCES auth.users(id) ON DELETE SET NULL,
  constraint support_conversations_active_has_agent CHECK (((status <> 'active'::public.support_conversation_status) OR (agent_id IS NOT NULL))),
  constraint support_conversations_ended_has_time CHECK (((status = 'ended'::public.support_conversation_status) = (ended_at IS NOT NULL))),
  constraint support_conversations_feedback_check CHECK ((char_length(feedback) <= 1000)),
  constraint support_conversations_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
  constraint support_conversations_rated_after_end CHECK (((rating IS NULL) OR (status = 'ended'::public.support_conversation_status))),
  constraint support_conversations_rating_check CHECK (((rating >= 1) AND (rating <= 5))),
  constraint support_conversations_user_snapshot_check CHECK (((jsonb_typeof(user_snapshot) = 'object'::text) AND (octet_length((user_snapshot)::text) <= 8192)))
);
comment on table public.support_conversations is 'Conversations inside a chat: waiting, active or ended. At most one per chat is open; support_private.transition_conversation() changes the status.';

CREATE INDEX support_conversations_agent_id_status_idx ON public.support_conversations USING btree (agent_id, status);
CREATE INDEX support_conversations_chat_id_started_at_idx ON public.support_conversations USING btree (chat_id, started_at DESC);
CREATE INDEX support_conversations_chat_id_status_idx ON public.support_conversations USING btree (chat_id, status);
CREATE INDEX support_conversations_ended_by_id_idx ON public.support_conversations USING btree (ended_by_id);
CREATE INDEX support_conversations_open_idx ON public.support_conversations USING btree (last_message_at) WHERE (status <> 'ended'::public.support_conversation_status);
CREATE INDEX support_conversations_page_idx ON public.support_conversations USING btree (started_at, page) WHERE (page IS NOT NULL);
CREATE INDEX support_conversations_queue_idx ON public.support_conversations USING btree (priority DESC, queued_at, id) WHERE (status = 'waiting'::public.support_conversation_status);
CREATE INDEX support_conversations_report_idx ON public.support_conversations USING btree (started_at) INCLUDE (chat_id, agent_id, accepted_at, first_response_at, ended_at, rating);
CREATE INDEX support_conversations_status_last_message_at_idx ON public.support_conversations USING btree (status, last_message_at DESC);
CREATE UNIQUE INDEX support_conversations_one_open_idx ON public.support_conversations USING btree (chat_id) WHERE (status <> 'ended'::public.support_conversation_status);

alter table public.support_conversations enable row level security;
grant select, insert, update, delete on table public.support_conversations to service_role;
grant select (accepted_at, agent_id, chat_id, ended_at, ended_by, id, queued_at, rating, started_at, status) on table public.support_conversations to authenticated;

create policy "Customers read their own conversations, agents all" on public.support_conversations for select to authenticated
using ((((chat_id >= ( SELECT support_private.first_readable_chat() AS first_readable_chat)) AND (chat_id <= ( SELECT support_private.last_readable_chat() AS last_readable_chat))) AND (( SELECT support_private.is_agent() AS is_agent) OR (id <> ALL (( SELECT support_private.hidden_conversation_ids() AS hidden_conversation_ids)::uuid[])))));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_conversations FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();
CREATE CONSTRAINT TRIGGER support_conversations_assign_after_end AFTER UPDATE OF status ON public.support_conversations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.status = 'active'::public.support_conversation_status) AND (new.status = 'ended'::public.support_conversation_status))) EXECUTE FUNCTION support_private.assign_after_end();
CREATE TRIGGER support_conversations_follow AFTER INSERT OR UPDATE ON public.support_conversations FOR EACH ROW EXECUTE FUNCTION support_private.follow_conversation();
CREATE TRIGGER support_conversations_forget_hidden AFTER UPDATE OF user_deleted_at, status ON public.support_conversations FOR EACH ROW WHEN ((((old.user_deleted_at IS NULL) AND (new.user_deleted_at IS NOT NULL)) OR ((old.status <> 'ended'::public.support_conversation_status) AND (new.status = 'ended'::public.support_conversation_status)))) EXECUTE FUNCTION support_private.forget_hidden_broadcasts();
CREATE TRIGGER support_conversations_guard_transition BEFORE INSERT OR UPDATE ON public.support_conversations FOR EACH ROW EXECUTE FUNCTION support_private.guard_transition();
CREATE CONSTRAINT TRIGGER support_conversations_notify_waiting AFTER INSERT OR UPDATE OF status ON public.support_conversations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status = 'waiting'::public.support_conversation_status)) EXECUTE FUNCTION support_private.notify_waiting();
CREATE TRIGGER support_conversations_touch_updated_at BEFORE UPDATE ON public.support_conversations FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_email_preferences (
  user_id uuid not null,
  token text not null default replace(((gen_random_uuid())::text || (gen_random_uuid())::text), '-'::text, ''::text),
  unsubscribed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_email_preferences_pkey PRIMARY KEY (user_id),
  constraint support_email_preferences_token_key UNIQUE (token),
  constraint support_email_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.support_email_preferences is 'Whether a customer gets emails about unread replies. Without a row they do.';

alter table public.support_email_preferences enable row level security;
grant select, insert, update, delete on table public.support_email_preferences to service_role;
grant select (unsubscribed_at, user_id) on table public.support_email_preferences to authenticated;

create policy "Customers read their own email preference" on public.support_email_preferences for select to authenticated
using ((user_id = ( SELECT support_private.caller_id() AS caller_id)));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_email_preferences FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();
CREATE TRIGGER support_email_preferences_touch_updated_at BEFORE UPDATE ON public.support_email_preferences FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_email_templates (
  kind text not null,
  locale text not null,
  subject text not null,
  body text not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_email_templates_pkey PRIMARY KEY (kind, locale),
  constraint support_email_templates_body_check CHECK (((char_length(body) <= 5000) AND (btrim(body, support_private.blank_characters()) <> ''::text))),
  constraint support_email_templates_kind_check CHECK ((kind = ANY (ARRAY['user_reply'::text, 'staff_waiting'::text]))),
  constraint support_email_templates_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'de'::text, 'es'::text, 'fr'::text, 'zh'::text]))),
  constraint support_email_templates_subject_check CHECK (((char_length(subject) <= 200) AND (subject !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text) AND (btrim(subject, support_private.blank_characters()) <> ''::text)))
);
comment on table public.support_email_templates is 'The team''s own text of an email, by kind and language, with variables. Without a row the email worker uses its default text.';

alter table public.support_email_templates enable row level security;
grant select, delete on table public.support_email_templates to authenticated;
grant select, insert, update, delete on table public.support_email_templates to service_role;
grant insert (body, kind, locale, subject) on table public.support_email_templates to authenticated;
grant update (body, subject) on table public.support_email_templates to authenticated;

create policy "Admins add templates" on public.support_email_templates for insert to authenticated
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins change templates" on public.support_email_templates for update to authenticated
using (( SELECT support_private.is_admin() AS is_admin))
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins read the templates" on public.support_email_templates for select to authenticated
using (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins remove templates" on public.support_email_templates for delete to authenticated
using (( SELECT support_private.is_admin() AS is_admin));

CREATE TRIGGER support_email_templates_check BEFORE INSERT OR UPDATE ON public.support_email_templates FOR EACH ROW EXECUTE FUNCTION support_private.check_template();
CREATE TRIGGER support_email_templates_limit_changes BEFORE INSERT OR DELETE OR UPDATE ON public.support_email_templates FOR EACH STATEMENT EXECUTE FUNCTION support_private.limit_admin_changes();
CREATE TRIGGER support_email_templates_touch_updated_at BEFORE UPDATE ON public.support_email_templates FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_faults (
  source text not null,
  message text not null,
  times bigint not null default 1,
  paused_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  last_at timestamp with time zone not null default now(),
  constraint support_faults_pkey PRIMARY KEY (source),
  constraint support_faults_source_check CHECK (((char_length(source) >= 1) AND (char_length(source) <= 100)))
);
comment on table public.support_faults is 'Faults in code that a team replaced or configured (rules, hooks), by source. They do not affect conversations; the dashboard lists them.';
comment on column public.support_faults.paused_until is 'A hook that took too long is not called before this time, unless its fault is dismissed.';

alter table public.support_faults enable row level security;
grant select, delete on table public.support_faults to authenticated;
grant select, insert, update, delete on table public.support_faults to service_role;

create policy "Admins dismiss faults" on public.support_faults for delete to authenticated
using (( SELECT support_private.is_admin() AS is_admin));
create policy "Agents read faults" on public.support_faults for select to authenticated
using (( SELECT support_private.is_agent() AS is_agent));

CREATE TRIGGER support_faults_limit_changes BEFORE DELETE ON public.support_faults FOR EACH STATEMENT EXECUTE FUNCTION support_private.limit_admin_changes();

create table public.support_messages (
  id uuid not null,
  chat_id uuid not null,
  conversation_id uuid,
  seq bigint not null,
  content text not null,
  attachments jsonb not null default '[]'::jsonb,
  sender_type public.support_sender_type not null default 'user'::public.support_sender_type,
  sender_id uuid,
  sender_name text,
  read_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_messages_pkey PRIMARY KEY (id),
  constraint support_messages_chat_id_seq_key UNIQUE (chat_id, seq),
  constraint support_messages_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.support_chats(id) ON DELETE CASCADE,
  constraint support_messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.support_conversations(id) ON DELETE SET NULL,
  constraint support_messages_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES auth.users(id) ON DELETE SET NULL,
  constraint support_attachments_too_many CHECK (((jsonb_typeof(attachments) = 'array'::text) AND (jsonb_array_length(attachments) <= 5))),
  constraint support_message_blank CHECK (
CASE
    WHEN (attachments = '[]'::jsonb) THEN (btrim(content, support_private.blank_characters()) <> ''::text)
    ELSE true
END),
  constraint support_message_too_long CHECK ((char_length(content) <= 4000)),
  constraint support_messages_sender_name_check CHECK ((char_length(sender_name) <= 80)),
  constraint support_messages_seq_check CHECK ((seq > 0))
);
comment on table public.support_messages is 'The messages of all chats. Only functions write them; seq orders them within a chat.';
comment on column public.support_messages.attachments is 'The files of the message: [{id, path, name, mime_type, size_bytes, width, height}]. Written by send_support_message.';
comment on column public.support_messages.read_at is 'When the customer read the message of an agent; null if it is unread.';

CREATE INDEX support_messages_chat_id_created_at_idx ON public.support_messages USING btree (chat_id, created_at);
CREATE INDEX support_messages_content_idx ON public.support_messages USING gin (content extensions.gin_trgm_ops);
CREATE INDEX support_messages_conversation_id_idx ON public.support_messages USING btree (conversation_id);
CREATE INDEX support_messages_sender_id_idx ON public.support_messages USING btree (sender_id);
CREATE INDEX support_messages_unread_idx ON public.support_messages USING btree (chat_id, seq) WHERE ((sender_type = 'admin'::public.support_sender_type) AND (read_at IS NULL));

alter table public.support_messages enable row level security;
grant select, insert, update, delete on table public.support_messages to service_role;
grant select (attachments, chat_id, content, conversation_id, created_at, id, read_at, sender_id, sender_name, sender_type, seq, updated_at) on table public.support_messages to authenticated;

create policy "Customers read messages of their own chat, agents all" on public.support_messages for select to authenticated
using ((((chat_id >= ( SELECT support_private.first_readable_chat() AS first_readable_chat)) AND (chat_id <= ( SELECT support_private.last_readable_chat() AS last_readable_chat))) AND (( SELECT support_private.is_agent() AS is_agent) OR (conversation_id IS NULL) OR (conversation_id <> ALL (( SELECT support_private.hidden_conversation_ids() AS hidden_conversation_ids)::uuid[])))));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_messages FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();
CREATE TRIGGER support_messages_announce AFTER INSERT ON public.support_messages FOR EACH ROW EXECUTE FUNCTION support_private.announce_message();
CREATE TRIGGER support_messages_emit AFTER INSERT ON public.support_messages FOR EACH ROW EXECUTE FUNCTION support_private.emit_message();
CREATE TRIGGER support_messages_forget_broadcasts AFTER DELETE ON public.support_messages REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION support_private.forget_message_broadcasts();
CREATE TRIGGER support_messages_forget_changed AFTER UPDATE OF content, attachments, sender_name ON public.support_messages FOR EACH ROW WHEN ((((old.content IS DISTINCT FROM new.content) OR (old.attachments IS DISTINCT FROM new.attachments)) OR (old.sender_name IS DISTINCT FROM new.sender_name))) EXECUTE FUNCTION support_private.forget_changed_message();
CREATE TRIGGER support_messages_notify AFTER INSERT ON public.support_messages FOR EACH ROW WHEN ((new.sender_type = 'admin'::public.support_sender_type)) EXECUTE FUNCTION support_private.enqueue_email();
CREATE TRIGGER support_messages_number BEFORE INSERT ON public.support_messages FOR EACH ROW EXECUTE FUNCTION support_private.number_message();
CREATE TRIGGER support_messages_touch_updated_at BEFORE UPDATE ON public.support_messages FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_notification_attempts (
  notification_id uuid not null,
  attempt bigint not null,
  outcome text not null,
  answer text,
  provider_id text,
  duration_ms bigint,
  worker uuid,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint support_notification_attempts_pkey PRIMARY KEY (notification_id, attempt),
  constraint support_notification_attempts_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES public.support_notifications(id) ON DELETE CASCADE,
  constraint support_notification_attempts_answer_check CHECK ((char_length(answer) <= 500)),
  constraint support_notification_attempts_attempt_check CHECK ((attempt >= 1)),
  constraint support_notification_attempts_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint support_notification_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['started'::text, 'sent'::text, 'failed'::text, 'retry'::text, 'postponed'::text]))),
  constraint support_notification_attempts_provider_id_check CHECK ((char_length(provider_id) <= 200))
);
comment on table public.support_notification_attempts is 'Each attempt to send a notice, with the response of the email provider.';

alter table public.support_notification_attempts enable row level security;
grant select, insert, update, delete on table public.support_notification_attempts to service_role;
grant select (answer, attempt, created_at, duration_ms, notification_id, outcome, provider_id) on table public.support_notification_attempts to authenticated;

create policy "Admins read the attempts" on public.support_notification_attempts for select to authenticated
using (( SELECT support_private.is_admin() AS is_admin));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_notification_attempts FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();

create table public.support_notifications (
  id uuid not null default gen_random_uuid(),
  kind text not null default 'user_reply'::text,
  chat_id uuid,
  conversation_id uuid,
  agent_id uuid,
  note text,
  status text not null default 'pending'::text,
  first_seq bigint,
  last_seq bigint,
  due_at timestamp with time zone not null,
  attempts bigint not null default 0,
  worker uuid,
  lease_expires_at timestamp with time zone,
  attempt_started_at timestamp with time zone,
  uncertain_since timestamp with time zone,
  request jsonb,
  recipient text,
  skip_reason text,
  last_error text,
  provider_id text,
  sent_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_notifications_pkey PRIMARY KEY (id),
  constraint support_notifications_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.support_agents(user_id) ON DELETE SET NULL,
  constraint support_notifications_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.support_chats(id) ON DELETE CASCADE,
  constraint support_notifications_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.support_conversations(id) ON DELETE CASCADE,
  constraint support_notifications_attempts_check CHECK ((attempts >= 0)),
  constraint support_notifications_check CHECK ((last_seq >= first_seq)),
  constraint support_notifications_kind_check CHECK (
CASE kind
    WHEN 'user_reply'::text THEN ((chat_id IS NOT NULL) AND (first_seq IS NOT NULL) AND (last_seq IS NOT NULL) AND (conversation_id IS NULL) AND (agent_id IS NULL) AND (note IS NULL))
    WHEN 'staff_waiting'::text THEN ((chat_id IS NOT NULL) AND (conversation_id IS NOT NULL) AND (recipient IS NOT NULL) AND (agent_id IS NULL) AND (note IS NULL) AND (first_seq IS NULL) AND (last_seq IS NULL))
    WHEN 'staff_assigned'::text THEN ((chat_id IS NOT NULL) AND (conversation_id IS NOT NULL) AND (recipient IS NULL) AND (first_seq IS NULL) AND (last_seq IS NULL))
    WHEN 'test'::text THEN ((recipient IS NOT NULL) AND (chat_id IS NULL) AND (conversation_id IS NULL) AND (agent_id IS NULL) AND (note IS NULL) AND (first_seq IS NULL) AND (last_seq IS NULL))
    ELSE false
END),
  constraint support_notifications_last_error_check CHECK ((char_length(last_error) <= 500)),
  constraint support_notifications_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 500))),
  constraint support_notifications_skip_reason_check CHECK ((skip_reason = ANY (ARRAY['read'::text, 'archived'::text, 'unsubscribed'::text, 'no_address'::text, 'disabled'::text, 'taken'::text, 'ended'::text, 'address_removed'::text]))),
  constraint support_notifications_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'skipped'::text, 'failed'::text])))
);
comment on table public.support_notifications is 'Every notice: emails about unread replies (user_reply), emails to the team about a waiting conversation (staff_waiting), test emails (test), and notices in the dashboard (staff_assigned). Only functions change rows.';
comment on column public.support_notifications.agent_id is 'For staff_assigned: the agent whose dashboard shows it.';
comment on column public.support_notifications.note is 'For staff_assigned: the note of support_notify_agent().';
comment on column public.support_notifications.request is 'The request to the email provider. Once it is set, further replies start another row.';
comment on column public.support_notifications.skip_reason is 'Why the email was not sent.';

CREATE INDEX support_notifications_agent_id_idx ON public.support_notifications USING btree (agent_id, created_at DESC);
CREATE INDEX support_notifications_chat_id_idx ON public.support_notifications USING btree (chat_id, created_at DESC);
CREATE INDEX support_notifications_conversation_id_idx ON public.support_notifications USING btree (conversation_id);
CREATE INDEX support_notifications_created_at_idx ON public.support_notifications USING btree (created_at DESC, id DESC);
CREATE INDEX support_notifications_due_idx ON public.support_notifications USING btree (due_at) WHERE (status = ANY (ARRAY['pending'::text, 'sending'::text]));
CREATE INDEX support_notifications_recipient_idx ON public.support_notifications USING btree (recipient, sent_at) WHERE (status = 'sent'::text);
CREATE UNIQUE INDEX support_notifications_open_key ON public.support_notifications USING btree (chat_id) WHERE ((kind = 'user_reply'::text) AND (status = ANY (ARRAY['pending'::text, 'sending'::text])) AND (request IS NULL));
CREATE UNIQUE INDEX support_notifications_waiting_key ON public.support_notifications USING btree (conversation_id, recipient) WHERE (kind = 'staff_waiting'::text);

alter table public.support_notifications enable row level security;
grant select, insert, update, delete on table public.support_notifications to service_role;
grant select (agent_id, attempts, chat_id, conversation_id, created_at, due_at, first_seq, id, kind, last_error, last_seq, note, provider_id, recipient, sent_at, skip_reason, status, updated_at) on table public.support_notifications to authenticated;

create policy "Admins read the notices" on public.support_notifications for select to authenticated
using (( SELECT support_private.is_admin() AS is_admin));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_notifications FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();
CREATE TRIGGER support_notifications_report_failed AFTER UPDATE OF status ON public.support_notifications FOR EACH ROW WHEN (((new.status = 'failed'::text) AND (old.status <> 'failed'::text))) EXECUTE FUNCTION support_private.report_failed_email();
CREATE TRIGGER support_notifications_touch_updated_at BEFORE UPDATE ON public.support_notifications FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_schedules (
  id bigint not null generated always as identity,
  weekday bigint not null,
  opens time without time zone not null,
  closes time without time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint support_schedules_pkey PRIMARY KEY (id),
  constraint support_schedules_weekday_opens_key UNIQUE (weekday, opens),
  constraint support_schedules_check CHECK ((closes > opens)),
  constraint support_schedules_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);
comment on table public.support_schedules is 'The team''s working hours. Without a row the team always works.';

alter table public.support_schedules enable row level security;
grant select, delete on table public.support_schedules to authenticated;
grant select, insert, update, delete on table public.support_schedules to service_role;
grant insert (closes, opens, weekday) on table public.support_schedules to authenticated;
grant update (closes, opens, weekday) on table public.support_schedules to authenticated;

create policy "Admins add working hours" on public.support_schedules for insert to authenticated
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins change working hours" on public.support_schedules for update to authenticated
using (( SELECT support_private.is_admin() AS is_admin))
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins remove working hours" on public.support_schedules for delete to authenticated
using (( SELECT support_private.is_admin() AS is_admin));
create policy "Agents read the working hours" on public.support_schedules for select to authenticated
using (( SELECT support_private.is_agent() AS is_agent));

CREATE TRIGGER support_schedules_limit_changes BEFORE INSERT OR DELETE OR UPDATE ON public.support_schedules FOR EACH STATEMENT EXECUTE FUNCTION support_private.limit_admin_changes();

create table public.support_settings (
  id boolean not null default true,
  app_name text not null default 'Acme'::text,
  chat_url text,
  dashboard_url text,
  unsubscribe_url text,
  time_zone text not null default 'UTC'::text,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  welcome_message jsonb not null default '{}'::jsonb,
  end_message jsonb not null default '{}'::jsonb,
  inactivity_minutes bigint,
  message_before_accept boolean not null default true,
  only_assigned_may_write boolean not null default false,
  allow_view_history boolean not null default true,
  delete_history public.support_history_deletion not null default 'off'::public.support_history_deletion,
  messages_per_minute bigint not null default 60,
  max_upload_mb bigint not null default 10,
  upload_types text[] not null default '{image/png,image/jpeg,image/webp,image/gif,application/pdf}'::text[],
  webhook_private_targets text[] not null default '{}'::text[],
  email_enabled boolean not null default true,
  email_from text,
  email_delay interval not null default '00:05:00'::interval,
  email_max_delay interval not null default '00:15:00'::interval,
  email_daily_cap bigint not null default 20,
  email_problem text,
  email_problem_at timestamp with time zone,
  notify_new_conversation boolean not null default false,
  notify_after_minutes bigint not null default 5,
  notification_emails text[] not null default '{}'::text[],
  notification_locale text not null default 'en'::text,
  auto_assign boolean not null default false,
  max_active_conversations bigint,
  agent_timeout interval not null default '00:01:30'::interval,
  failover_minutes bigint,
  expected_reply_minutes bigint,
  agent_roles text[] not null default '{}'::text[],
  constraint support_settings_pkey PRIMARY KEY (id),
  constraint support_settings_agent_roles_check CHECK (support_private.are_roles(agent_roles)),
  constraint support_settings_agent_timeout_check CHECK (((agent_timeout >= '00:00:30'::interval) AND (agent_timeout <= '01:00:00'::interval))),
  constraint support_settings_app_name_check CHECK (support_private.is_line(app_name, 60)),
  constraint support_settings_chat_url_check CHECK (support_private.is_web_address(chat_url)),
  constraint support_settings_dashboard_url_check CHECK (support_private.is_web_address(dashboard_url)),
  constraint support_settings_email_daily_cap_check CHECK (((email_daily_cap >= 1) AND (email_daily_cap <= 1000))),
  constraint support_settings_email_delay_check CHECK (((email_delay >= '00:00:00'::interval) AND (email_delay <= '1 day'::interval))),
  constraint support_settings_email_from_check CHECK (support_private.is_mail_sender(email_from)),
  constraint support_settings_email_max_delay_check CHECK (((email_max_delay >= '00:00:00'::interval) AND (email_max_delay <= '1 day'::interval))),
  constraint support_settings_end_message_check CHECK (support_private.is_text_by_locale(end_message)),
  constraint support_settings_expected_reply_minutes_check CHECK (((expected_reply_minutes >= 1) AND (expected_reply_minutes <= 10080))),
  constraint support_settings_failover_minutes_check CHECK (((failover_minutes >= 1) AND (failover_minutes <= 1440))),
  constraint support_settings_id_check CHECK (id),
  constraint support_settings_inactivity_minutes_check CHECK (((inactivity_minutes >= 1) AND (inactivity_minutes <= 43200))),
  constraint support_settings_max_active_conversations_check CHECK (((max_active_conversations >= 1) AND (max_active_conversations <= 1000))),
  constraint support_settings_max_upload_mb_check CHECK (((max_upload_mb >= 1) AND (max_upload_mb <= 50))),
  constraint support_settings_messages_per_minute_check CHECK (((messages_per_minute >= 1) AND (messages_per_minute <= 1000))),
  constraint support_settings_notification_emails_check CHECK (support_private.are_email_addresses(notification_emails)),
  constraint support_settings_notification_locale_check CHECK ((notification_locale = ANY (ARRAY['en'::text, 'de'::text, 'es'::text, 'fr'::text, 'zh'::text]))),
  constraint support_settings_notify_after_minutes_check CHECK (((notify_after_minutes >= 0) AND (notify_after_minutes <= 1440))),
  constraint support_settings_time_zone_check CHECK ((char_length(time_zone) <= 64)),
  constraint support_settings_unsubscribe_url_check CHECK (support_private.is_web_address(unsubscribe_url)),
  constraint support_settings_upload_types_check CHECK ((upload_types <@ '{image/png,image/jpeg,image/webp,image/gif,application/pdf}'::text[])),
  constraint support_settings_webhook_private_targets_check CHECK ((support_private.are_private_targets(webhook_private_targets) AND (cardinality(webhook_private_targets) <= 20))),
  constraint support_settings_welcome_message_check CHECK (support_private.is_text_by_locale(welcome_message))
);
comment on table public.support_settings is 'The one row of settings.';
comment on column public.support_settings.unsubscribe_url is 'The page that the unsubscribe link of an email opens; ?token=… is added.';
comment on column public.support_settings.version is 'Counts the changes; clients compare it with their copy.';
comment on column public.support_settings.welcome_message is 'The system message when a conversation opens, by language; empty sends none.';
comment on column public.support_settings.end_message is 'The system message when a conversation ends, by language; empty sends none.';
comment on column public.support_settings.inactivity_minutes is 'A conversation without a message for this long ends by itself; null means never.';
comment on column public.support_settings.message_before_accept is 'May the customer write while the conversation waits for an agent?';
comment on column public.support_settings.only_assigned_may_write is 'May only the agent who has a conversation write in it?';
comment on column public.support_settings.allow_view_history is 'May customers read their ended conversations?';
comment on column public.support_settings.delete_history is 'May customers delete their ended conversations? off: no; hide: hidden from them; erase: erased for everyone.';
comment on column public.support_settings.messages_per_minute is 'How many messages one customer may send in a minute.';
comment on column public.support_settings.max_upload_mb is 'The largest size of an attached file, in megabytes of 1,048,576 bytes.';
comment on column public.support_settings.upload_types is 'The types that may be attached; none turns attachments off.';
comment on column public.support_settings.webhook_private_targets is 'Targets inside your own network that webhooks may reach, also by http, as host:port: for self-hosted Supabase. Change it in the SQL editor only, because with it the server can be made to call other machines in its network.';
comment on column public.support_settings.email_delay is 'How long a reply may stay unread before the customer gets an email.';
comment on column public.support_settings.email_max_delay is 'Further replies postpone the email, at most to this long after the first unread one.';
comment on column public.support_settings.email_daily_cap is 'The most emails to one address in 24 hours; further emails wait.';
comment on column public.support_settings.email_problem is 'Why no email can be sent, as a code (support_email_…); null without a problem. Written by the email worker.';
comment on column public.support_settings.notify_new_conversation is 'Is an email sent if no agent takes a waiting conversation?';
comment on column public.support_settings.notify_after_minutes is 'How long a conversation waits before that email is sent, at any hour.';
comment on column public.support_settings.notification_emails is 'The addresses that get that email, at most 20, one email each.';
comment on column public.support_settings.notification_locale is 'The language of emails to the team.';
comment on column public.support_settings.auto_assign is 'Are waiting conversations assigned to agents who are online?';
comment on column public.support_settings.max_active_conversations is 'How many active conversations an agent may have; null is no limit.';
comment on column public.support_settings.agent_timeout is 'An agent without a heartbeat for this long is offline. Dashboards send one every 30 seconds.';
comment on column public.support_settings.failover_minutes is 'The conversations of an agent who is offline for this long go back to the queue; null means never.';
comment on column public.support_settings.expected_reply_minutes is 'The expected reply time that customers see; null shows none.';
comment on column public.support_settings.agent_roles is 'Users whose app_metadata has one of these as role, or in roles, are agents. Only trusted code may therefore write app_metadata.';

alter table public.support_settings enable row level security;
grant select on table public.support_settings to authenticated;
grant select, update on table public.support_settings to service_role;
grant update (agent_roles, agent_timeout, allow_view_history, app_name, auto_assign, chat_url, dashboard_url, delete_history, email_daily_cap, email_delay, email_enabled, email_from, email_max_delay, end_message, expected_reply_minutes, failover_minutes, inactivity_minutes, max_active_conversations, max_upload_mb, message_before_accept, messages_per_minute, notification_emails, notification_locale, notify_after_minutes, notify_new_conversation, only_assigned_may_write, time_zone, unsubscribe_url, upload_types, welcome_message) on table public.support_settings to authenticated;

create policy "Admins change the settings" on public.support_settings for update to authenticated
using (( SELECT support_private.is_admin() AS is_admin))
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Agents read the settings" on public.support_settings for select to authenticated
using (( SELECT support_private.is_agent() AS is_agent));

CREATE TRIGGER support_begin_deletion BEFORE UPDATE OF agent_roles ON public.support_settings FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_deletion_of_statement();
CREATE TRIGGER support_settings_announce AFTER UPDATE ON public.support_settings FOR EACH ROW EXECUTE FUNCTION support_private.announce_settings();
CREATE TRIGGER support_settings_check_time_zone BEFORE INSERT OR UPDATE OF time_zone ON public.support_settings FOR EACH ROW EXECUTE FUNCTION support_private.check_time_zone();
CREATE TRIGGER support_settings_count_version BEFORE UPDATE ON public.support_settings FOR EACH ROW EXECUTE FUNCTION support_private.count_settings_version();
CREATE TRIGGER support_settings_forget_history AFTER UPDATE OF allow_view_history ON public.support_settings FOR EACH ROW WHEN ((old.allow_view_history AND (NOT new.allow_view_history))) EXECUTE FUNCTION support_private.forget_history_broadcasts();
CREATE TRIGGER support_settings_limit_changes BEFORE UPDATE ON public.support_settings FOR EACH STATEMENT EXECUTE FUNCTION support_private.limit_admin_changes();
CREATE TRIGGER support_settings_sync_agent_roles AFTER UPDATE OF agent_roles ON public.support_settings FOR EACH ROW WHEN (((old.agent_roles <> '{}'::text[]) OR (new.agent_roles <> '{}'::text[]))) EXECUTE FUNCTION support_private.sync_after_settings();
CREATE TRIGGER support_settings_sync_bucket AFTER UPDATE OF max_upload_mb, upload_types ON public.support_settings FOR EACH ROW EXECUTE FUNCTION support_private.sync_bucket();
CREATE TRIGGER support_settings_touch_updated_at BEFORE UPDATE ON public.support_settings FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_webhook_attempts (
  delivery_id uuid not null,
  attempt bigint not null,
  status_code bigint,
  error text,
  milliseconds bigint,
  created_at timestamp with time zone not null default now(),
  constraint support_webhook_attempts_pkey PRIMARY KEY (delivery_id, attempt),
  constraint support_webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.support_webhook_deliveries(id) ON DELETE CASCADE,
  constraint support_webhook_attempts_error_check CHECK ((char_length(error) <= 500))
);
comment on table public.support_webhook_attempts is 'Each attempt of a delivery: when it ended, the response or the error, and how long it took.';

alter table public.support_webhook_attempts enable row level security;
grant select on table public.support_webhook_attempts to authenticated;
grant select, insert, update, delete on table public.support_webhook_attempts to service_role;

create policy "Admins read attempts" on public.support_webhook_attempts for select to authenticated
using (( SELECT support_private.is_admin() AS is_admin));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_webhook_attempts FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();

create table public.support_webhook_deliveries (
  id uuid not null default gen_random_uuid(),
  webhook_id uuid not null,
  chat_id uuid,
  event text not null,
  payload jsonb not null,
  status text not null default 'pending'::text,
  attempts bigint not null default 0,
  attempts_before bigint not null default 0,
  next_attempt_at timestamp with time zone not null default now(),
  worker uuid,
  lease_expires_at timestamp with time zone,
  delivered_at timestamp with time zone,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default now(),
  constraint support_webhook_deliveries_pkey PRIMARY KEY (id),
  constraint support_webhook_deliveries_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.support_chats(id) ON DELETE CASCADE,
  constraint support_webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.support_webhooks(id) ON DELETE CASCADE,
  constraint support_webhook_deliveries_attempts_check CHECK ((attempts >= 0)),
  constraint support_webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'delivered'::text, 'dead'::text])))
);
comment on table public.support_webhook_deliveries is 'One event for one webhook: pending, sending, delivered, or dead after the last failed attempt. Only functions change rows.';

CREATE INDEX support_webhook_deliveries_chat_id_idx ON public.support_webhook_deliveries USING btree (chat_id);
CREATE INDEX support_webhook_deliveries_due_idx ON public.support_webhook_deliveries USING btree (webhook_id, next_attempt_at) WHERE (status = ANY (ARRAY['pending'::text, 'sending'::text]));
CREATE INDEX support_webhook_deliveries_newest_idx ON public.support_webhook_deliveries USING btree (webhook_id, created_at DESC, id DESC);
CREATE INDEX support_webhook_deliveries_settled_idx ON public.support_webhook_deliveries USING btree (updated_at) WHERE (status = ANY (ARRAY['delivered'::text, 'dead'::text]));

alter table public.support_webhook_deliveries enable row level security;
grant select on table public.support_webhook_deliveries to authenticated;
grant select, insert, update, delete on table public.support_webhook_deliveries to service_role;

create policy "Admins read deliveries" on public.support_webhook_deliveries for select to authenticated
using (( SELECT support_private.is_admin() AS is_admin));

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON public.support_webhook_deliveries FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();
CREATE TRIGGER support_webhook_deliveries_touch_updated_at BEFORE UPDATE ON public.support_webhook_deliveries FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table public.support_webhooks (
  id uuid not null default gen_random_uuid(),
  url text not null,
  description text not null default ''::text,
  events text[] not null,
  enabled boolean not null default true,
  disabled_reason text,
  secret_id uuid not null,
  previous_secret_id uuid,
  previous_secret_until timestamp with time zone,
  failing_since timestamp with time zone,
  last_delivered_at timestamp with time zone,
  last_failed_at timestamp with time zone,
  last_error text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint support_webhooks_pkey PRIMARY KEY (id),
  constraint support_webhooks_disabled_reason_check CHECK ((disabled_reason = 'gone'::text)),
  constraint support_webhooks_last_error_check CHECK ((char_length(last_error) <= 500))
);
comment on table public.support_webhooks is 'The addresses to which signed events are sent. Admins only; at most 10.';
comment on column public.support_webhooks.failing_since is 'The time of the first failure since the last successful delivery; null without one.';

alter table public.support_webhooks enable row level security;
grant delete on table public.support_webhooks to authenticated;
grant select, insert, update, delete on table public.support_webhooks to service_role;
grant select (created_at, description, disabled_reason, enabled, events, failing_since, id, last_delivered_at, last_error, last_failed_at, previous_secret_until, updated_at, url) on table public.support_webhooks to authenticated;
grant update (description, enabled, events, url) on table public.support_webhooks to authenticated;

create policy "Admins change webhooks" on public.support_webhooks for update to authenticated
using (( SELECT support_private.is_admin() AS is_admin))
with check (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins delete webhooks" on public.support_webhooks for delete to authenticated
using (( SELECT support_private.is_admin() AS is_admin));
create policy "Admins read webhooks" on public.support_webhooks for select to authenticated
using (( SELECT support_private.is_admin() AS is_admin));

CREATE TRIGGER support_webhooks_check BEFORE INSERT OR UPDATE OF url, description, events, enabled ON public.support_webhooks FOR EACH ROW EXECUTE FUNCTION support_private.check_webhook();
CREATE TRIGGER support_webhooks_forget_secrets AFTER DELETE ON public.support_webhooks FOR EACH ROW EXECUTE FUNCTION support_private.forget_webhook_secrets();
CREATE TRIGGER support_webhooks_limit_changes BEFORE DELETE OR UPDATE ON public.support_webhooks FOR EACH STATEMENT EXECUTE FUNCTION support_private.limit_admin_changes();
CREATE TRIGGER support_webhooks_touch_updated_at BEFORE UPDATE OF url, description, events, enabled ON public.support_webhooks FOR EACH ROW EXECUTE FUNCTION support_private.touch_updated_at();

create table support_private.agent_presence (
  user_id uuid not null,
  chat_id uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint agent_presence_pkey PRIMARY KEY (user_id),
  constraint agent_presence_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.support_agents(user_id) ON DELETE CASCADE
);
comment on table support_private.agent_presence is 'The chat that each agent views. Only set_presence() writes it; no role of the API has a right to it.';

alter table support_private.agent_presence enable row level security;

CREATE TRIGGER support_begin_work BEFORE INSERT OR DELETE OR UPDATE ON support_private.agent_presence FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_work_of_statement();

create table support_private.broadcast_removals (
  id bigint not null generated always as identity,
  topic text,
  chat_id uuid,
  agent_id uuid,
  tried_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint broadcast_removals_pkey PRIMARY KEY (id),
  constraint broadcast_removals_one_kind CHECK ((num_nonnulls(topic, chat_id, agent_id) = 1))
);
comment on table support_private.broadcast_removals is 'Broadcasts to remove from realtime.messages. It has rows between transactions only if a removal failed or found locked rows; pg_cron then tries again every minute.';

alter table support_private.broadcast_removals enable row level security;

CREATE CONSTRAINT TRIGGER broadcast_removals_work AFTER INSERT ON support_private.broadcast_removals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION support_private.forget_broadcasts_at_commit();

create table support_private.file_removals (
  path text not null,
  attempts bigint not null default 0,
  due_at timestamp with time zone not null default now(),
  created_at timestamp with time zone not null default now(),
  constraint file_removals_pkey PRIMARY KEY (path)
);
comment on table support_private.file_removals is 'Paths in the bucket support-attachments whose objects are to be removed.';

CREATE INDEX file_removals_due_at_idx ON support_private.file_removals USING btree (due_at);

alter table support_private.file_removals enable row level security;
grant select, insert, update, delete on table support_private.file_removals to service_role;

create table support_private.limits (
  action text not null,
  amount bigint not null,
  period interval not null,
  code text not null default 'support_rate_limited'::text,
  created_at timestamp with time zone not null default now(),
  constraint limits_pkey PRIMARY KEY (action),
  constraint limits_action_check CHECK ((action ~ '^[a-z_]{1,60}$'::text)),
  constraint limits_amount_check CHECK ((amount >= 1)),
  constraint limits_code_check CHECK ((code ~ '^support_([a-z_]+_)?rate_limited$'::text)),
  constraint limits_period_check CHECK (((period >= '00:00:01'::interval) AND (period <= '31 days'::interval)))
);
comment on table support_private.limits is 'How often one person may do an action in any period. Each capability adds the limits of its own functions; the owner of the project may change the numbers.';

alter table support_private.limits enable row level security;

create table support_private.usage_counters (
  subject text not null,
  action text not null,
  slot_started_at timestamp with time zone not null,
  amounts bigint[] not null,
  created_at timestamp with time zone not null default now(),
  constraint usage_counters_pkey PRIMARY KEY (subject, action),
  constraint usage_counters_amounts_check CHECK (((cardinality(amounts) >= 1) AND (cardinality(amounts) <= 13))),
  constraint usage_counters_subject_check CHECK (((char_length(subject) >= 1) AND (char_length(subject) <= 320)))
) with (fillfactor=70);
comment on table support_private.usage_counters is 'Each person''s use of each limit: one row per person and action. Only use_allowance() writes it; no role of the API has a right to it.';

alter table support_private.usage_counters enable row level security;

CREATE TRIGGER support_begin_deletion BEFORE DELETE ON auth.users FOR EACH STATEMENT EXECUTE FUNCTION support_private.begin_deletion_of_statement();

CREATE TRIGGER support_users_forget_broadcasts AFTER UPDATE OF email, raw_user_meta_data ON auth.users FOR EACH ROW WHEN (((((old.email)::text IS DISTINCT FROM (new.email)::text) OR ((old.raw_user_meta_data ->> 'full_name'::text) IS DISTINCT FROM (new.raw_user_meta_data ->> 'full_name'::text))) OR ((old.raw_user_meta_data ->> 'name'::text) IS DISTINCT FROM (new.raw_user_meta_data ->> 'name'::text)))) EXECUTE FUNCTION support_private.forget_user_broadcasts();

CREATE TRIGGER support_users_relieve_agent AFTER UPDATE OF banned_until, deleted_at ON auth.users FOR EACH ROW WHEN ((((new.banned_until IS DISTINCT FROM old.banned_until) AND (new.banned_until IS NOT NULL)) OR ((new.deleted_at IS NOT NULL) AND (old.deleted_at IS NULL)))) EXECUTE FUNCTION support_private.relieve_agent();

CREATE TRIGGER support_users_sync_agent_role AFTER INSERT OR UPDATE OF raw_app_meta_data, deleted_at ON auth.users FOR EACH ROW EXECUTE FUNCTION support_private.sync_agent_of_user();

create policy "Agents show their presence" on realtime.messages for insert to authenticated
with check (( SELECT support_private.may_use_topic(( SELECT realtime.topic() AS topic), messages.extension, true) AS may_use_topic));

create policy "Customers and agents receive on support topics" on realtime.messages for select to authenticated
using (( SELECT support_private.may_use_topic(( SELECT realtime.topic() AS topic), messages.extension, false) AS may_use_topic));

create policy "Other policies do not open support topics for receiving" on realtime.messages as restrictive for select to anon, authenticated
using (((NOT ( SELECT support_private.is_own_topic(( SELECT realtime.topic() AS topic)) AS is_own_topic)) OR ((( SELECT auth.uid() AS uid) IS NOT NULL) AND ( SELECT support_private.may_use_topic(( SELECT realtime.topic() AS topic), messages.extension, false) AS may_use_topic))));

create policy "Other policies do not open support topics for sending" on realtime.messages as restrictive for insert to anon, authenticated
with check (((NOT ( SELECT support_private.is_own_topic(( SELECT realtime.topic() AS topic)) AS is_own_topic)) OR ((( SELECT auth.uid() AS uid) IS NOT NULL) AND ( SELECT support_private.may_use_topic(( SELECT realtime.topic() AS topic), messages.extension, true) AS may_use_topic))));

create policy "Support files: no one deletes them" on storage.objects as restrictive for delete to anon, authenticated
using ((bucket_id <> 'support-attachments'::text));

create policy "Support files: no one overwrites or moves them" on storage.objects as restrictive for update to anon, authenticated
using ((bucket_id <> 'support-attachments'::text))
with check ((bucket_id <> 'support-attachments'::text));

create policy "Support files: other policies do not open reading" on storage.objects as restrictive for select to authenticated
using (((bucket_id <> 'support-attachments'::text) OR ( SELECT support_private.may_read_file(objects.name, objects.version) AS may_read_file)));

create policy "Support files: other policies do not open uploading" on storage.objects as restrictive for insert to authenticated
with check (((bucket_id <> 'support-attachments'::text) OR ( SELECT support_private.may_upload_file(objects.name) AS may_upload_file)));

create policy "Support files: people read checked files of their messages" on storage.objects for select to authenticated
using (((bucket_id = 'support-attachments'::text) AND ( SELECT support_private.may_read_file(objects.name, objects.version) AS may_read_file)));

create policy "Support files: people upload what they have a ticket for" on storage.objects for insert to authenticated
with check (((bucket_id = 'support-attachments'::text) AND ( SELECT support_private.may_upload_file(objects.name) AS may_upload_file)));

create policy "Support files: signed-out callers read nothing" on storage.objects as restrictive for select to anon
using ((bucket_id <> 'support-attachments'::text));

create policy "Support files: signed-out callers upload nothing" on storage.objects as restrictive for insert to anon
with check ((bucket_id <> 'support-attachments'::text));

create function public.archive_support_chat(p_chat_id uuid)
returns public.support_chat_list_item
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'archive')
$$;
comment on function public.archive_support_chat(uuid) is 'Archives a chat and ends its open conversation; the next message of customer or agent brings it back. Agents only.';
grant execute on function public.archive_support_chat(uuid) to authenticated, service_role;

create function public.begin_support_upload(p_id uuid, p_chat_id uuid, p_name text, p_mime_type text, p_size_bytes bigint)
returns public.support_upload
language sql volatile security invoker
set search_path = ''
as $$
  select
    a.id, a.chat_id, a.message_id, a.path, a.name, a.mime_type, a.size_bytes, a.width, a.height, a.status, a.refusal, a.created_at
  from support_private.begin_upload(p_id, p_chat_id, p_name, p_mime_type, p_size_bytes) a
$$;
comment on function public.begin_support_upload(uuid, uuid, text, text, bigint) is 'The ticket to upload one file to its path in the bucket support-attachments, valid for an hour; the same id returns the same ticket, renewed if it has expired. Errors: support_chat_not_found (404), support_uploads_off (403), support_upload_type, support_upload_too_large, support_upload_empty, support_upload_id_missing (400), support_upload_conflict (409), support_upload_rate_limited (429).';
grant execute on function public.begin_support_upload(uuid, uuid, text, text, bigint) to authenticated, service_role;

create function public.create_support_webhook(p_url text, p_events text[], p_description text DEFAULT ''::text)
returns TABLE(id uuid, secret text)
language sql volatile security invoker
set search_path = ''
as $$
  select w.id, w.secret from support_private.create_webhook(p_url, p_events, p_description) w
$$;
comment on function public.create_support_webhook(text, text[], text) is 'Adds a webhook, and returns its secret, which cannot be read later. Admins only. Errors: support_webhook_url_invalid, support_webhook_url_not_https, support_webhook_url_credentials, support_webhook_url_private, support_webhook_url_port, support_webhook_events_invalid, support_webhook_description_invalid (400), support_webhooks_too_many (409).';
grant execute on function public.create_support_webhook(text, text[], text) to authenticated, service_role;

create function public.delete_support_conversation(p_conversation_id uuid)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.delete_conversation(p_conversation_id)
$$;
comment on function public.delete_support_conversation(uuid) is 'Deletes an ended conversation of the caller, as the settings say: hidden from the customer, or erased for everyone. Errors: support_forbidden (403) when deletion is off, support_conversation_not_found (404), support_conversation_open (409).';
grant execute on function public.delete_support_conversation(uuid) to authenticated, service_role;

create function public.end_support_conversation(p_conversation_id uuid)
returns public.support_conversation_state
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.conversation_state(support_private.end_conversation(p_conversation_id))
$$;
comment on function public.end_support_conversation(uuid) is 'Ends an open conversation, by its customer or by an agent. Errors: support_conversation_not_found (404), support_bad_transition (409).';
grant execute on function public.end_support_conversation(uuid) to authenticated, service_role;

create function public.escalate_support_conversation(p_conversation_id uuid, p_priority integer DEFAULT 1)
returns public.support_conversations
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.escalate_conversation(p_conversation_id, p_priority)
$$;
comment on function public.escalate_support_conversation(uuid, integer) is 'Sets the priority of an open conversation (0 is normal, 9 the most urgent), which orders the queue. Agents only. Errors: support_priority_invalid (400), support_conversation_not_found (404), support_bad_transition (409), support_forbidden (403).';
grant execute on function public.escalate_support_conversation(uuid, integer) to authenticated, service_role;

create function public.get_or_create_support_chat()
returns TABLE(id uuid, user_id uuid, last_seq bigint, last_message_at timestamp with time zone, admin_viewed_at timestamp with time zone, created_at timestamp with time zone, app_name text, unread_count integer, messages public.support_messages[])
language sql volatile security invoker
set search_path = ''
as $$
  select
    c.id, c.user_id, c.last_seq, c.last_message_at, c.admin_viewed_at, c.created_at,
    support_private.app_name(),
    (
      select count(*)::integer from public.support_messages m
      where m.chat_id = c.id and m.sender_type = 'admin' and m.read_at is null
    ),
    coalesce(
      (
        select array_agg(newest.m order by (newest.m).seq)
        from (
          select m from public.support_messages m where m.chat_id = c.id order by m.seq desc limit 50
        ) newest
      ),
      '{}'
    )
  from support_private.get_or_create_chat() c
$$;
comment on function public.get_or_create_support_chat() is 'The caller''s chat (created on the first call) with its newest 50 messages, oldest first, and the number of unread replies.';
grant execute on function public.get_or_create_support_chat() to authenticated, service_role;

create function public.get_support_chat(p_chat_id uuid)
returns TABLE(chat public.support_chat_list_item, messages public.support_messages[])
language sql stable security invoker
set search_path = ''
as $$
  select
    support_private.get_chat_item(p_chat_id),
    coalesce((select array_agg(m order by m.seq) from public.list_support_messages(p_chat_id) m), '{}')
$$;
comment on function public.get_support_chat(uuid) is 'A chat as the inbox shows it, with its newest 50 messages, oldest first. Agents only: support_forbidden (403), support_chat_not_found (404).';
grant execute on function public.get_support_chat(uuid) to authenticated, service_role;

create function public.get_support_inbox_counts()
returns TABLE(active bigint, archived bigint, unread bigint, mine bigint, waiting bigint, open bigint)
language sql stable security invoker
set search_path = ''
as $$
  select * from support_private.inbox_counts()
$$;
comment on function public.get_support_inbox_counts() is 'The number of chats in each view of the inbox except ended, and of unread chats. Agents only: support_forbidden (403).';
grant execute on function public.get_support_inbox_counts() to authenticated, service_role;

create function public.get_support_unread()
returns TABLE(chat_id uuid, unread_count integer, last_seq bigint, awaiting_answer boolean, is_staff boolean, waiting_count bigint, dashboard_url text)
language sql stable security invoker
set search_path = ''
as $$
  select
    b.chat_id,
    (
      select count(*)::integer from public.support_messages m
      where m.chat_id = b.chat_id and m.sender_type = 'admin' and m.read_at is null
    ),
    b.last_seq, b.awaiting_answer, b.is_staff, b.waiting_count, b.dashboard_url
  from support_private.badge() b
$$;
comment on function public.get_support_unread() is 'For the launcher''s badge: the number of unread replies, and whether a reply is awaited (the caller wrote within half an hour, or an open conversation has a message of the last day). For agents, also the number of waiting conversations and the dashboard''s address. Returns no row without a chat, and creates nothing.';
grant execute on function public.get_support_unread() to authenticated, service_role;

create function public.invite_support_agent(p_email text, p_display_name text DEFAULT NULL::text, p_role public.support_agent_role DEFAULT 'agent'::public.support_agent_role)
returns public.support_agents
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.invite_agent(p_email, p_display_name, p_role)
$$;
comment on function public.invite_support_agent(text, text, public.support_agent_role) is 'Makes an existing user an agent. Admins only. Errors: support_user_not_found (404), support_agent_exists (409), support_agent_invalid (400), support_forbidden (403).';
grant execute on function public.invite_support_agent(text, text, public.support_agent_role) to authenticated, service_role;

create function public.list_support_agents()
returns TABLE(user_id uuid, email text, display_name text, role public.support_agent_role, tier public.support_agent_tier, max_active bigint, available boolean, online boolean, last_seen_at timestamp with time zone, active_conversations bigint, created_at timestamp with time zone)
language sql stable security invoker
set search_path = ''
as $$
  select * from support_private.list_agents()
$$;
comment on function public.list_support_agents() is 'The team: who is online, and how many active conversations each agent has. Agents only.';
grant execute on function public.list_support_agents() to authenticated, service_role;

create function public.list_support_chats(p_archived boolean DEFAULT false, p_search text DEFAULT NULL::text, p_before jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 50, p_view public.support_inbox_view DEFAULT NULL::public.support_inbox_view)
returns SETOF public.support_chat_list_item
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.list_chat_items(
    coalesce(p_view, case when p_archived then 'archived' else 'active' end::public.support_inbox_view),
    p_search, p_before, p_limit
  )
$$;
comment on function public.list_support_chats(boolean, text, jsonb, integer, public.support_inbox_view) is 'The inbox, newest first, at most 200 rows. p_view is active, archived, mine, waiting, open or ended; p_before is {"last_message_at", "id"} of the last row of the page before; p_search finds customers, messages and files. Agents only: support_forbidden (403).';
grant execute on function public.list_support_chats(boolean, text, jsonb, integer, public.support_inbox_view) to authenticated, service_role;

create function public.list_support_conversations(p_chat_id uuid DEFAULT NULL::uuid, p_before timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 20)
returns TABLE(id uuid, chat_id uuid, status public.support_conversation_status, agent_id uuid, agent_name text, started_at timestamp with time zone, accepted_at timestamp with time zone, first_response_at timestamp with time zone, ended_at timestamp with time zone, ended_by public.support_conversation_end, rating bigint, feedback text, page text, priority bigint, user_snapshot jsonb, user_deleted_at timestamp with time zone)
language sql stable security invoker
set search_path = ''
as $$
  select * from support_private.list_conversations(p_chat_id, p_before, p_limit)
$$;
comment on function public.list_support_conversations(uuid, timestamp with time zone, integer) is 'The conversations of a chat (by default the caller''s own), newest first, at most 100; p_before is the started_at of the last one. Errors: support_chat_not_found (404).';
grant execute on function public.list_support_conversations(uuid, timestamp with time zone, integer) to authenticated, service_role;

create function public.list_support_messages(p_chat_id uuid, p_after_seq bigint DEFAULT NULL::bigint, p_before_seq bigint DEFAULT NULL::bigint, p_limit integer DEFAULT 50)
returns SETOF public.support_messages
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  v_limit integer := least(greatest(coalesce(p_limit, 50), 1), 200);
  -- Always use a bound, never "is null or", so that a generic plan can use the index.
  v_before_seq bigint := coalesce(p_before_seq, 9223372036854775807);
begin
  -- The same error for a chat that does not exist and for the chat of another customer.
  if not support_private.may_read_chat(p_chat_id) then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  if p_after_seq is not null then
    return query
      select m.* from public.support_messages m
      where m.chat_id = p_chat_id and m.seq > p_after_seq and m.seq < v_before_seq
      order by m.seq
      limit v_limit;
  else
    return query
      select * from (
        select m.* from public.support_messages m
        where m.chat_id = p_chat_id and m.seq < v_before_seq
        order by m.seq desc
        limit v_limit
      ) newest
      order by newest.seq;
  end if;
end
$$;
comment on function public.list_support_messages(uuid, bigint, bigint, integer) is 'Messages of a chat, oldest first, at most 200: the next ones after p_after_seq, or the newest ones (before p_before_seq).';
grant execute on function public.list_support_messages(uuid, bigint, bigint, integer) to authenticated, service_role;

create function public.list_support_notices(p_after timestamp with time zone DEFAULT NULL::timestamp with time zone)
returns SETOF public.support_notice
language sql stable security invoker
set search_path = ''
as $$
  select * from support_private.list_notices(p_after)
$$;
comment on function public.list_support_notices(timestamp with time zone) is 'The calling agent''s notices after a time (by default of the last ten minutes), oldest first, at most 100. Call it in case a broadcast on support_agent:<user_id> was missed. Agents only. Errors: support_forbidden (403).';
grant execute on function public.list_support_notices(timestamp with time zone) to authenticated, service_role;

create function public.list_support_presence()
returns TABLE(user_id uuid, name text, chat_id uuid)
language sql stable security invoker
set search_path = ''
as $$
  select * from support_private.list_presence()
$$;
comment on function public.list_support_presence() is 'The agents who are online, and the chat that each views. Agents only.';
grant execute on function public.list_support_presence() to authenticated, service_role;

create function public.mark_support_chat_read(p_up_to_seq bigint)
returns TABLE(up_to_seq bigint, read_at timestamp with time zone, unread_count integer)
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.mark_chat_read(p_up_to_seq)
$$;
comment on function public.mark_support_chat_read(bigint) is 'Marks the agents'' messages in the caller''s chat read up to p_up_to_seq; returns how many are still unread.';
grant execute on function public.mark_support_chat_read(bigint) to authenticated, service_role;

create function public.mark_support_chat_viewed(p_chat_id uuid)
returns public.support_chat_list_item
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'view')
$$;
comment on function public.mark_support_chat_viewed(uuid) is 'Stores that an agent has viewed the chat now. Agents only.';
grant execute on function public.mark_support_chat_viewed(uuid) to authenticated, service_role;

create function public.rate_support_conversation(p_conversation_id uuid, p_rating integer, p_feedback text DEFAULT NULL::text)
returns public.support_conversation_state
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.conversation_state(support_private.rate_conversation(p_conversation_id, p_rating, p_feedback))
$$;
comment on function public.rate_support_conversation(uuid, integer, text) is 'Rates an ended conversation of the caller, once, with 1 to 5 and a comment of at most 1,000 characters. Errors: support_rating_invalid, support_feedback_too_long (400), support_conversation_not_found (404), support_conversation_open, support_already_rated (409).';
grant execute on function public.rate_support_conversation(uuid, integer, text) to authenticated, service_role;

create function public.release_support_conversation(p_conversation_id uuid)
returns public.support_conversations
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.release_conversation(p_conversation_id)
$$;
comment on function public.release_support_conversation(uuid) is 'Puts an active conversation back into the queue; only admins may release those of others. Errors: support_not_assigned, support_forbidden (403), support_bad_transition (409), support_conversation_not_found (404).';
grant execute on function public.release_support_conversation(uuid) to authenticated, service_role;

create function public.remove_support_agent(p_user_id uuid)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.remove_agent(p_user_id)
$$;
comment on function public.remove_support_agent(uuid) is 'Removes an agent from the team at once; their active conversations go back to the queue. Admins only. Errors: support_agent_not_found (404), support_last_admin (409), support_forbidden (403).';
grant execute on function public.remove_support_agent(uuid) to authenticated, service_role;

create function public.resend_support_webhook_delivery(p_id uuid)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.resend_webhook_delivery(p_id)
$$;
comment on function public.resend_support_webhook_delivery(uuid) is 'Sends a delivery again at once with the same webhook-id, whether it is pending, delivered or dead. Admins only. Errors: support_webhook_delivery_not_found (404), support_webhook_disabled, support_webhook_delivery_busy (409).';
grant execute on function public.resend_support_webhook_delivery(uuid) to authenticated, service_role;

create function public.rotate_support_webhook_secret(p_id uuid)
returns text
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.rotate_webhook_secret(p_id)
$$;
comment on function public.rotate_support_webhook_secret(uuid) is 'Gives a webhook a new secret, and returns it; for 24 hours deliveries are signed with the old one, too. Admins only. Errors: support_webhook_not_found (404).';
grant execute on function public.rotate_support_webhook_secret(uuid) to authenticated, service_role;

create function public.send_support_message(p_id uuid, p_chat_id uuid, p_content text DEFAULT ''::text, p_attachment_ids uuid[] DEFAULT '{}'::uuid[])
returns public.support_messages
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.send_message(p_id, p_chat_id, p_content, p_attachment_ids)
$$;
comment on function public.send_support_message(uuid, uuid, text, uuid[]) is 'Sends a message, with up to 5 checked files of the caller, and returns its row; a second call with the same id returns the same row. Errors: support_chat_not_found (404), support_message_blank, support_message_too_long, support_attachments_too_many, support_attachment_not_found (400), support_attachment_not_ready, support_attachment_used, support_message_conflict (409), support_rate_limited (429).';
grant execute on function public.send_support_message(uuid, uuid, text, uuid[]) to authenticated, service_role;

create function public.send_support_test_email(p_to text DEFAULT NULL::text)
returns uuid
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.send_test_email(p_to)
$$;
comment on function public.send_support_test_email(text) is 'Sends a test email to one address (by default the caller''s own), at once, and returns its id in support_notifications, where every attempt is recorded. Admins only, at most 10 an hour. Errors: support_forbidden (403), support_email_address_invalid (400), support_test_email_rate_limited (429).';
grant execute on function public.send_support_test_email(text) to authenticated, service_role;

create function public.send_support_typing(p_chat_id uuid, p_typing boolean)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.broadcast_typing(p_chat_id, p_typing)
$$;
comment on function public.send_support_typing(uuid, boolean) is 'Shows in the chat that the caller types, or has stopped; call it at most every few seconds.';
grant execute on function public.send_support_typing(uuid, boolean) to authenticated, service_role;

create function public.set_support_availability(p_available boolean)
returns public.support_agents
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.record_heartbeat(p_available)
$$;
comment on function public.set_support_availability(boolean) is 'Makes the calling agent available, or away, so that they get no new conversations. Agents only.';
grant execute on function public.set_support_availability(boolean) to authenticated, service_role;

create function public.set_support_presence(p_chat_id uuid DEFAULT NULL::uuid)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.set_presence(p_chat_id)
$$;
comment on function public.set_support_presence(uuid) is 'Shows the team which chat the calling agent views; null for none. Agents only.';
grant execute on function public.set_support_presence(uuid) to authenticated, service_role;

create function public.start_support_conversation(p_context jsonb DEFAULT '{}'::jsonb)
returns public.support_conversation_state
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.conversation_state(support_private.start_conversation(p_context))
$$;
comment on function public.start_support_conversation(jsonb) is 'Opens a conversation in the caller''s chat, or returns the open one. p_context: page, locale, name and the app''s own fields, at most 8 kB, stored as untrusted text. Errors: support_context_invalid (400).';
grant execute on function public.start_support_conversation(jsonb) to authenticated, service_role;

create function public.support_add_agent(p_email text, p_role public.support_agent_role DEFAULT 'agent'::public.support_agent_role, p_display_name text DEFAULT NULL::text)
returns public.support_agents
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.add_agent(p_email, p_role, p_display_name)
$$;
comment on function public.support_add_agent(text, public.support_agent_role, text) is 'Makes an existing user an agent: select support_add_agent(''you@example.com'', ''admin'', ''Mika''). For the SQL editor and the secret key only; use it for the first admin.';
grant execute on function public.support_add_agent(text, public.support_agent_role, text) to service_role;

create function public.support_assignment_score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language sql stable security invoker
set search_path = ''
as $$
  -- Replace this function with your own; see docs/hooks.md. Null means that this agent must not get the conversation.
  select support_private.rule_score(p_conversation_id, p_agent_id)
$$;
comment on function public.support_assignment_score(uuid, uuid) is 'The score of an agent for a conversation: the highest gets it, null never. Replace it with your own function. Its errors are recorded in support_faults and count as zero.';
grant execute on function public.support_assignment_score(uuid, uuid) to service_role;

create function public.support_begin_email(p_id uuid, p_worker uuid, p_request jsonb)
returns jsonb
language plpgsql volatile security invoker
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
    return null; -- the lease expired, another reply joined, or the chat was deleted
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
comment on function public.support_begin_email(uuid, uuid, jsonb) is 'For the email worker, right before it sends: checks the skip reasons again, stores the text, and returns it (the text of the first attempt, if there was one). Null means do not send.';
grant execute on function public.support_begin_email(uuid, uuid, jsonb) to service_role;

create function public.support_claim_emails(p_worker uuid, p_limit integer DEFAULT 10)
returns TABLE(id uuid, kind text, chat_id uuid, conversation_id uuid, first_seq bigint, last_seq bigint, recipient text, unsubscribe_token text, idempotency_key text, customer jsonb, locale text, messages jsonb, waiting_minutes bigint, first_message text, request jsonb)
language plpgsql volatile security invoker
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
comment on function public.support_claim_emails(uuid, integer) is 'For the email worker: claims up to p_limit due emails for four minutes, each for one worker only. Skips emails with a skip reason (read, archived, unsubscribed, no address; taken, ended, removed from the settings). request is set if an earlier attempt stored the text.';
grant execute on function public.support_claim_emails(uuid, integer) to service_role;

create function public.support_claim_file_removals(p_limit integer DEFAULT 100)
returns SETOF text
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  -- A client may have requested the same id again: keep objects that have a ticket or were checked.
  delete from support_private.file_removals r
  using public.support_attachments a
  where a.path = r.path and a.status <> 'refused' and r.due_at <= now();
  return query
    update support_private.file_removals r
    set attempts = r.attempts + 1,
        -- 5, 10, 20 … minutes, at most 6 hours.
        due_at = now() + interval '1 minute' * least(5 * 2 ^ least(r.attempts, 10), 360)
    where r.path in (
      select q.path from support_private.file_removals q
      where q.due_at <= now()
      order by q.due_at
      limit least(greatest(coalesce(p_limit, 100), 1), 1000)
      for update skip locked
    )
    returning r.path;
end
$$;
comment on function public.support_claim_file_removals(integer) is 'For the clean-up of files: claims paths to remove, each for one worker only; an unfinished path is due again in five minutes.';
grant execute on function public.support_claim_file_removals(integer) to service_role;

create function public.support_claim_upload(p_id uuid)
returns TABLE(state text, version text, stored_type text, max_bytes bigint)
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_attachment public.support_attachments;
  v_now timestamptz;
begin
  perform support_private.begin_work();
  -- The secret key calls this, so the use is counted for the uploader. The lock of the counter also serializes the claims of one
  -- person, so that the count of their running checks is right, without a wait for others.
  perform support_private.use_allowance('file_check', 1, a.uploader_id::text)
  from public.support_attachments a where a.id = p_id;
  select * into v_attachment from public.support_attachments a where a.id = p_id for update;
  if not found then
    perform support_private.fail(404, 'support_attachment_not_found');
  end if;
  -- The file may not be larger than announced.
  max_bytes := (select least(s.max_upload_mb * 1048576, v_attachment.size_bytes) from public.support_settings s);
  select o.version, o.metadata ->> 'mimetype'
  into version, stored_type
  from storage.objects o
  where o.bucket_id = 'support-attachments' and o.name = v_attachment.path;
  v_now := clock_timestamp(); -- After the locks.
  state := case
    when v_attachment.status <> 'uploading' then 'settled'
    when not found then 'missing'
    when v_attachment.check_expires_at > v_now then 'busy'
    when 2 <= (
      select count(*) from public.support_attachments a
      where a.uploader_id = v_attachment.uploader_id and a.created_at > now() - interval '1 day'
        and a.check_expires_at > v_now
    ) then 'busy'
    else 'claimed'
  end;
  if state = 'claimed' then
    update public.support_attachments a set check_expires_at = v_now + interval '30 seconds' where a.id = p_id;
  end if;
  return next;
end
$$;
comment on function public.support_claim_upload(uuid) is 'For the check of files: the uploaded object, and whether to check it now. state is claimed (for 30 seconds), busy (this file or two others of its uploader are being checked), missing (nothing is uploaded yet) or settled. max_bytes is the smaller limit of the ticket and the settings. Errors: support_attachment_not_found (404), support_upload_rate_limited (429).';
grant execute on function public.support_claim_upload(uuid) to service_role;

create function public.support_claim_webhook_deliveries(p_worker uuid, p_limit integer DEFAULT 40)
returns TABLE(id uuid, webhook_id uuid, url text, is_private_target boolean, secrets text[], payload jsonb, attempt bigint)
language plpgsql volatile security invoker
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_webhook public.support_webhooks;
  v_delivery public.support_webhook_deliveries;
  v_left integer := least(greatest(p_limit, 0), 100);
  v_error constant text := 'The worker ended before the receiver had answered.';
begin
  perform support_private.begin_work();
  -- The webhook whose last attempt is oldest comes first. The lock serializes the counts of running deliveries by two workers.
  for v_webhook in
    select w.* from public.support_webhooks w
    where w.enabled
    order by greatest(w.last_delivered_at, w.last_failed_at) nulls first
    for no key update skip locked
  loop
    for v_delivery in
      select d.* from public.support_webhook_deliveries d
      where d.webhook_id = v_webhook.id and d.status in ('pending', 'sending') and d.next_attempt_at <= now()
        and (d.lease_expires_at is null or d.lease_expires_at <= now())
      order by d.next_attempt_at, d.created_at
      limit least(v_left, support_private.webhook_room(v_webhook.id))
      for update skip locked
    loop
      if v_delivery.status = 'sending' then
        insert into public.support_webhook_attempts (delivery_id, attempt, error)
        values (v_delivery.id, v_delivery.attempts, v_error)
        on conflict do nothing;
        if v_delivery.attempts - v_delivery.attempts_before >= 10 then
          perform support_private.fail_delivery(v_delivery, v_error, false, null);
          continue;
        end if;
      end if;
      v_left := v_left - 1;
      return query
        update public.support_webhook_deliveries d
        set status = 'sending', attempts = d.attempts + 1, worker = p_worker, lease_expires_at = now() + interval '60 seconds'
        where d.id = v_delivery.id
        returning
          d.id, d.webhook_id, v_webhook.url, support_private.is_private_target(v_webhook.url),
          support_private.webhook_secrets(v_webhook), d.payload, d.attempts;
    end loop;
  end loop;
end
$$;
comment on function public.support_claim_webhook_deliveries(uuid, integer) is 'For the webhook worker: claims due deliveries for a minute, each for one worker only and at most four of a webhook at once.';
grant execute on function public.support_claim_webhook_deliveries(uuid, integer) to service_role;

create function public.support_email_config()
returns TABLE(app_name text, email_from text, chat_url text, unsubscribe_url text, email_problem text, dashboard_url text, notification_locale text, templates jsonb)
language sql stable security invoker
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
comment on function public.support_email_config() is 'For the email worker: the data for every email, and the team''s own templates.';
grant execute on function public.support_email_config() to service_role;

create function public.support_email_secret_digest()
returns text
language sql stable security invoker
set search_path = ''
as $$
  select support_private.email_secret_digest()
$$;
comment on function public.support_email_secret_digest() is 'For the Edge Functions: the digest with which they compare the caller''s secret. Only pg_net gets the secret itself.';
grant execute on function public.support_email_secret_digest() to service_role;

create function public.support_finish_email(p_id uuid, p_worker uuid, p_outcome text, p_provider_id text DEFAULT NULL::text, p_error text DEFAULT NULL::text, p_retry_after integer DEFAULT NULL::integer)
returns void
language plpgsql volatile security invoker
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
    -- Lock the chat before its emails, as the functions do that plan emails. This waits for a reply that is being written.
    perform from public.support_chats c
    where c.id = (select n.chat_id from public.support_notifications n where n.id = p_id)
    for no key update;
  end if;
  -- The result counts even if the lease has expired. An interrupted attempt has no result.
  if p_outcome <> 'unknown' then
    perform support_private.end_attempt(p_id, p_worker, p_outcome, p_provider_id, p_error);
  end if;
  select * into v_notification
  from public.support_notifications n
  where n.id = p_id and n.status = 'sending'
    -- A sent email counts even if the lease has expired.
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
    -- The provider may have accepted it. Retry after 1, 2, 4 … 128 minutes, 6 hours in total.
    update public.support_notifications n
    set due_at = now() + interval '1 minute' * (2 ^ least(n.attempts - 1, 7))::integer,
        last_error = left(p_error, 500), worker = null, lease_expires_at = null
    where n.id = p_id;
  else
    -- The provider accepted nothing, for a reason other than this email, so the attempt does not count. If no earlier attempt
    -- has an unknown result, the text is deleted, so that further replies may join.
    v_free := v_notification.uncertain_since = v_notification.attempt_started_at;
    if v_free and v_notification.kind = 'user_reply' then
      -- Replies since then have a separate row: merge both rows into one email.
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
comment on function public.support_finish_email(uuid, uuid, text, text, text, integer) is 'For the email worker: records the result of an attempt: sent, failed (for good), retry, unknown or postponed. After retry (perhaps sent, or an error of the provider) and unknown (interrupted) the same text is sent again with the same key, at most 10 times within 20 hours. After postponed (nothing was accepted) it is tried again after p_retry_after seconds.';
grant execute on function public.support_finish_email(uuid, uuid, text, text, text, integer) to service_role;

create function public.support_finish_file_removals(p_paths text[])
returns void
language sql volatile security invoker
set search_path = ''
as $$
  delete from support_private.file_removals r where r.path = any (p_paths)
$$;
comment on function public.support_finish_file_removals(text[]) is 'For the clean-up of files: deletes paths from the queue whose objects are removed.';
grant execute on function public.support_finish_file_removals(text[]) to service_role;

create function public.support_finish_webhook_delivery(p_id uuid, p_worker uuid, p_attempt bigint, p_status_code integer DEFAULT NULL::integer, p_error text DEFAULT NULL::text, p_milliseconds integer DEFAULT NULL::integer, p_retry_after integer DEFAULT NULL::integer)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_delivery public.support_webhook_deliveries;
  v_webhook_id uuid;
  v_arrived boolean := coalesce(p_status_code between 200 and 299, false) and p_error is null;
begin
  perform support_private.begin_work();
  -- Lock the webhook first, as every function does that locks both.
  select d.webhook_id into v_webhook_id from public.support_webhook_deliveries d where d.id = p_id;
  perform from public.support_webhooks w where w.id = v_webhook_id for no key update;
  select * into v_delivery from public.support_webhook_deliveries d where d.id = p_id for update;
  if not found then
    return; -- the webhook or the chat was deleted
  end if;
  insert into public.support_webhook_attempts (delivery_id, attempt, status_code, error, milliseconds)
  values (p_id, p_attempt, p_status_code, left(p_error, 500), p_milliseconds)
  on conflict (delivery_id, attempt) do update
    set status_code = excluded.status_code, error = excluded.error, milliseconds = excluded.milliseconds;
  if v_arrived then
    -- A success counts even if the lease has expired, unless an admin has sent the delivery again since.
    update public.support_webhook_deliveries d
    set status = 'delivered', delivered_at = now(), worker = null, lease_expires_at = null
    where d.id = p_id and p_attempt > d.attempts_before;
    update public.support_webhooks w
    set last_delivered_at = now(), failing_since = null, last_error = null
    where w.id = v_delivery.webhook_id;
  elsif v_delivery.status = 'sending' and v_delivery.worker = p_worker and v_delivery.attempts = p_attempt then
    perform support_private.fail_delivery(
      v_delivery, coalesce(p_error, 'The receiver answered ' || p_status_code || '.'), coalesce(p_status_code = 410, false),
      case when p_status_code in (429, 503) then p_retry_after end
    );
  end if;
end
$$;
comment on function public.support_finish_webhook_delivery(uuid, uuid, bigint, integer, text, integer, integer) is 'For the webhook worker: records the result of an attempt. 2xx is a success; 410 turns the webhook off; everything else is tried again by the schedule, ten times in total; p_retry_after (seconds) applies to 429 and 503.';
grant execute on function public.support_finish_webhook_delivery(uuid, uuid, bigint, integer, text, integer, integer) to service_role;

create function public.support_heartbeat()
returns public.support_agents
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.record_heartbeat(null)
$$;
comment on function public.support_heartbeat() is 'Keeps the calling agent online; a dashboard calls it every 30 seconds. Agents only.';
grant execute on function public.support_heartbeat() to authenticated, service_role;

create function public.support_live()
returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select support_private.live()
$$;
comment on function public.support_live() is 'The current state: {waiting, longest_wait_since, active, unanswered, agents, faults}. Agents only.';
grant execute on function public.support_live() to authenticated, service_role;

create function public.support_notify_agent(p_user_id uuid, p_conversation_id uuid, p_note text DEFAULT NULL::text)
returns uuid
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.notify_agent(p_user_id, p_conversation_id, p_note)
$$;
comment on function public.support_notify_agent(uuid, uuid, text) is 'For hooks, the SQL editor and the secret key: shows one agent a notice about a conversation in their dashboard, with a note of at most 500 characters; returns the notice''s id. Errors: support_agent_not_found, support_conversation_not_found (404), support_note_too_long (400).';
grant execute on function public.support_notify_agent(uuid, uuid, text) to service_role;

create function public.support_readable_files(p_paths jsonb)
returns SETOF text
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_paths text[];
begin
  perform support_private.count_file_addresses();
  if jsonb_typeof(p_paths) = 'array' then
    v_paths := array(select p.path from jsonb_array_elements_text(p_paths) p (path) limit 100);
  end if;
  -- Row level security selects the files that the caller may read.
  return query
    select a.path from public.support_attachments a
    where a.path = any (v_paths) and a.path in (select c.path from support_private.checked_files(v_paths) c (path));
end
$$;
comment on function public.support_readable_files(jsonb) is 'The paths among p_paths (100 at most) of checked files that the caller may read. The Edge Function sign-support-files calls it in the caller''s name before it signs addresses. Errors: support_not_authenticated (401), support_rate_limited (429).';
grant execute on function public.support_readable_files(jsonb) to authenticated, service_role;

create function public.support_release_emails(p_worker uuid)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  update public.support_notifications n
  set status = case when n.request is null then 'pending' else n.status end,
      worker = null, lease_expires_at = null
  where n.worker = p_worker and n.status = 'sending'
$$;
comment on function public.support_release_emails(uuid) is 'For the email worker: releases its claims that it has not begun to send.';
grant execute on function public.support_release_emails(uuid) to service_role;

create function public.support_report(p_from timestamp with time zone, p_to timestamp with time zone)
returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.report(p_from, p_to)
$$;
comment on function public.support_report(timestamp with time zone, timestamp with time zone) is 'Numbers of the conversations that started in [p_from, p_to): {total, agents, days, customers, pages}; durations in seconds, days in the time zone of the settings. Agents only: support_forbidden (403); support_report_range_invalid (400).';
grant execute on function public.support_report(timestamp with time zone, timestamp with time zone) to authenticated, service_role;

create function public.support_report_email_problem(p_problem text)
returns boolean
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  update public.support_settings s
  set email_problem = left(p_problem, 200), email_problem_at = case when p_problem is not null then now() end
  where s.email_problem is distinct from left(p_problem, 200);
  return found;
end
$$;
comment on function public.support_report_email_problem(text) is 'For the email worker: stores why no email can be sent (null: no problem). Returns whether that changed, so that it is logged once.';
grant execute on function public.support_report_email_problem(text) to service_role;

create function public.support_set_email_subscription(p_token text, p_action text)
returns TABLE(state text, app_name text)
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if p_action is null or p_action not in ('status', 'unsubscribe', 'resubscribe') then
    perform support_private.fail(400, 'support_email_action_unknown');
  end if;
  if not exists (select from public.support_email_preferences p where p.token = p_token) then
    perform support_private.fail(404, 'support_email_token_unknown');
  end if;
  -- Unsubscribing is never limited. Resubscribing is, so that a person with the link cannot change the row without end.
  if p_action = 'resubscribe' then
    perform support_private.use_allowance('resubscribe', 1, p.user_id::text)
    from public.support_email_preferences p
    where p.token = p_token and p.unsubscribed_at is not null;
  end if;
  update public.support_email_preferences p
  set unsubscribed_at = case when p_action = 'unsubscribe' then now() end
  where p.token = p_token and p_action <> 'status' and (p_action = 'unsubscribe') <> (p.unsubscribed_at is not null);
  return query
    select case when p.unsubscribed_at is null then 'subscribed' else 'unsubscribed' end, s.app_name
    from public.support_email_preferences p, public.support_settings s
    where p.token = p_token;
end
$$;
comment on function public.support_set_email_subscription(text, text) is 'For the unsubscribe function: returns the state (status), unsubscribes or resubscribes the user of a token. Errors: support_email_token_unknown (404), support_email_action_unknown (400), support_rate_limited (429) for the eleventh resubscription of a user in an hour.';
grant execute on function public.support_set_email_subscription(text, text) to service_role;

create function public.support_settle_upload(p_id uuid, p_version text, p_refusal text DEFAULT NULL::text, p_size_bytes bigint DEFAULT NULL::bigint, p_width bigint DEFAULT NULL::bigint, p_height bigint DEFAULT NULL::bigint)
returns public.support_attachments
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_attachment public.support_attachments;
begin
  perform support_private.begin_work();
  select * into v_attachment from public.support_attachments a where a.id = p_id for update;
  if not found then
    perform support_private.fail(404, 'support_attachment_not_found');
  elsif v_attachment.status <> 'uploading' then
    return v_attachment;
  elsif not exists (
    select from storage.objects o
    where o.bucket_id = 'support-attachments' and o.name = v_attachment.path and o.version is not distinct from p_version
  ) then
    perform support_private.fail(409, 'support_file_missing', 'The upload changed during its check');
  end if;
  update public.support_attachments a
  set status = case when p_refusal is null then 'ready' else 'refused' end::public.support_attachment_status,
      refusal = p_refusal,
      size_bytes = case when p_refusal is null then p_size_bytes else a.size_bytes end,
      width = case when p_refusal is null then p_width end,
      height = case when p_refusal is null then p_height end,
      checked_at = clock_timestamp(),
      checked_version = p_version,
      check_expires_at = null
  where a.id = p_id
  returning * into v_attachment;
  return v_attachment;
end
$$;
comment on function public.support_settle_upload(uuid, text, text, bigint, bigint, bigint) is 'For the check of files: marks the checked version as ready, or as refused with a code; a settled file stays as it is. Errors: support_attachment_not_found (404), support_file_missing (409) if the upload was replaced or removed.';
grant execute on function public.support_settle_upload(uuid, text, text, bigint, bigint, bigint) to service_role;

create function public.support_status()
returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select support_private.status()
$$;
comment on function public.support_status() is 'Whether an agent is online, the expected reply time, the caller''s conversation and place in the queue, and the customer''s options: {app_name, agents_online, open, opens_at, expected_reply_minutes, emails_answers, conversation, queue_position, message_before_accept, allow_view_history, delete_history, settings_version, is_staff, waiting_count, dashboard_url, max_upload_mb, upload_types}.';
grant execute on function public.support_status() to authenticated, service_role;

create function public.take_support_conversation(p_conversation_id uuid)
returns public.support_conversations
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.take_conversation(p_conversation_id)
$$;
comment on function public.take_support_conversation(uuid) is 'Takes a waiting conversation; of several simultaneous callers one succeeds. Errors: support_already_taken, support_agent_limit, support_bad_transition (409), support_conversation_not_found (404), support_forbidden (403).';
grant execute on function public.take_support_conversation(uuid) to authenticated, service_role;

create function public.test_support_webhook(p_id uuid)
returns uuid
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.test_webhook(p_id)
$$;
comment on function public.test_support_webhook(uuid) is 'Sends the event test.ping to a webhook, whatever its events are; returns the delivery''s id. Admins only. Errors: support_webhook_not_found (404), support_webhook_disabled (409).';
grant execute on function public.test_support_webhook(uuid) to authenticated, service_role;

create function public.transfer_support_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.transfer_conversation(p_conversation_id, p_agent_id)
$$;
comment on function public.transfer_support_conversation(uuid, uuid) is 'Gives an open conversation to another agent. Errors: support_agent_not_found, support_conversation_not_found (404), support_agent_limit, support_bad_transition (409), support_forbidden (403).';
grant execute on function public.transfer_support_conversation(uuid, uuid) to authenticated, service_role;

create function public.unarchive_support_chat(p_chat_id uuid)
returns public.support_chat_list_item
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.change_chat(p_chat_id, 'unarchive')
$$;
comment on function public.unarchive_support_chat(uuid) is 'Brings a chat back from the archive. Agents only.';
grant execute on function public.unarchive_support_chat(uuid) to authenticated, service_role;

create function public.update_support_agent(p_user_id uuid, p_display_name text, p_role public.support_agent_role, p_tier public.support_agent_tier, p_max_active bigint DEFAULT NULL::bigint)
returns public.support_agents
language sql volatile security invoker
set search_path = ''
as $$
  select * from support_private.update_agent(p_user_id, p_display_name, p_role, p_tier, p_max_active)
$$;
comment on function public.update_support_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) is 'Changes an agent; without p_max_active, the setting''s limit applies. Admins only. Errors: support_agent_invalid (400), support_agent_not_found (404), support_last_admin (409), support_forbidden (403).';
grant execute on function public.update_support_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) to authenticated, service_role;

create function support_private.add_agent(p_email text, p_role public.support_agent_role, p_display_name text)
returns public.support_agents
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.user_of_email(p_email);
  v_agent public.support_agents;
begin
  if v_user_id is null then
    perform support_private.fail(
      404, 'support_user_not_found', 'No user has confirmed this email address yet: sign up and confirm it first.'
    );
  end if;

  insert into public.support_agents (user_id, role, display_name)
  values (v_user_id, p_role, coalesce(nullif(btrim(p_display_name), ''), left(split_part(p_email, '@', 1), 80)))
  on conflict (user_id) do update
    set role = excluded.role,
        display_name = coalesce(nullif(btrim(p_display_name), ''), support_agents.display_name),
        from_role = false
  returning * into v_agent;
  return v_agent;
end
$$;
comment on function support_private.add_agent(text, public.support_agent_role, text) is 'Makes an existing user an agent, or changes role and name. Implements public.support_add_agent.';
grant execute on function support_private.add_agent(text, public.support_agent_role, text) to service_role;

create function support_private.address_from_text(p_text text)
returns inet
language plpgsql immutable parallel safe security invoker
set search_path = ''
as $$
begin
  return p_text::inet;
exception
  when invalid_text_representation then
    return null;
end
$$;
comment on function support_private.address_from_text(text) is 'The IP address in a text; null if it is not one.';

create function support_private.after_opening(p_conversation public.support_conversations)
returns public.support_conversations
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if p_conversation.status = 'waiting' and (select s.auto_assign from public.support_settings s) then
    return support_private.assign_conversation(p_conversation.id);
  end if;
  return p_conversation;
end
$$;
comment on function support_private.after_opening(public.support_conversations) is 'Assigns a conversation that begins to wait, if auto_assign is on.';

create function support_private.announce_chat()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform support_private.broadcast_chat_updated(support_private.list_item(new));
  if new.admin_viewed_at is distinct from old.admin_viewed_at then
    -- The customer may know that the team has seen the chat, but not the other fields of the inbox.
    perform support_private.broadcast(
      'support_chat:' || new.id, 'chat_updated',
      jsonb_build_object('chat_id', new.id, 'admin_viewed_at', new.admin_viewed_at)
    );
  end if;
  return null;
end
$$;
comment on function support_private.announce_chat() is 'Broadcasts that a chat was viewed, archived or restored.';

create function support_private.announce_conversation(p_conversation public.support_conversations)
returns void
language plpgsql volatile security invoker
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
comment on function support_private.announce_conversation(public.support_conversations) is 'Broadcasts the state of a conversation to its chat and to the team.';

create function support_private.announce_message()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_message jsonb := support_private.message_json(new);
  v_item public.support_chat_list_item;
begin
  perform support_private.broadcast(
    'support_chat:' || new.chat_id, 'new_message', jsonb_build_object('message', v_message)
  );
  select item.* into v_item
  from public.support_chats c cross join lateral support_private.list_item(c) item
  where c.id = new.chat_id;
  if new.sender_type = 'user' then
    perform support_private.broadcast(
      'admin_support_notifications', 'new_user_message',
      jsonb_build_object(
        'chat_id', new.chat_id, 'user_email', v_item.user_email, 'message', v_message, 'chat', to_jsonb(v_item)
      )
    );
  else
    perform support_private.broadcast_chat_updated(v_item);
  end if;
  return null;
end
$$;
comment on function support_private.announce_message() is 'Broadcasts a new message to its chat and to the team.';

create function support_private.announce_settings()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  -- Send only the version; each client then reads the settings that it may read.
  perform support_private.broadcast(
    'support_settings', 'settings_changed', jsonb_build_object('version', new.version)
  );
  return null;
end
$$;
comment on function support_private.announce_settings() is 'Broadcasts to open widgets and dashboards that the settings changed.';

create function support_private.app_name()
returns text
language sql stable security definer
set search_path = ''
as $$
  select s.app_name from public.support_settings s
$$;
comment on function support_private.app_name() is 'The app''s name in the settings.';
grant execute on function support_private.app_name() to authenticated, service_role;

create function support_private.are_email_addresses(p_addresses text[])
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select cardinality(p_addresses) <= 20
    and not exists (select from unnest(p_addresses) a (address) where not support_private.is_email_address(a.address))
    and (select count(distinct lower(a.address)) from unnest(p_addresses) a (address)) = cardinality(p_addresses)
$$;
comment on function support_private.are_email_addresses(text[]) is 'Is it a list of at most 20 email addresses, none twice?';
grant execute on function support_private.are_email_addresses(text[]) to authenticated, service_role;

create function support_private.are_private_targets(p_targets text[])
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select coalesce(bool_and(coalesce(t.target ~ '^([a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}$', false)), true)
  from unnest(p_targets) t (target)
$$;
comment on function support_private.are_private_targets(text[]) is 'Is each text host:port, in lower case?';
grant execute on function support_private.are_private_targets(text[]) to authenticated, service_role;

create function support_private.are_roles(p_roles text[])
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  -- No commas, because the dashboard separates roles with them.
  select cardinality(p_roles) <= 20 and not exists (
    select from unnest(p_roles) r (role)
    where r.role is null or char_length(r.role) not between 1 and 60
      or r.role ~ '[\u0001-\u001f\u007f-\u009f,]' or r.role <> btrim(r.role, support_private.blank_characters())
  )
$$;
comment on function support_private.are_roles(text[]) is 'Is it a list of at most 20 roles: 1 to 60 characters, one line, without commas and surrounding blanks?';
grant execute on function support_private.are_roles(text[]) to authenticated, service_role;

create function support_private.assign_after_end()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform support_private.assign_waiting(1);
  return null;
end
$$;
comment on function support_private.assign_after_end() is 'Assigns the next waiting conversation after an active one has ended.';

create function support_private.assign_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql volatile security invoker
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
  -- Serialize assignments: each may lock several agents, and a different order of locks would end in a deadlock.
  perform pg_advisory_xact_lock(hashtext('support_private.assign_conversation'));
  -- The fewest active conversations first, then the longest idle. Each candidate is locked and counted again, because agents also
  -- take conversations themselves.
  for v_agent in
    select a.*
    from public.support_settings s
    cross join public.support_agents a
    cross join lateral (
      select count(*) as value from public.support_conversations v where v.agent_id = a.user_id and v.status = 'active'
    ) busy
    cross join lateral (select support_private.score(p_conversation_id, a.user_id) as value) score
    -- is_online() and max_active() are inlined, because a call of each for every agent would take most of the time.
    where a.available and a.last_seen_at > clock_timestamp() - s.agent_timeout
      and score.value is not null
      and a.user_id is distinct from v_customer_id
      and busy.value < coalesce(a.max_active, s.max_active_conversations, busy.value + 1)
    order by score.value desc, busy.value, a.last_assigned_at nulls first, a.user_id
  loop
    -- Read again under the lock: the agent may have left, gone away or reached the limit.
    select * into v_agent from public.support_agents a where a.user_id = v_agent.user_id and a.available for no key update;
    if found and support_private.is_active_user(v_agent.user_id)
      and support_private.count_active(v_agent.user_id) < coalesce(support_private.max_active(v_agent), 9223372036854775807)
    then
      v_conversation := support_private.transition_conversation(p_conversation_id, 'active', v_agent.user_id);
      perform support_private.notify_agent(v_agent.user_id, p_conversation_id, null);
      return v_conversation;
    end if;
  end loop;
  select * into v_conversation from public.support_conversations v where v.id = p_conversation_id;
  return v_conversation;
end
$$;
comment on function support_private.assign_conversation(uuid) is 'Assigns a waiting conversation to the agent with the highest score who is online and below the limit; without one it waits on.';

create function support_private.assign_waiting(p_batch integer DEFAULT 100)
returns integer
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_conversation public.support_conversations;
  v_assigned integer := 0;
begin
  perform support_private.begin_work();
  if not (select s.auto_assign from public.support_settings s) then
    return 0;
  end if;
  -- Only one call at a time works on the queue; a second one returns at once.
  if not pg_try_advisory_xact_lock(hashtext('support_private.assign_conversation')) then
    return 0;
  end if;
  for v_id in
    select v.id from public.support_conversations v
    where v.status = 'waiting'
    order by v.priority desc, v.queued_at, v.id
    limit p_batch
  loop
    v_conversation := support_private.try_lock_conversation(v_id);
    if v_conversation.status = 'waiting' then
      v_conversation := support_private.assign_conversation(v_id);
      exit when v_conversation.status = 'waiting' and not exists (
        select from public.support_agents a where a.available and support_private.is_online(a)
      );
      v_assigned := v_assigned + (v_conversation.status = 'active')::integer;
    end if;
  end loop;
  return v_assigned;
end
$$;
comment on function support_private.assign_waiting(integer) is 'Assigns the queue, the most urgent and longest waiting first; returns how many were assigned.';

create function support_private.attachments_for_message(p_ids uuid[], p_chat_id uuid)
returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_attachment public.support_attachments;
  v_files jsonb := '{}';
begin
  if cardinality(p_ids) > 5 then
    perform support_private.fail(400, 'support_attachments_too_many', 'At most 5');
  end if;
  for v_attachment in
    select a.* from public.support_attachments a
    where a.id = any (p_ids) and a.chat_id = p_chat_id and a.uploader_id = support_private.caller_id()
    order by a.id
    for update
  loop
    if v_attachment.message_id is not null then
      perform support_private.fail(409, 'support_attachment_used', v_attachment.name);
    elsif v_attachment.status <> 'ready' then
      perform support_private.fail(409, 'support_attachment_not_ready', v_attachment.name);
    end if;
    -- Since the ticket, the settings may have changed, and the object may have been removed or replaced.
    perform support_private.check_upload(v_attachment.mime_type, v_attachment.size_bytes);
    if exists (
      select from storage.objects o
      where o.bucket_id = 'support-attachments' and o.name = v_attachment.path
        and o.version is not distinct from v_attachment.checked_version
    ) then
      v_files := v_files || jsonb_build_object(v_attachment.id, jsonb_build_object(
        'id', v_attachment.id, 'path', v_attachment.path, 'name', v_attachment.name, 'mime_type', v_attachment.mime_type,
        'size_bytes', v_attachment.size_bytes, 'width', v_attachment.width, 'height', v_attachment.height
      ));
    end if;
  end loop;
  -- The same error for files that are unknown, of another user, of another chat, or removed.
  if exists (select from unnest(p_ids) i (id) where i.id is null or not v_files ? i.id::text) then
    perform support_private.fail(400, 'support_attachment_not_found');
  elsif cardinality(p_ids) > (select count(distinct i.id) from unnest(p_ids) i (id)) then
    perform support_private.fail(409, 'support_attachment_used', 'Each file only once');
  end if;
  return (
    select jsonb_agg(v_files -> i.id::text order by i.place) from unnest(p_ids) with ordinality i (id, place)
  );
end
$$;
comment on function support_private.attachments_for_message(uuid[], uuid) is 'The files of the caller''s new message, in order. Raises an error unless they are the caller''s, of this chat, checked and unused.';

create function support_private.badge()
returns TABLE(chat_id uuid, last_seq bigint, awaiting_answer boolean, is_staff boolean, waiting_count bigint, dashboard_url text)
language sql stable security definer
set search_path = ''
as $$
  select
    c.id,
    coalesce(c.last_seq, 0),
    coalesce(c.last_user_message_at > now() - interval '30 minutes', false)
      or exists (
        select from public.support_conversations v
        where v.chat_id = c.id and v.status <> 'ended' and v.last_message_at > now() - interval '1 day'
      ),
    s.is_agent,
    case when s.is_agent then (select count(*) from public.support_conversations v where v.status = 'waiting') end,
    case when s.is_agent then (select t.dashboard_url from public.support_settings t) end
  from (select support_private.is_agent() as is_agent) s
  left join public.support_chats c on c.user_id = (select support_private.caller_id())
  where s.is_agent or c.id is not null
$$;
comment on function support_private.badge() is 'Implements public.get_support_unread.';
grant execute on function support_private.badge() to authenticated;

create function support_private.begin_deletion()
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtext('support_private.deletion'))
$$;
comment on function support_private.begin_deletion() is 'Called before users or agents are deleted: waits for running calls, and blocks new ones until this transaction ends.';

create function support_private.begin_deletion_of_statement()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform support_private.begin_deletion();
  return null;
end
$$;
comment on function support_private.begin_deletion_of_statement() is 'Calls begin_deletion() for a statement that deletes users or agents, before it locks a row.';

create function support_private.begin_upload(p_id uuid, p_chat_id uuid, p_name text, p_mime_type text, p_size_bytes bigint)
returns public.support_attachments
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_attachment public.support_attachments;
begin
  perform support_private.begin_work();
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not exists (
    select from public.support_chats c where c.id = p_chat_id and (c.user_id = v_user_id or support_private.is_agent())
  ) then
    perform support_private.fail(404, 'support_chat_not_found');
  elsif p_id is null then
    perform support_private.fail(400, 'support_upload_id_missing');
  end if;
  -- Serialize the calls of each person, so that the count of unsent files below is right.
  perform pg_advisory_xact_lock(hashtextextended('support_private.begin_upload:' || v_user_id, 0));
  select * into v_attachment from public.support_attachments a where a.id = p_id;
  if found then
    if (v_attachment.uploader_id, v_attachment.chat_id, v_attachment.mime_type)
      is distinct from (v_user_id, p_chat_id, p_mime_type)
    then
      perform support_private.fail(409, 'support_upload_conflict');
    end if;
    if v_attachment.status = 'uploading' and v_attachment.ticket_expires_at <= clock_timestamp() then
      perform support_private.check_upload(p_mime_type, v_attachment.size_bytes);
      perform support_private.use_allowance('upload');
      perform support_private.use_allowance('upload_of_day');
      update public.support_attachments a set ticket_expires_at = clock_timestamp() + interval '1 hour'
      where a.id = p_id
      returning * into v_attachment;
    end if;
    return v_attachment;
  end if;
  perform support_private.check_upload(p_mime_type, p_size_bytes);
  perform support_private.use_allowance('upload');
  perform support_private.use_allowance('upload_of_day');
  perform support_private.use_allowance(
    'upload_bytes', p_size_bytes, p_limit => (select 50 * s.max_upload_mb * 1048576 from public.support_settings s)
  );
  -- A person may have 20 unsent files in a chat; delete the oldest ones beyond that.
  delete from public.support_attachments a
  where a.id in (
    select o.id from public.support_attachments o
    where o.uploader_id = v_user_id and o.chat_id = p_chat_id and o.message_id is null and o.status <> 'refused'
    order by o.created_at desc offset 19
  ) and a.message_id is null;
  insert into public.support_attachments (id, chat_id, uploader_id, name, mime_type, size_bytes, created_at)
  values (
    p_id, p_chat_id, v_user_id, support_private.file_name(p_name, p_mime_type), p_mime_type, p_size_bytes, clock_timestamp()
  )
  returning * into v_attachment;
  return v_attachment;
exception
  when unique_violation then -- another user created a ticket with this id at the same time
    perform support_private.fail(409, 'support_upload_conflict');
end
$$;
comment on function support_private.begin_upload(uuid, uuid, text, text, bigint) is 'Implements public.begin_support_upload.';
grant execute on function support_private.begin_upload(uuid, uuid, text, text, bigint) to authenticated;

create function support_private.begin_work()
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select pg_advisory_xact_lock_shared(hashtext('support_private.deletion'))
$$;
comment on function support_private.begin_work() is 'A function that writes calls this first, before it checks the caller: no user or agent is deleted until its transaction ends.';
grant execute on function support_private.begin_work() to service_role;

create function support_private.begin_work_of_statement()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform support_private.begin_work();
  return null;
end
$$;
comment on function support_private.begin_work_of_statement() is 'Calls begin_work() for a statement that writes a table whose rows are deleted with users.';

create function support_private.blank_characters()
returns text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  -- Every invisible character: controls, spaces of all widths, zero-width and bidi marks, fillers, variation
  -- selectors. The same list as BLANK in src/lib/chat/text/text.ts; a test compares them.
  select E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f'
    || E'\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f'
    || E'\u0020\u007f\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f'
    || E'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f'
    || E'\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2065'
    || E'\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3000\u3164'
    || E'\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0'
$$;
comment on function support_private.blank_characters() is 'The invisible characters; a message needs a character that is not among them.';
grant execute on function support_private.blank_characters() to authenticated, service_role;

create function support_private.broadcast(p_topic text, p_event text, p_payload jsonb)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  -- These topics name the chat, or need none (settings, and agents who view no chat).
  if p_topic !~ '^(support_chat:|support_(settings|staff)$)' and p_payload ->> 'chat_id' is null then
    raise exception 'A broadcast on % needs chat_id', p_topic;
  end if;
  perform realtime.send(jsonb_build_object('type', p_event) || p_payload, p_event, p_topic, true);
end
$$;
comment on function support_private.broadcast(text, text, jsonb) is 'Broadcasts to a private topic when the transaction commits; type in the payload is the event.';

create function support_private.broadcast_chat_updated(p_item public.support_chat_list_item)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.broadcast(
    'admin_support_notifications', 'chat_updated', jsonb_build_object('chat_id', p_item.id, 'chat', to_jsonb(p_item))
  )
  -- While a user is being deleted, their chat is not in the inbox.
  where p_item.id is not null
$$;
comment on function support_private.broadcast_chat_updated(public.support_chat_list_item) is 'Broadcasts the inbox row of a chat to the team.';

create function support_private.broadcast_messages_read(p_chat_id uuid, p_up_to_seq bigint, p_read_at timestamp with time zone)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.broadcast(
    'support_chat:' || p_chat_id, 'messages_read',
    jsonb_build_object('chat_id', p_chat_id, 'up_to_seq', p_up_to_seq, 'read_at', p_read_at)
  )
$$;
comment on function support_private.broadcast_messages_read(uuid, bigint, timestamp with time zone) is 'Broadcasts to a chat that its customer has read the messages up to a seq.';

create function support_private.broadcast_typing(p_chat_id uuid, p_typing boolean)
returns void
language plpgsql volatile security definer
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
comment on function support_private.broadcast_typing(uuid, boolean) is 'Broadcasts that the caller types in a chat, or has stopped, with their side, id and name from the database.';
grant execute on function support_private.broadcast_typing(uuid, boolean) to authenticated;

create function support_private.call_edge_function(p_name text)
returns bigint
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_url text;
  v_secret text;
begin
  select s.decrypted_secret into v_url from vault.decrypted_secrets s where s.name = 'support_email_functions_url';
  select s.decrypted_secret into v_secret from vault.decrypted_secrets s where s.name = 'support_email_secret';
  if v_url is null or v_secret is null then
    return null;
  end if;
  -- Every role of the database can read queued requests, so this secret can only start a run.
  return net.http_post(
    url := v_url || '/' || p_name,
    headers := jsonb_build_object('Content-Type', 'application/json', 'x-support-secret', v_secret),
    timeout_milliseconds := 10000
  );
end
$$;
comment on function support_private.call_edge_function(text) is 'Starts a run of one of the support chat''s Edge Functions; returns pg_net''s request id, or null before configure_email.';

create function support_private.call_hook(p_hook regprocedure, p_event text, p_data jsonb)
returns void
language plpgsql volatile security definer
set search_path = ''
set lock_timeout = 1s
as $$
declare
  c_budget constant interval := '1 second';
  c_pause constant interval := '10 minutes';
  -- Settings that a hook may change, and that are restored for the rest of the transaction. This function sets lock_timeout and
  -- search_path for itself.
  c_kept constant text[] := array[
    'request.jwt.claims', 'request.jwt.claim.sub', 'request.jwt.claim.role', 'statement_timeout', 'row_security',
    'timezone', 'datestyle', 'intervalstyle', 'session_replication_role', 'support.hooks'
  ];
  v_source text := left(p_hook::regproc::text, 100);
  v_started timestamptz := clock_timestamp();
  v_before text[];
  v_fault text;
  v_cancelled boolean := false;
  v_took interval;
begin
  if exists (select from public.support_faults f where f.source = v_source and f.paused_until > v_started) then
    return;
  end if;
  select array_agg(coalesce(current_setting(k.name, true), '') order by k.n) into v_before
  from unnest(c_kept) with ordinality k (name, n);
  begin
    -- Changes made by a hook call no hook, because a hook that writes a message would call itself without end.
    perform set_config('support.hooks', 'inside', true);
    if p_hook::oid = to_regprocedure('support_hooks.on_event(text, jsonb)')::oid then
      execute format('select %s($1, $2)', p_hook::regproc) using p_event, p_data;
    else
      execute format('select %s($1)', p_hook::regproc) using p_data;
    end if;
  exception
    when query_canceled then
      v_cancelled := true;
    when assert_failure or others then
      v_fault := p_event || ': ' || sqlerrm;
  end;
  perform set_config(k.name, v_before[k.n], true)
  from unnest(c_kept) with ordinality k (name, n)
  where coalesce(current_setting(k.name, true), '') <> v_before[k.n];

  v_took := clock_timestamp() - v_started;
  if v_cancelled then
    -- A statement's timeout fires once, so nothing would end another hook in the same statement.
    perform set_config('support.hooks', 'off', true);
  end if;
  if v_cancelled or v_took > c_budget then
    perform support_private.write_fault(
      v_source,
      format(
        '%s: %s after %s s, and may take 1 s at most. It is not called until %s UTC, or until an admin resumes it.%s',
        p_event, case when v_cancelled then 'was cancelled' else 'ended' end,
        round(extract(epoch from v_took), 1), to_char((v_started + v_took + c_pause) at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
        ' ' || v_fault
      ),
      v_started + v_took + c_pause
    );
  elsif v_fault is not null then
    perform support_private.record_fault(v_source, v_fault);
  end if;
end
$$;
comment on function support_private.call_hook(regprocedure, text, jsonb) is 'Calls one of the team''s functions. Its errors are recorded in support_faults and stop nothing; a function that takes longer than a second, or is cancelled, is not called for ten minutes.';

create function support_private.call_hooks(p_event text, p_data jsonb)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_hook regprocedure;
begin
  foreach v_hook in array support_private.hooks_for(p_event) loop
    -- Stop inside a hook, and after a hook that was cancelled. Check before each call, because the first hook may be cancelled.
    exit when coalesce(current_setting('support.hooks', true), '') <> '';
    perform support_private.call_hook(v_hook, p_event, p_data);
  end loop;
end
$$;
comment on function support_private.call_hooks(text, jsonb) is 'Calls the team''s functions for an event, unless one of them caused it.';

create function support_private.caller_id()
returns uuid
language sql stable security definer
set search_path = ''
as $$
  select u.id from auth.users u
  where u.id = (select auth.uid()) and u.deleted_at is null and (u.banned_until is null or u.banned_until <= now())
$$;
comment on function support_private.caller_id() is 'The calling user; null when signed out, and for users who are banned, deleted or not of this project.';
grant execute on function support_private.caller_id() to authenticated, service_role;

create function support_private.change_chat(p_chat_id uuid, p_change text)
returns public.support_chat_list_item
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
  v_now timestamptz;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance(case p_change when 'view' then 'view' else 'agent_action' end);
  perform from public.support_chats c where c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  if p_change = 'view' and p_chat_id = support_private.own_chat_id() then
    -- An agent who views their own chat is its customer, so the team has not seen it.
    select * into v_chat from public.support_chats c where c.id = p_chat_id;
    return support_private.list_item(v_chat);
  elsif p_change <> 'view' then
    perform support_private.require_charge_of_chat(p_chat_id);
  end if;
  -- Read the clock after taking the lock, so that no earlier message stays unread.
  v_now := clock_timestamp();
  update public.support_chats c
  set admin_viewed_at = case p_change
        when 'view' then greatest(v_now, c.last_message_at, c.admin_viewed_at)
        else c.admin_viewed_at
      end,
      archived_at = case p_change
        when 'archive' then coalesce(c.archived_at, v_now)
        when 'unarchive' then null
        else c.archived_at
      end
  where c.id = p_chat_id;
  -- Read again, because triggers of the change may have changed the chat.
  select * into v_chat from public.support_chats c where c.id = p_chat_id;
  return support_private.list_item(v_chat);
end
$$;
comment on function support_private.change_chat(uuid, text) is 'Marks a chat viewed, archives or restores it: p_change is view, archive or unarchive.';
grant execute on function support_private.change_chat(uuid, text) to authenticated;

create function support_private.chat_email(p_chat_id uuid)
returns text
language sql stable security definer
set search_path = ''
as $$
  select u.email::text
  from public.support_chats c
  join auth.users u on u.id = c.user_id
  where c.id = p_chat_id
    -- An unconfirmed address may belong to another person.
    and u.email_confirmed_at is not null
    and u.deleted_at is null
    and (u.banned_until is null or u.banned_until < now())
    and u.email ~ '^[^[:space:][:cntrl:]<>",;:\\()]+@[^[:space:][:cntrl:]<>",;:\\()@]+$'
$$;
comment on function support_private.chat_email(uuid) is 'The confirmed address of a chat''s customer, or null. Never an address from a page or from user metadata.';
grant execute on function support_private.chat_email(uuid) to service_role;

create function support_private.check_message(p_id uuid, p_content text)
returns void
language plpgsql immutable security invoker
set search_path = ''
as $$
begin
  if p_id is null then
    perform support_private.fail(400, 'support_message_id_missing');
  elsif p_content is null or btrim(p_content, support_private.blank_characters()) = '' then
    perform support_private.fail(400, 'support_message_blank');
  elsif char_length(p_content) > 4000 then
    perform support_private.fail(400, 'support_message_too_long', char_length(p_content) || ' characters, at most 4000');
  end if;
end
$$;
comment on function support_private.check_message(uuid, text) is 'Raises an error if the id of a message is missing, or if its text is blank or too long.';

create function support_private.check_template()
returns trigger
language plpgsql volatile security definer
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
comment on function support_private.check_template() is 'Rejects a template with a variable that its email does not have, or without one that it requires.';

create function support_private.check_time_zone()
returns trigger
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = new.time_zone) then
    perform support_private.fail(400, 'support_time_zone_unknown', new.time_zone);
  end if;
  return new;
end
$$;
comment on function support_private.check_time_zone() is 'Rejects a time zone that Postgres does not have.';

create function support_private.check_upload(p_mime_type text, p_size_bytes bigint)
returns void
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  v_settings public.support_settings;
begin
  select * into v_settings from public.support_settings;
  if v_settings.upload_types = '{}' then
    perform support_private.fail(403, 'support_uploads_off', 'Attachments are off');
  elsif p_mime_type is null or p_mime_type <> all (v_settings.upload_types) then
    perform support_private.fail(400, 'support_upload_type', array_to_string(v_settings.upload_types, ', '));
  elsif coalesce(p_size_bytes, 0) <= 0 then
    perform support_private.fail(400, 'support_upload_empty');
  elsif p_size_bytes > v_settings.max_upload_mb * 1048576 then
    perform support_private.fail(400, 'support_upload_too_large', 'At most ' || v_settings.max_upload_mb || ' MB');
  end if;
end
$$;
comment on function support_private.check_upload(text, bigint) is 'Raises an error if a file of this type and size cannot be attached.';

create function support_private.check_webhook()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  -- A webhook whose address became invalid can still be turned off.
  if tg_op = 'INSERT' or new.url <> old.url or new.enabled and not old.enabled then
    perform support_private.check_webhook_url(new.url);
  end if;
  if not coalesce(new.events <@ support_private.webhook_events() and cardinality(new.events) > 0, false) then
    perform support_private.fail(400, 'support_webhook_events_invalid', 'At least one of ' || array_to_string(support_private.webhook_events(), ', '));
  elsif char_length(new.description) > 200 or new.description ~ '[\u0001-\u001f\u007f-\u009f]' then
    perform support_private.fail(400, 'support_webhook_description_invalid', 'One line of at most 200 characters');
  end if;
  new.events := array(select e from unnest(support_private.webhook_events()) e where e = any (new.events));
  if tg_op = 'UPDATE' and (new.enabled and not old.enabled or new.url <> old.url) then
    new.disabled_reason := null;
    new.failing_since := null;
    new.last_error := null;
  end if;
  return new;
end
$$;
comment on function support_private.check_webhook() is 'Checks the values of a webhook for every role that writes it.';

create function support_private.check_webhook_url(p_url text)
returns void
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  v_target text[] := support_private.webhook_target(p_url);
  v_host text := v_target[2];
begin
  if p_url ~* '^[a-z]+://[^/?#]*@' then
    perform support_private.fail(400, 'support_webhook_url_credentials', 'No user name or password: every admin could read it');
  elsif v_target is null or v_target[3]::integer > 65535 then
    perform support_private.fail(400, 'support_webhook_url_invalid', 'Like https://example.com/hooks, at most 2,000 characters');
  elsif support_private.is_private_target(p_url) then
    return;
  elsif v_target[1] <> 'https' then
    perform support_private.fail(400, 'support_webhook_url_not_https', 'It must begin with https://');
  elsif v_host ~ '^\[' then
    if support_private.address_from_text(btrim(v_host, '[]')) is null then
      perform support_private.fail(400, 'support_webhook_url_invalid', 'This is not an IP address');
    elsif not support_private.is_public_address(btrim(v_host, '[]')::inet) then
      perform support_private.fail(400, 'support_webhook_url_private', 'It must be reachable from the internet');
    end if;
  elsif v_host ~ '(^|\.)([0-9]+|0x[0-9a-f]*)$' then
    -- A host that ends with a number is an IPv4 address, and all programs parse only four plain decimal numbers alike.
    if v_host !~ '^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$' or support_private.address_from_text(v_host) is null then
      perform support_private.fail(400, 'support_webhook_url_invalid', 'An address is four numbers from 0 to 255');
    elsif not support_private.is_public_address(v_host::inet) then
      perform support_private.fail(400, 'support_webhook_url_private', 'It must be reachable from the internet');
    end if;
  elsif char_length(v_host) > 253 or v_host !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$' then
    perform support_private.fail(400, 'support_webhook_url_invalid', 'This is not a host name');
  elsif support_private.is_private_name(v_host) then
    perform support_private.fail(400, 'support_webhook_url_private', 'It must be reachable from the internet');
  end if;
  if v_target[3]::integer <> 443 and v_target[3]::integer < 1024 then
    perform support_private.fail(400, 'support_webhook_url_port', 'Port 443, or one from 1024 on');
  end if;
end
$$;
comment on function support_private.check_webhook_url(text) is 'Rejects a URL that is not https, has credentials, or leads into a private network. The address to which its name resolves is checked when a delivery connects.';

create function support_private.checked_files(p_paths text[])
returns SETOF text
language sql stable security definer
set search_path = ''
as $$
  select a.path
  from public.support_attachments a
  join storage.objects o on o.bucket_id = 'support-attachments' and o.name = a.path
  where a.path = any (p_paths) and a.status = 'ready' and a.checked_version is not distinct from o.version
$$;
comment on function support_private.checked_files(text[]) is 'The paths among p_paths whose object has the checked version.';
grant execute on function support_private.checked_files(text[]) to authenticated;

create function support_private.clean_context(p_context jsonb)
returns jsonb
language plpgsql immutable security invoker
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
comment on function support_private.clean_context(jsonb) is 'Checks the context that a page sent. Raises support_context_invalid.';

create function support_private.clip(p_text text, p_length integer)
returns text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select case
    when char_length(p_text) <= p_length then p_text
    -- Take one character more, and leave out the last one together with the marks, selectors, skin tones and joined emoji that
    -- belong to it. A character with more marks than fit is cut nevertheless.
    else coalesce(
      nullif(
        regexp_replace(
          left(p_text, p_length + 1),
          '.(?:[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff]|\u200d.)*$',
          ''
        ),
        ''
      ),
      left(p_text, p_length)
    )
  end
$$;
comment on function support_private.clip(text, integer) is 'The beginning of a text, at most p_length code points, not cut between a character and its combining marks or inside a joined emoji.';

create function support_private.configure_email(p_functions_url text, p_dashboard_url text DEFAULT NULL::text)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if support_private.is_web_address(p_functions_url) is not true then
    perform support_private.fail(400, 'support_email_url_invalid', 'Like https://<project>.supabase.co/functions/v1');
  end if;
  select s.id into v_id from vault.secrets s where s.name = 'support_email_functions_url';
  if v_id is null then
    perform vault.create_secret(rtrim(p_functions_url, '/'), 'support_email_functions_url', 'Support chat: where its Edge Functions are');
  else
    perform vault.update_secret(v_id, rtrim(p_functions_url, '/'));
  end if;
  if not exists (select from vault.secrets s where s.name = 'support_email_secret') then
    perform vault.create_secret(
      replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'support_email_secret',
      'Support chat: starts a run of send-support-emails, and can do nothing else'
    );
  end if;
  if p_dashboard_url is not null then
    update public.support_settings s set unsubscribe_url = rtrim(p_dashboard_url, '/') || '/unsubscribe' where s.id;
  end if;
end
$$;
comment on function support_private.configure_email(text, text) is 'Stores the address of the Edge Functions and the secret that starts a run: select support_private.configure_email(''https://<project>.supabase.co/functions/v1'', ''https://<dashboard>''). Can be called again. To change the secret: delete from vault.secrets where name = ''support_email_secret'', then call this.';

create function support_private.conversation_event(p_event text, p_conversation public.support_conversations, p_previous_agent_id uuid)
returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'conversation_id', p_conversation.id,
    'chat_id', p_conversation.chat_id,
    'user_id', (select c.user_id from public.support_chats c where c.id = p_conversation.chat_id),
    'status', p_conversation.status,
    'priority', p_conversation.priority,
    'agent_id', p_conversation.agent_id,
    'agent_name', (select a.display_name from public.support_agents a where a.user_id = p_conversation.agent_id),
    'started_at', p_conversation.started_at,
    'queued_at', p_conversation.queued_at,
    'accepted_at', p_conversation.accepted_at,
    'ended_at', p_conversation.ended_at,
    'ended_by', p_conversation.ended_by,
    'rating', p_conversation.rating,
    'feedback', p_conversation.feedback,
    'rated_at', p_conversation.rated_at
  )
  || case when p_event in ('conversation.transferred', 'conversation.requeued')
    then jsonb_build_object('previous_agent_id', p_previous_agent_id) else '{}' end
  || case when p_event = 'conversation.ended' then jsonb_build_object('summary', jsonb_build_object(
    'waited_seconds', round(extract(epoch from coalesce(p_conversation.accepted_at, p_conversation.ended_at) - p_conversation.started_at)),
    'duration_seconds', round(extract(epoch from p_conversation.ended_at - p_conversation.started_at)),
    'message_count', (
      select count(*) from public.support_messages m
      where m.conversation_id = p_conversation.id and m.sender_type <> 'system'
    ),
    'ended_by', p_conversation.ended_by,
    'rating', p_conversation.rating
  )) else '{}' end
$$;
comment on function support_private.conversation_event(text, public.support_conversations, uuid) is 'The data of a conversation for hooks and webhooks.';

create function support_private.conversation_for_message(p_chat_id uuid, p_sender public.support_sender_type)
returns uuid
language plpgsql volatile security invoker
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
comment on function support_private.conversation_for_message(uuid, public.support_sender_type) is 'The conversation of a new message: a customer''s message opens one, an agent''s message takes a waiting one.';

create function support_private.conversation_json(p_conversation public.support_conversations)
returns jsonb
language sql stable security invoker
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

create function support_private.conversation_state(p_conversation public.support_conversations)
returns public.support_conversation_state
language sql immutable security invoker
set search_path = ''
as $$
  select row(
    p_conversation.id, p_conversation.chat_id, p_conversation.status, p_conversation.agent_id, p_conversation.started_at,
    p_conversation.queued_at, p_conversation.accepted_at, p_conversation.ended_at, p_conversation.ended_by,
    p_conversation.rating, p_conversation.feedback
  )::public.support_conversation_state
$$;
comment on function support_private.conversation_state(public.support_conversations) is 'A conversation as functions for customers return it.';
grant execute on function support_private.conversation_state(public.support_conversations) to authenticated;

create function support_private.count_active(p_agent_id uuid)
returns bigint
language sql stable security invoker
set search_path = ''
as $$
  select count(*) from public.support_conversations v where v.agent_id = p_agent_id and v.status = 'active'
$$;
comment on function support_private.count_active(uuid) is 'How many active conversations an agent has.';

create function support_private.count_file_addresses()
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  perform support_private.use_allowance('file_addresses');
end
$$;
comment on function support_private.count_file_addresses() is 'Counts one request for addresses of files against the caller''s allowance.';
grant execute on function support_private.count_file_addresses() to authenticated;

create function support_private.count_settings_version()
returns trigger
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;
comment on function support_private.count_settings_version() is 'Counts the changes of the settings.';

create function support_private.create_webhook(p_url text, p_events text[], p_description text)
returns TABLE(id uuid, secret text)
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_secret text := support_private.new_webhook_secret();
  v_id uuid := gen_random_uuid();
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('change_webhook');
  -- Serialize the calls, so that the limit holds.
  perform pg_advisory_xact_lock(hashtextextended('support_webhooks', 0));
  if (select count(*) from public.support_webhooks) >= 10 then
    perform support_private.fail(409, 'support_webhooks_too_many', 'At most 10 webhooks');
  end if;
  insert into public.support_webhooks (id, url, events, description, secret_id)
  values (
    v_id, btrim(p_url), p_events, btrim(coalesce(p_description, '')),
    vault.create_secret(v_secret, 'support_webhook_' || v_id, 'Support chat: signs the deliveries of a webhook')
  );
  return query select v_id, v_secret;
end
$$;
comment on function support_private.create_webhook(text, text[], text) is 'Implements public.create_support_webhook.';
grant execute on function support_private.create_webhook(text, text[], text) to authenticated;

create function support_private.day_begins(p_day date, p_zone text)
returns timestamp with time zone
language sql stable security invoker
set search_path = ''
as $$
  -- If clocks go back at midnight, that hour occurs twice; the day begins with the first one.
  select case when ((d.begins - interval '1 hour') at time zone p_zone)::date = p_day
    then d.begins - interval '1 hour' else d.begins end
  from (select p_day::timestamp at time zone p_zone as begins) d
$$;
comment on function support_private.day_begins(date, text) is 'The first instant of a day in a time zone.';

create function support_private.delete_conversation(p_conversation_id uuid)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_mode public.support_history_deletion := (select s.delete_history from public.support_settings s);
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not support_private.is_own_conversation(p_conversation_id) then
    perform support_private.fail(404, 'support_conversation_not_found');
  elsif v_mode = 'off' then
    perform support_private.fail(403, 'support_forbidden', 'Deleting history is off');
  end if;
  perform support_private.use_allowance('deletion');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  if v_conversation.status <> 'ended' then
    perform support_private.fail(409, 'support_conversation_open', 'Only an ended conversation can be deleted');
  elsif v_conversation.user_deleted_at is not null then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  update public.support_conversations v set user_deleted_at = clock_timestamp() where v.id = p_conversation_id;
  if v_mode = 'erase' then
    -- Texts are deleted; times and ratings stay for the reports.
    delete from public.support_messages m where m.conversation_id = p_conversation_id;
    update public.support_conversations v set user_snapshot = '{}', feedback = null where v.id = p_conversation_id;
    delete from public.support_webhook_deliveries d
    where d.chat_id = v_conversation.chat_id and d.payload #>> '{data,conversation_id}' = p_conversation_id::text;
    perform support_private.refresh_preview(v_conversation.chat_id);
  end if;
  -- Remove now, not at the commit, so that the broadcasts below stay.
  perform support_private.forget_broadcasts();
  if v_mode = 'erase' then
    -- Update the preview in open dashboards.
    perform support_private.broadcast_chat_updated(item)
    from public.support_chats c cross join lateral support_private.list_item(c) item
    where c.id = v_conversation.chat_id;
  end if;
  perform support_private.broadcast(
    'support_chat:' || v_conversation.chat_id, 'conversation_deleted',
    jsonb_build_object('chat_id', v_conversation.chat_id, 'conversation_id', p_conversation_id)
  );
end
$$;
comment on function support_private.delete_conversation(uuid) is 'Implements public.delete_support_conversation.';
grant execute on function support_private.delete_conversation(uuid) to authenticated;

create function support_private.email_secret_digest()
returns text
language sql stable security definer
set search_path = ''
as $$
  select encode(sha256(convert_to(s.decrypted_secret, 'utf8')), 'hex')
  from vault.decrypted_secrets s where s.name = 'support_email_secret'
$$;
comment on function support_private.email_secret_digest() is 'The SHA-256, in hex, of the secret that starts a run; null before configure_email.';
grant execute on function support_private.email_secret_digest() to service_role;

create function support_private.email_skip_reason(p_notification public.support_notifications)
returns text
language sql stable security invoker
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
comment on function support_private.email_skip_reason(public.support_notifications) is 'Why this email must not be sent now; null if it may.';
grant execute on function support_private.email_skip_reason(public.support_notifications) to service_role;

create function support_private.emails_due()
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select exists (
    select from public.support_notifications n
    where n.status in ('pending', 'sending') and n.due_at <= now()
      and (n.lease_expires_at is null or n.lease_expires_at <= now())
  )
$$;
comment on function support_private.emails_due() is 'Is there an email that can be claimed now?';
grant execute on function support_private.emails_due() to service_role;

create function support_private.emit(p_event text, p_data jsonb)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  perform support_private.enqueue_webhooks(p_event, p_data);
  perform support_private.call_hooks(p_event, p_data);
end
$$;
comment on function support_private.emit(text, jsonb) is 'Writes the webhook deliveries of an event and calls its hooks, in this transaction. Never fails.';

create function support_private.emit_chat()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if support_private.has_listeners('chat.created') then
    perform support_private.emit('chat.created', jsonb_build_object(
      'chat_id', new.id, 'user_id', new.user_id, 'created_at', new.created_at
    ));
  end if;
  return null;
end
$$;
comment on function support_private.emit_chat() is 'Emits the event chat.created.';

create function support_private.emit_conversation(p_event text, p_conversation public.support_conversations, p_previous_agent_id uuid DEFAULT NULL::uuid)
returns public.support_conversations
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  if not support_private.has_listeners(p_event) then
    return p_conversation;
  end if;
  perform support_private.emit(p_event, support_private.conversation_event(p_event, p_conversation, p_previous_agent_id));
  select * into v_conversation from public.support_conversations v where v.id = p_conversation.id;
  return case when found then v_conversation else p_conversation end;
end
$$;
comment on function support_private.emit_conversation(text, public.support_conversations, uuid) is 'Emits an event of a conversation, and returns the conversation as it is after the hooks.';

create function support_private.emit_message()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if support_private.has_listeners('message.created') then
    perform support_private.emit('message.created', jsonb_build_object(
      'chat_id', new.chat_id,
      'user_id', (select c.user_id from public.support_chats c where c.id = new.chat_id),
      'conversation_id', new.conversation_id,
      'message', support_private.message_json(new)
    ));
  end if;
  return null;
end
$$;
comment on function support_private.emit_message() is 'Emits the event message.created.';

create function support_private.end_archived_conversation()
returns trigger
language plpgsql volatile security definer
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
comment on function support_private.end_archived_conversation() is 'Ends the open conversation of a chat that is archived.';

create function support_private.end_attempt(p_notification_id uuid, p_worker uuid, p_outcome text, p_provider_id text, p_answer text)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  update public.support_notification_attempts a
  set outcome = p_outcome,
      provider_id = left(p_provider_id, 200),
      answer = left(p_answer, 500),
      duration_ms = greatest(0, (extract(epoch from clock_timestamp() - a.created_at) * 1000)::bigint)
  where a.notification_id = p_notification_id and a.worker = p_worker and a.outcome = 'started'
    -- The newest attempt of this worker; an earlier one was interrupted.
    and a.attempt = (
      select max(b.attempt) from public.support_notification_attempts b
      where b.notification_id = p_notification_id and b.worker = p_worker
    )
$$;
comment on function support_private.end_attempt(uuid, uuid, text, text, text) is 'Records the result of an attempt that has begun.';
grant execute on function support_private.end_attempt(uuid, uuid, text, text, text) to service_role;

create function support_private.end_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql volatile security definer
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
    when support_private.is_agent() then 'staff'
  end;
  if v_by is null then -- the same error as for a conversation that does not exist
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
comment on function support_private.end_conversation(uuid) is 'Implements public.end_support_conversation.';
grant execute on function support_private.end_conversation(uuid) to authenticated;

create function support_private.end_inactive_conversations(p_batch integer DEFAULT 500)
returns integer
language plpgsql volatile security invoker
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
    -- now() instead of clock_timestamp(), because only a stable expression can use the index.
    where v.status <> 'ended' and v.last_message_at < now() - make_interval(mins => v_minutes::integer)
    order by v.last_message_at
    limit p_batch
  loop
    v_conversation := support_private.try_lock_conversation(v_id);
    -- A message may have arrived, or the conversation may have ended, since the query.
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
comment on function support_private.end_inactive_conversations(integer) is 'Ends conversations without a message for longer than the settings allow; returns how many.';

create function support_private.enqueue_email()
returns trigger
language plpgsql volatile security definer
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
  -- number_message() has locked the chat's row, so two replies run this one after the other. Replies that were read while the email
  -- waited do not count.
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
        -- Later only if the email was postponed or planned again.
        v_first.due_at
      )
    )
  )
  on conflict (chat_id) where kind = 'user_reply' and status in ('pending', 'sending') and request is null do update
    set first_seq = excluded.first_seq, last_seq = excluded.last_seq, due_at = excluded.due_at,
        -- A worker that has claimed the row but not begun to send has a text without this reply.
        status = 'pending', worker = null, lease_expires_at = null;
  return null;
end
$$;
comment on function support_private.enqueue_email() is 'Plans the email about a reply: the first unread reply starts the delay, further ones join it and postpone it up to the maximum.';

create function support_private.enqueue_webhooks(p_event text, p_data jsonb)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if not exists (select from public.support_webhooks w where w.enabled and p_event = any (w.events)) then
    return;
  end if;
  insert into public.support_webhook_deliveries (webhook_id, chat_id, event, payload)
  select w.id, (p_data ->> 'chat_id')::uuid, p_event,
    jsonb_build_object('type', p_event, 'timestamp', clock_timestamp(), 'data', p_data)
  from public.support_webhooks w
  where w.enabled and p_event = any (w.events);
exception
  -- The webhook or the chat was deleted at the same time.
  when foreign_key_violation then
    null;
  when others then
    perform support_private.record_fault('support_webhooks', p_event || ': ' || sqlerrm);
end
$$;
comment on function support_private.enqueue_webhooks(text, jsonb) is 'Writes an event into the outbox for every webhook that receives it.';

create function support_private.escalate_conversation(p_conversation_id uuid, p_priority integer)
returns public.support_conversations
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if p_priority is null or p_priority not between 0 and 9 then
    perform support_private.fail(400, 'support_priority_invalid', 'From 0 to 9');
  elsif v_conversation.status = 'ended' then
    perform support_private.fail(409, 'support_bad_transition', 'The conversation has ended');
  end if;
  update public.support_conversations v set priority = p_priority
  where v.id = p_conversation_id
  returning * into v_conversation;
  v_conversation := support_private.emit_conversation('conversation.escalated', v_conversation);
  perform support_private.announce_conversation(v_conversation);
  return v_conversation;
end
$$;
comment on function support_private.escalate_conversation(uuid, integer) is 'Implements public.escalate_support_conversation.';
grant execute on function support_private.escalate_conversation(uuid, integer) to authenticated;

create function support_private.fail(p_status integer, p_code text, p_detail text DEFAULT NULL::text)
returns void
language plpgsql immutable security invoker
set search_path = ''
as $$
begin
  -- PostgREST turns SQLSTATE PTxyz into the HTTP status xyz.
  raise exception using
    errcode = 'PT' || p_status,
    message = p_code,
    detail = coalesce(p_detail, '');
end
$$;
comment on function support_private.fail(integer, text, text) is 'Raises a coded error: the message is the code (support_…), SQLSTATE PTxyz sets the HTTP status.';
grant execute on function support_private.fail(integer, text, text) to authenticated, service_role;

create function support_private.fail_delivery(p_delivery public.support_webhook_deliveries, p_error text, p_gone boolean, p_retry_after integer)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_delay interval := support_private.webhook_delay(p_delivery.attempts - p_delivery.attempts_before);
begin
  if p_retry_after is not null then
    v_delay := greatest(v_delay, make_interval(secs => least(greatest(p_retry_after, 0), 86400)));
  end if;
  update public.support_webhook_deliveries d
  set status = case when p_gone or v_delay is null then 'dead' else 'pending' end,
      next_attempt_at = now() + coalesce(v_delay, interval '0'),
      worker = null, lease_expires_at = null
  where d.id = p_delivery.id;
  update public.support_webhooks w
  set last_failed_at = now(), last_error = left(p_error, 500), failing_since = coalesce(w.failing_since, now()),
      enabled = w.enabled and not p_gone,
      disabled_reason = case when p_gone then 'gone' else w.disabled_reason end
  where w.id = p_delivery.webhook_id;
end
$$;
comment on function support_private.fail_delivery(public.support_webhook_deliveries, text, boolean, integer) is 'Plans the next attempt of a delivery, or gives it up after the tenth; p_gone also turns the webhook off.';
grant execute on function support_private.fail_delivery(public.support_webhook_deliveries, text, boolean, integer) to service_role;

create function support_private.file_extension(p_mime_type text)
returns text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select case p_mime_type
    when 'image/png' then 'png'
    when 'image/jpeg' then 'jpg'
    when 'image/webp' then 'webp'
    when 'image/gif' then 'gif'
    when 'application/pdf' then 'pdf'
  end
$$;
comment on function support_private.file_extension(text) is 'The extension of a type that can be attached; null for every other.';
grant execute on function support_private.file_extension(text) to service_role;

create function support_private.file_name(p_name text, p_mime_type text)
returns text
language plpgsql immutable security invoker
set search_path = ''
as $$
declare
  v_ending text := support_private.file_extension(p_mime_type);
  -- The part before a slash is a folder on the uploader's disk.
  v_stem text := regexp_replace(left(coalesce(p_name, ''), 5000), '^.*[/\\]', '');
begin
  -- Remove control and invisible characters, and those that change the direction of text (photo‮gpj.exe). Joiners stay, for emoji.
  v_stem := regexp_replace(
    v_stem,
    '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]', '', 'g'
  );
  -- Trim dots and spaces by a list, because a regular expression that repeats up to the end takes quadratic time.
  v_stem := btrim(
    v_stem,
    E'. \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'
  );
  -- A saved file opens as its real type, because the name has the extension of that type.
  if v_stem ~* ('\.' || case v_ending when 'jpg' then '(jpe?g|jpe|jfif)' else v_ending end || '$') then
    v_ending := substring(v_stem from '[^.]*$');
    v_stem := left(v_stem, -1 - char_length(v_ending));
  end if;
  v_stem := rtrim(support_private.clip(support_private.one_line(v_stem), 199 - char_length(v_ending)), '. ');
  return coalesce(nullif(v_stem, ''), 'file') || '.' || v_ending;
end
$$;
comment on function support_private.file_name(text, text) is 'The name of a file for people: without folders, control characters and marks of direction, at most 200 characters, with the extension of its type.';

create function support_private.first_readable_chat()
returns uuid
language sql stable security invoker
set search_path = ''
as $$
  select case
    when support_private.is_agent() then '00000000-0000-0000-0000-000000000000'::uuid
    else support_private.own_chat_id()
  end
$$;
comment on function support_private.first_readable_chat() is 'The lowest id of a chat that the caller may read: of all ids for an agent, else the id of their own chat.';
grant execute on function support_private.first_readable_chat() to authenticated;

create function support_private.follow_conversation()
returns trigger
language plpgsql volatile security definer
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

create function support_private.forget_agent_broadcasts()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (agent_id) values (old.user_id);
  return null;
end
$$;
comment on function support_private.forget_agent_broadcasts() is 'Plans the removal of the broadcasts that name an agent who leaves the team.';

create function support_private.forget_broadcasts()
returns bigint
language plpgsql volatile security invoker
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
comment on function support_private.forget_broadcasts() is 'Removes the stored broadcasts of broadcast_removals and returns how many; a failure is recorded in support_faults. Run at the end of a transaction that erases something, and by pg_cron for the rest.';

create function support_private.forget_broadcasts_at_commit()
returns trigger
language plpgsql volatile security definer
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

create function support_private.forget_changed_message()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (chat_id) values (old.chat_id);
  return null;
end
$$;
comment on function support_private.forget_changed_message() is 'Plans the removal of the broadcasts of a chat in which a message was changed.';

create function support_private.forget_chat_broadcasts()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (chat_id) values (old.id);
  return null;
end
$$;
comment on function support_private.forget_chat_broadcasts() is 'Plans the removal of the broadcasts about a deleted chat.';

create function support_private.forget_hidden_broadcasts()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if new.user_deleted_at is not null or not (select s.allow_view_history from public.support_settings s) then
    insert into support_private.broadcast_removals (topic) values ('support_chat:' || new.chat_id);
  end if;
  return null;
end
$$;
comment on function support_private.forget_hidden_broadcasts() is 'Plans the removal of the broadcasts of a chat when a conversation in it is hidden from its customer.';

create function support_private.forget_history_broadcasts()
returns trigger
language plpgsql volatile security definer
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
comment on function support_private.forget_history_broadcasts() is 'Plans the removal of the broadcasts of chats with ended conversations when the settings begin to hide history.';

create function support_private.forget_message_broadcasts()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  insert into support_private.broadcast_removals (chat_id) select distinct g.chat_id from gone g;
  return null;
end
$$;
comment on function support_private.forget_message_broadcasts() is 'Plans the removal of the broadcasts of chats whose messages were deleted.';

create function support_private.forget_user_broadcasts()
returns trigger
language plpgsql volatile security definer
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
comment on function support_private.forget_user_broadcasts() is 'Plans the removal of the broadcasts with a customer''s former address or name; an error is recorded in support_faults and stops nothing.';

create function support_private.forget_webhook_secrets()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  delete from vault.secrets s where s.id in (old.secret_id, old.previous_secret_id);
  return null;
end
$$;
comment on function support_private.forget_webhook_secrets() is 'Deletes the secrets of a deleted webhook from Vault.';

create function support_private.get_chat_item(p_chat_id uuid)
returns public.support_chat_list_item
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
begin
  perform support_private.require_agent();
  select * into v_chat from public.support_chats c where c.id = p_chat_id;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  return support_private.list_item(v_chat);
end
$$;
comment on function support_private.get_chat_item(uuid) is 'One row of the inbox.';
grant execute on function support_private.get_chat_item(uuid) to authenticated;

create function support_private.get_or_create_chat()
returns public.support_chats
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_chat public.support_chats;
begin
  perform support_private.begin_work();
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  select * into v_chat from public.support_chats c where c.user_id = v_user_id;
  if not found then
    insert into public.support_chats (user_id) values (v_user_id)
    on conflict (user_id) do nothing
    returning * into v_chat;
    if not found then -- a simultaneous call created it
      select * into v_chat from public.support_chats c where c.user_id = v_user_id;
    end if;
  end if;
  return v_chat;
exception
  when foreign_key_violation then -- the user was deleted, but the token is still valid
    perform support_private.fail(401, 'support_not_authenticated');
end
$$;
comment on function support_private.get_or_create_chat() is 'The caller''s chat, created by the first call; two simultaneous calls are safe.';
grant execute on function support_private.get_or_create_chat() to authenticated;

create function support_private.give_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language plpgsql volatile security invoker
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
comment on function support_private.give_conversation(uuid, uuid) is 'Gives an open conversation to an agent within their limit (support_agent_limit).';

create function support_private.guard_transition()
returns trigger
language plpgsql volatile security invoker
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

create function support_private.has_agent_role(p_app_metadata jsonb, p_roles text[])
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select coalesce(
    jsonb_typeof(p_app_metadata -> 'role') = 'string' and p_app_metadata ->> 'role' = any (p_roles)
      or jsonb_typeof(p_app_metadata -> 'roles') = 'array' and p_app_metadata -> 'roles' ?| p_roles,
    false
  )
$$;
comment on function support_private.has_agent_role(jsonb, text[]) is 'Is app_metadata.role one of the roles, or a member of the array app_metadata.roles?';

create function support_private.has_email_room(p_notification public.support_notifications, p_recipient text)
returns boolean
language sql stable security invoker
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
comment on function support_private.has_email_room(public.support_notifications, text) is 'May another email of this kind be sent to this address within the daily cap, and within one customer''s share of it?';
grant execute on function support_private.has_email_room(public.support_notifications, text) to service_role;

create function support_private.has_listeners(p_event text)
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select support_private.hooks_for(p_event) <> '{}'
    or exists (select from public.support_webhooks w where w.enabled and p_event = any (w.events))
$$;
comment on function support_private.has_listeners(text) is 'Is there a hook or a webhook for this event? Called before the event''s data is built.';

create function support_private.hidden_conversation_ids()
returns uuid[]
language sql stable security definer
set search_path = ''
as $$
  select coalesce(array_agg(v.id), '{}')
  from public.support_conversations v
  -- auth.uid() is sufficient here, because own_chat_id() decides whether the caller may read any message.
  where v.chat_id = (select c.id from public.support_chats c where c.user_id = (select auth.uid()))
    and v.status = 'ended'
    and (v.user_deleted_at is not null or not (select s.allow_view_history from public.support_settings s))
$$;
comment on function support_private.hidden_conversation_ids() is 'The caller''s own conversations that they may not read: deleted ones, and ended ones if the settings hide history.';
grant execute on function support_private.hidden_conversation_ids() to authenticated;

create function support_private.hooks_for(p_event text)
returns regprocedure[]
language sql stable security invoker
set search_path = ''
as $$
  select array_remove(
    array[
      to_regprocedure('support_hooks.' || replace(p_event, '.', '_') || '(jsonb)'),
      to_regprocedure('support_hooks.on_event(text, jsonb)')
    ],
    null
  )
$$;
comment on function support_private.hooks_for(text) is 'The team''s functions for an event: the function of this event, and the one for all events.';

create function support_private.id_from_text(p_text text)
returns uuid
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select case when p_text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_text::uuid end
$$;
comment on function support_private.id_from_text(text) is 'The id in a text of a client, if it has the exact form that the database writes; else null.';

create function support_private.inbox_counts()
returns TABLE(active bigint, archived bigint, unread bigint, mine bigint, waiting bigint, open bigint)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return query
    select
      (select count(*) from public.support_chats c where c.archived_at is null and c.last_message_at is not null),
      (select count(*) from public.support_chats c where c.archived_at is not null and c.last_message_at is not null),
      (select count(*) from public.support_chats c where c.archived_at is null and c.unread),
      (select count(*) from public.support_chats c where c.conversation_status = 'active' and c.agent_id = (select support_private.caller_id())),
      (select count(*) from public.support_chats c where c.conversation_status = 'waiting'),
      (select count(*) from public.support_chats c where c.conversation_status in ('waiting', 'active'));
end
$$;
comment on function support_private.inbox_counts() is 'Implements public.get_support_inbox_counts.';
grant execute on function support_private.inbox_counts() to authenticated;

create function support_private.invite_agent(p_email text, p_display_name text, p_role public.support_agent_role)
returns public.support_agents
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('invitation');
  if exists (select from public.support_agents a where a.user_id = support_private.user_of_email(p_email)) then
    perform support_private.fail(409, 'support_agent_exists');
  end if;
  -- Without a name, add_agent() takes one from the address.
  if nullif(btrim(p_display_name), '') is not null and not support_private.is_line(btrim(p_display_name), 80) then
    perform support_private.fail(400, 'support_agent_invalid', 'A name of one line, at most 80 characters');
  end if;
  return support_private.add_agent(p_email, coalesce(p_role, 'agent'), p_display_name);
end
$$;
comment on function support_private.invite_agent(text, text, public.support_agent_role) is 'Implements public.invite_support_agent.';
grant execute on function support_private.invite_agent(text, text, public.support_agent_role) to authenticated;

create function support_private.is_active_user(p_user_id uuid)
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from auth.users u
    where u.id = p_user_id and u.deleted_at is null and (u.banned_until is null or u.banned_until <= now())
  )
$$;
comment on function support_private.is_active_user(uuid) is 'Is it a user of the project who is neither banned nor deleted now?';
grant execute on function support_private.is_active_user(uuid) to service_role;

create function support_private.is_admin()
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from public.support_agents a
    where a.user_id = (select auth.uid()) and a.role = 'admin' and support_private.is_active_user(a.user_id)
  )
$$;
comment on function support_private.is_admin() is 'Is the caller an admin of the team now?';
grant execute on function support_private.is_admin() to authenticated, service_role;

create function support_private.is_agent()
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from public.support_agents a
    -- Check the few agents first, so that nothing of auth.users is read for customers.
    where a.user_id = (select auth.uid()) and support_private.is_active_user(a.user_id)
  )
$$;
comment on function support_private.is_agent() is 'Is the caller an agent now?';
grant execute on function support_private.is_agent() to authenticated, service_role;

create function support_private.is_checked_version(p_path text, p_version text)
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from public.support_attachments a
    where a.path = p_path and a.status = 'ready' and a.checked_version is not distinct from p_version
  )
$$;
comment on function support_private.is_checked_version(text, text) is 'Is it the checked version of a file?';
grant execute on function support_private.is_checked_version(text, text) to authenticated;

create function support_private.is_email_address(p_address text)
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  -- A valid address as HTML defines it, with a dot in its domain: ASCII, without characters that could end a
  -- header or start another address.
  select coalesce(
    char_length(p_address) <= 254
    and p_address ~ ('^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
      || '(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$'),
    false
  )
$$;
comment on function support_private.is_email_address(text) is 'Is it one plain email address, without a name?';
grant execute on function support_private.is_email_address(text) to authenticated, service_role;

create function support_private.is_line(p_text text, p_most integer)
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  -- Control characters are written out, because the server's locale decides which characters a class such as [[:cntrl:]] has.
  select char_length(p_text) <= p_most
    and p_text !~ '[\u0001-\u001f\u007f-\u009f]'
    and btrim(p_text, support_private.blank_characters()) <> ''
$$;
comment on function support_private.is_line(text, integer) is 'Is it one line of at most p_most characters with at least one visible character?';
grant execute on function support_private.is_line(text, integer) to authenticated, service_role;

create function support_private.is_mail_sender(p_sender text)
returns boolean
language sql immutable parallel safe strict security invoker
set search_path = ''
as $$
  select support_private.is_line(p_sender, 320) and support_private.is_email_address(
    case when p_sender ~ '^[^<>]*<[^<>]*>$' then substring(p_sender from '<([^<>]*)>$') else p_sender end
  )
$$;
comment on function support_private.is_mail_sender(text) is 'Is it an email address, alone or as Name <address>?';
grant execute on function support_private.is_mail_sender(text) to authenticated, service_role;

create function support_private.is_online(p_agent public.support_agents)
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select coalesce(p_agent.last_seen_at > clock_timestamp() - s.agent_timeout, false) from public.support_settings s
$$;
comment on function support_private.is_online(public.support_agents) is 'Has this agent sent a heartbeat within agent_timeout?';

create function support_private.is_open_at(p_at timestamp with time zone)
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select not exists (select from public.support_schedules)
    or exists (
      select from public.support_schedules h, public.support_settings s
      where h.weekday = extract(isodow from p_at at time zone s.time_zone)
        and (p_at at time zone s.time_zone)::time >= h.opens
        and (p_at at time zone s.time_zone)::time < h.closes
    )
$$;
comment on function support_private.is_open_at(timestamp with time zone) is 'Does the team work at that time?';

create function support_private.is_own_conversation(p_conversation_id uuid)
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select exists (
    select from public.support_conversations v
    where v.id = p_conversation_id and v.chat_id = support_private.own_chat_id()
  )
$$;
comment on function support_private.is_own_conversation(uuid) is 'Is it a conversation of the caller''s own chat?';

create function support_private.is_own_topic(p_topic text)
returns boolean
language sql immutable security invoker
set search_path = ''
as $$
  select coalesce(p_topic ~ '^(support|admin_support)_', false)
$$;
comment on function support_private.is_own_topic(text) is 'Does the topic belong to the support chat?';
grant execute on function support_private.is_own_topic(text) to anon, authenticated;

create function support_private.is_private_name(p_host text)
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select p_host !~ '\.'
    or p_host ~ '\.(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$'
$$;
comment on function support_private.is_private_name(text) is 'Is it a name that exists only in a private network?';

create function support_private.is_private_target(p_url text)
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select coalesce(
    t.target[2] || ':' || t.target[3] = any ((select s.webhook_private_targets from public.support_settings s)::text[]),
    false
  )
  from (select support_private.webhook_target(p_url) as target) t
$$;
comment on function support_private.is_private_target(text) is 'Has an operator allowed this target inside their own network?';
grant execute on function support_private.is_private_target(text) to service_role;

create function support_private.is_public_address(p_address inet)
returns boolean
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select case family(p_address)
    when 4 then not p_address <<= any (array[
      '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
      '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24',
      '224.0.0.0/4', '240.0.0.0/4'
    ]::inet[])
    -- Of IPv6 only global unicast addresses, without the ranges for tunnels to IPv4, documentation and identifiers.
    else p_address <<= inet '2000::/3' and not p_address <<= any (array[
      '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'
    ]::inet[])
  end
$$;
comment on function support_private.is_public_address(inet) is 'Is it an address of the public internet? supabase/functions/deliver-support-webhooks/public-address.ts has the same list.';

create function support_private.is_text_by_locale(p_value jsonb)
returns boolean
language sql immutable parallel safe security invoker
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
grant execute on function support_private.is_text_by_locale(jsonb) to authenticated, service_role;

create function support_private.is_valid_ticket(p_path text, p_bytes numeric)
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from public.support_attachments a
    where a.path = p_path and a.ticket_expires_at > now() and p_bytes <= a.size_bytes
  )
$$;
comment on function support_private.is_valid_ticket(text, numeric) is 'Is the ticket for this path still valid, and for p_bytes bytes?';
grant execute on function support_private.is_valid_ticket(text, numeric) to authenticated;

create function support_private.is_web_address(p_url text)
returns boolean
language plpgsql immutable parallel safe strict security invoker
set search_path = ''
as $$
declare
  -- The plain form of an address, without credentials and in ASCII, so that every program parses it alike.
  v_parts text[] := regexp_match(
    p_url, '^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::([0-9]{1,5}))?(?:[/?#][!-~]*)?$'
  );
  v_byte constant text := '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
begin
  if v_parts is null or char_length(p_url) > 500 or v_parts[2]::integer > 65535 then
    return false;
  elsif v_parts[1] like '[%' then
    return family(btrim(v_parts[1], '[]')::inet) = 6;
  elsif v_parts[1] ~* '(^|\.)([0-9]+|0x[0-9a-f]*)\.?$' then
    -- A host that ends with a number is an IPv4 address.
    return v_parts[1] ~ ('^' || v_byte || '(\.' || v_byte || '){3}$');
  end if;
  return v_parts[1] !~* '(^|\.)xn--([^.]*-)?(\.|$)';
exception
  when invalid_text_representation then -- not an IPv6 address
    return false;
end
$$;
comment on function support_private.is_web_address(text) is 'Is it an http or https address in its plain form, at most 500 characters, that a browser can parse?';
grant execute on function support_private.is_web_address(text) to authenticated, service_role;

create function support_private.keep_admins()
returns trigger
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if new.role = 'admin' then
    new.from_role := false;
  end if;
  return new;
end
$$;
comment on function support_private.keep_admins() is 'Sets from_role to false for admins.';

create function support_private.last_readable_chat()
returns uuid
language sql stable security invoker
set search_path = ''
as $$
  select case
    when support_private.is_agent() then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
    else support_private.own_chat_id()
  end
$$;
comment on function support_private.last_readable_chat() is 'The highest id of a chat that the caller may read; see first_readable_chat().';
grant execute on function support_private.last_readable_chat() to authenticated;

create function support_private.limit_admin_changes()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform support_private.use_allowance('admin_change');
  return null;
end
$$;
comment on function support_private.limit_admin_changes() is 'Counts each statement with which an admin changes a table directly. Every table that a role of the API may write has this trigger.';

create function support_private.list_agents()
returns TABLE(user_id uuid, email text, display_name text, role public.support_agent_role, tier public.support_agent_tier, max_active bigint, available boolean, online boolean, last_seen_at timestamp with time zone, active_conversations bigint, created_at timestamp with time zone)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return query
    select
      -- Look addresses up one by one, because a join may read all users of the project.
      a.user_id, (select u.email::text from auth.users u where u.id = a.user_id), a.display_name, a.role, a.tier, a.max_active,
      a.available, support_private.is_online(a), a.last_seen_at, support_private.count_active(a.user_id), a.created_at
    from public.support_agents a
    order by a.display_name, a.user_id;
end
$$;
comment on function support_private.list_agents() is 'Implements public.list_support_agents.';
grant execute on function support_private.list_agents() to authenticated;

create function support_private.list_chat_items(p_view public.support_inbox_view, p_search text, p_before jsonb, p_limit integer)
returns SETOF public.support_chat_list_item
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_before_at timestamptz;
  v_before_id uuid;
begin
  perform support_private.require_agent();
  if btrim(p_search, support_private.blank_characters()) <> '' then
    perform support_private.use_allowance('search');
  end if;
  begin
    v_before_at := (p_before ->> 'last_message_at')::timestamptz;
    v_before_id := (p_before ->> 'id')::uuid;
  exception
    when data_exception then
      perform support_private.fail(400, 'support_bad_cursor');
  end;
  -- An incomplete cursor would return the first page again, so that a client would never reach the end.
  if jsonb_typeof(p_before) <> 'null' and (v_before_at is null or v_before_id is null) then
    perform support_private.fail(400, 'support_bad_cursor');
  end if;
  return query
    select item.*
    from support_private.list_chats(
      p_view, p_search, v_before_at, v_before_id, least(greatest(coalesce(p_limit, 50), 1), 200)
    ) c
    cross join lateral support_private.list_item(c) item;
end
$$;
comment on function support_private.list_chat_items(public.support_inbox_view, text, jsonb, integer) is 'Implements public.list_support_chats.';
grant execute on function support_private.list_chat_items(public.support_inbox_view, text, jsonb, integer) to authenticated;

create function support_private.list_chats(p_view public.support_inbox_view, p_search text, p_before_at timestamp with time zone, p_before_id uuid, p_limit integer)
returns SETOF public.support_chats
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  v_search text := nullif(btrim(left(p_search, 200), support_private.blank_characters()), '');
  -- Escape the wildcards of like in the search text.
  v_pattern text := '%' || replace(replace(replace(v_search, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  v_where text := case p_view
    when 'active' then 'c.archived_at is null'
    when 'archived' then 'c.archived_at is not null'
    when 'mine' then 'c.conversation_status = ''active'' and c.agent_id = $5'
    when 'waiting' then 'c.conversation_status = ''waiting'''
    when 'open' then 'c.conversation_status in (''waiting'', ''active'')'
    when 'ended' then 'c.conversation_status = ''ended'''
  end;
begin
  if v_search is not null then
    v_where := v_where || '
      and (
        c.user_id in (
          select u.id from auth.users u
          where u.email ilike $4
            or support_private.name_in_metadata(u.raw_user_meta_data) ilike $4
        )
        or c.id in (select m.chat_id from public.support_messages m where m.content ilike $4)
        or c.id in (select f.chat_id from public.support_attachments f where f.message_id is not null and f.name ilike $4)
      )';
  end if;
  if p_before_at is not null then
    v_where := v_where || ' and (c.last_message_at, c.id) < ($1, $2)';
  end if;
  return query execute
    'select c.* from public.support_chats c where ' || v_where || '
     and c.last_message_at is not null
     order by c.last_message_at desc, c.id desc limit $3'
    using p_before_at, p_before_id, p_limit, v_pattern, case when p_view = 'mine' then support_private.caller_id() end;
end
$$;
comment on function support_private.list_chats(public.support_inbox_view, text, timestamp with time zone, uuid, integer) is 'A page of chats with messages, newest first, after a cursor; with p_search, the chats whose customer, messages or files match.';

create function support_private.list_conversations(p_chat_id uuid, p_before timestamp with time zone, p_limit integer)
returns TABLE(id uuid, chat_id uuid, status public.support_conversation_status, agent_id uuid, agent_name text, started_at timestamp with time zone, accepted_at timestamp with time zone, first_response_at timestamp with time zone, ended_at timestamp with time zone, ended_by public.support_conversation_end, rating bigint, feedback text, page text, priority bigint, user_snapshot jsonb, user_deleted_at timestamp with time zone)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_is_agent boolean := support_private.is_agent();
  v_own_chat_id uuid := support_private.own_chat_id();
  v_chat_id uuid := coalesce(p_chat_id, v_own_chat_id);
  v_hidden uuid[] := case when v_is_agent then '{}' else support_private.hidden_conversation_ids() end;
begin
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not v_is_agent and v_chat_id is distinct from v_own_chat_id then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  return query
    select
      v.id, v.chat_id, v.status, v.agent_id,
      (select a.display_name from public.support_agents a where a.user_id = v.agent_id),
      v.started_at, v.accepted_at, case when v_is_agent then v.first_response_at end, v.ended_at, v.ended_by, v.rating, v.feedback,
      -- Columns for agents only.
      case when v_is_agent then v.page end, case when v_is_agent then v.priority end, case when v_is_agent then v.user_snapshot end,
      case when v_is_agent then v.user_deleted_at end
    from public.support_conversations v
    where v.chat_id = v_chat_id
      and v.id <> all (v_hidden)
      and (p_before is null or v.started_at < p_before)
    order by v.started_at desc
    limit least(greatest(coalesce(p_limit, 20), 1), 100);
end
$$;
comment on function support_private.list_conversations(uuid, timestamp with time zone, integer) is 'Implements public.list_support_conversations.';
grant execute on function support_private.list_conversations(uuid, timestamp with time zone, integer) to authenticated;

create function support_private.list_item(p_chat public.support_chats)
returns public.support_chat_list_item
language sql stable security invoker
set search_path = ''
as $$
  select row(
    p_chat.id, p_chat.user_id, u.email,
    support_private.name_in_metadata(u.raw_user_meta_data),
    p_chat.last_message_at, p_chat.last_message_preview, p_chat.last_message_sender, p_chat.message_count,
    p_chat.unread, p_chat.archived_at is not null, p_chat.admin_viewed_at, p_chat.created_at,
    p_chat.conversation_id, p_chat.conversation_status, p_chat.agent_id,
    (select a.display_name from public.support_agents a where a.user_id = p_chat.agent_id),
    p_chat.waiting_since, p_chat.priority
  )::public.support_chat_list_item
  from auth.users u
  where u.id = p_chat.user_id
$$;
comment on function support_private.list_item(public.support_chats) is 'A chat as the inbox shows it.';

create function support_private.list_notices(p_after timestamp with time zone)
returns SETOF public.support_notice
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return query
    select n.* from support_private.notices_of(support_private.caller_id(), coalesce(p_after, now() - interval '10 minutes'), null) n;
end
$$;
comment on function support_private.list_notices(timestamp with time zone) is 'Implements public.list_support_notices.';
grant execute on function support_private.list_notices(timestamp with time zone) to authenticated;

create function support_private.list_presence()
returns TABLE(user_id uuid, name text, chat_id uuid)
language plpgsql stable security definer
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
comment on function support_private.list_presence() is 'The agents who are online, and the chat that each views.';
grant execute on function support_private.list_presence() to authenticated;

create function support_private.live()
returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform support_private.require_agent();
  return jsonb_build_object(
    'waiting', (select count(*) from public.support_conversations v where v.status = 'waiting'),
    'longest_wait_since', (select min(v.queued_at) from public.support_conversations v where v.status = 'waiting'),
    'active', (select count(*) from public.support_conversations v where v.status = 'active'),
    -- The customer wrote last and has no reply yet.
    'unanswered', (
      select count(*) from public.support_chats c
      where c.conversation_status in ('waiting', 'active') and c.last_message_sender = 'user'
    ),
    'agents', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'user_id', a.user_id, 'display_name', a.display_name, 'available', a.available, 'online', a.online,
            'last_seen_at', a.last_seen_at, 'active_conversations', a.active_conversations, 'max_active', a.max_active
          )
          order by a.online desc, a.display_name
        )
        from support_private.list_agents() a
      ),
      '[]'
    ),
    'faults', coalesce((select jsonb_agg(to_jsonb(f) order by f.last_at desc) from public.support_faults f), '[]')
  );
end
$$;
comment on function support_private.live() is 'Implements public.support_live.';
grant execute on function support_private.live() to authenticated;

create function support_private.lock_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql volatile security invoker
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

create function support_private.lock_webhook(p_id uuid)
returns public.support_webhooks
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_webhook public.support_webhooks;
begin
  perform support_private.require_admin();
  select * into v_webhook from public.support_webhooks w where w.id = p_id for no key update;
  if not found then
    perform support_private.fail(404, 'support_webhook_not_found');
  end if;
  return v_webhook;
end
$$;
comment on function support_private.lock_webhook(uuid) is 'Returns a webhook to an admin, locked. Raises support_webhook_not_found.';

create function support_private.mark_chat_read(p_up_to_seq bigint)
returns TABLE(up_to_seq bigint, read_at timestamp with time zone, unread_count integer)
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
  v_marked integer;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  -- The lock serializes two tabs, which would otherwise deadlock.
  select * into v_chat from public.support_chats c where c.user_id = support_private.caller_id() for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  up_to_seq := least(coalesce(p_up_to_seq, 0), v_chat.last_seq);
  -- Not before the messages, and not before an earlier read_at, even if the clock was set back.
  read_at := greatest(
    clock_timestamp(),
    (
      select m.created_at from public.support_messages m
      where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is null and m.seq <= mark_chat_read.up_to_seq
      order by m.seq desc limit 1
    ),
    (
      select m.read_at from public.support_messages m
      where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is not null and m.seq <= mark_chat_read.up_to_seq
      order by m.seq desc limit 1
    )
  );
  update public.support_messages m set read_at = mark_chat_read.read_at
  where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is null and m.seq <= mark_chat_read.up_to_seq;
  get diagnostics v_marked = row_count;
  select count(*) into unread_count from public.support_messages m
  where m.chat_id = v_chat.id and m.sender_type = 'admin' and m.read_at is null;
  if v_marked > 0 then
    perform support_private.use_allowance('read');
    perform support_private.broadcast_messages_read(v_chat.id, up_to_seq, read_at);
  end if;
  return next;
end
$$;
comment on function support_private.mark_chat_read(bigint) is 'Marks the agents'' messages in the caller''s chat read up to a seq, once.';
grant execute on function support_private.mark_chat_read(bigint) to authenticated;

create function support_private.max_active(p_agent public.support_agents)
returns bigint
language sql stable security invoker
set search_path = ''
as $$
  select coalesce(p_agent.max_active, s.max_active_conversations) from public.support_settings s
$$;
comment on function support_private.max_active(public.support_agents) is 'How many active conversations this agent may have; null is no limit.';

create function support_private.may_read_chat(p_chat_id uuid)
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from public.support_chats c
    where c.id = p_chat_id and (c.user_id = (select support_private.caller_id()) or support_private.is_agent())
  )
$$;
comment on function support_private.may_read_chat(uuid) is 'Is it the id of a chat whose messages the caller may read?';
grant execute on function support_private.may_read_chat(uuid) to authenticated;

create function support_private.may_read_file(p_path text, p_version text)
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select exists (select from public.support_attachments a where a.path = p_path and a.status = 'ready')
    and support_private.is_checked_version(p_path, p_version)
    -- Allow only downloads with the caller's own token. A caller of Storage chooses how long a signed address works, even 31
    -- years, so users may not sign. The Edge Function sign-support-files signs for five minutes.
    and coalesce(
      storage.operation() in (
        'storage.object.get_authenticated', 'storage.object.info_authenticated', 'object.get_authenticated_info',
        'object.head_authenticated_info'
      ), false
    )
$$;
comment on function support_private.may_read_file(text, text) is 'Is it the checked version of a file that the caller may read?';
grant execute on function support_private.may_read_file(text, text) to authenticated;

create function support_private.may_see_chat(p_chat_id text)
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select support_private.may_read_chat(support_private.id_from_text(p_chat_id))
$$;
comment on function support_private.may_see_chat(text) is 'Is the text the id of a chat that the caller may read?';

create function support_private.may_upload_file(p_path text)
returns boolean
language sql stable security invoker
set search_path = ''
as $$
  select exists (
    -- Row level security hides the files of chats that the caller may no longer read, such as a former agent.
    select from public.support_attachments a
    where a.path = p_path and a.uploader_id = (select support_private.caller_id()) and a.status = 'uploading'
  )
  -- The announced length may be missing or wrong, so the check compares the size again. A multipart form may add 4 kB.
  and support_private.is_valid_ticket(
    p_path,
    coalesce((nullif(current_setting('request.headers', true), '')::jsonb ->> 'content-length')::numeric - 4096, 0)
  )
  -- Allow no signed upload address, which would outlive the ticket, and no upload in parts.
  and coalesce(storage.operation() in ('storage.object.upload', 'object.upload'), false)
$$;
comment on function support_private.may_upload_file(text) is 'Does the caller have a valid ticket for this path of the bucket, and is the upload not larger than announced?';
grant execute on function support_private.may_upload_file(text) to authenticated;

create function support_private.may_use_topic(p_topic text, p_extension text, p_write boolean)
returns boolean
language sql stable security definer
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
comment on function support_private.may_use_topic(text, text, boolean) is 'May the caller receive (or, with p_write, send) on a topic of the support chat? Only the database sends broadcasts.';
grant execute on function support_private.may_use_topic(text, text, boolean) to anon, authenticated;

create function support_private.message_json(p_message public.support_messages)
returns jsonb
language sql immutable security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_message.id, 'chat_id', p_message.chat_id, 'seq', p_message.seq, 'content', p_message.content,
    'sender_type', p_message.sender_type, 'sender_id', p_message.sender_id, 'sender_name', p_message.sender_name,
    'read_at', p_message.read_at, 'created_at', p_message.created_at, 'updated_at', p_message.updated_at,
    'conversation_id', p_message.conversation_id, 'attachments', p_message.attachments
  )
$$;
comment on function support_private.message_json(public.support_messages) is 'A message as broadcasts carry it.';

create function support_private.message_text(p_message public.support_messages)
returns text
language sql immutable security invoker
set search_path = ''
as $$
  select case
    when p_message.content <> '' then p_message.content
    else coalesce(
      (
        select string_agg('📎 ' || (f.file ->> 'name'), ' ' order by f.place)
        from jsonb_array_elements(p_message.attachments) with ordinality f (file, place)
      ),
      ''
    )
  end
$$;
comment on function support_private.message_text(public.support_messages) is 'The text of a message in previews and emails: its content, or the names of its files.';
grant execute on function support_private.message_text(public.support_messages) to service_role;

create function support_private.name_in_metadata(p_user_metadata jsonb)
returns text
language plpgsql stable parallel safe security invoker
set search_path = ''
as $$
begin
  -- Users write their metadata themselves, and the inbox reads it for every row, so large metadata is not decompressed. It is also part
  -- of the user's token, and gateways reject tokens of more than a few kilobytes, so no ordinary user has so much.
  if pg_column_size(p_user_metadata) > 8192 then
    return null;
  end if;
  return left(nullif(btrim(coalesce(p_user_metadata ->> 'full_name', p_user_metadata ->> 'name')), ''), 80);
end
$$;
comment on function support_private.name_in_metadata(jsonb) is 'The user''s name, at most 80 characters; null without one, and if their metadata takes more than 8 kB of storage.';

create function support_private.name_of_user(p_user_metadata jsonb, p_email text)
returns text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  -- Users write these names themselves, so make them one line and cut them to the length of a name.
  select coalesce(
    (
      select left(t.name, 80)
      from unnest(array['full_name', 'name']) with ordinality k (key, place)
      cross join lateral (
        select btrim(regexp_replace(p_user_metadata ->> k.key, '[[:cntrl:][:space:]]+', ' ', 'g'), support_private.blank_characters())
          as name
      ) t
      -- As in name_in_metadata(), large metadata is not decompressed.
      where pg_column_size(p_user_metadata) <= 8192 and jsonb_typeof(p_user_metadata -> k.key) = 'string' and t.name <> ''
      order by k.place
      limit 1
    ),
    nullif(left(split_part(p_email, '@', 1), 80), ''),
    'Agent'
  )
$$;
comment on function support_private.name_of_user(jsonb, text) is 'The display name of a new agent: full_name or name of user_metadata, else the part of the address before the @.';

create function support_private.new_webhook_secret()
returns text
language sql volatile security invoker
set search_path = ''
as $$
  -- 244 random bits, in the format of Standard Webhooks.
  select 'whsec_' || encode(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), 'base64')
$$;
comment on function support_private.new_webhook_secret() is 'A new signing secret.';

create function support_private.next_opening(p_after timestamp with time zone)
returns timestamp with time zone
language sql stable security invoker
set search_path = ''
as $$
  select min(((d.day + h.opens)::timestamp) at time zone s.time_zone)
  from public.support_settings s
  cross join lateral (
    select ((p_after at time zone s.time_zone)::date + n) as day from generate_series(0, 8) n
  ) d
  join public.support_schedules h on h.weekday = extract(isodow from d.day)
  where ((d.day + h.opens)::timestamp) at time zone s.time_zone > p_after
$$;
comment on function support_private.next_opening(timestamp with time zone) is 'When the team begins to work next; null without working hours.';

create function support_private.notice_content(p_notification public.support_notifications)
returns jsonb
language sql stable security invoker
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
comment on function support_private.notice_content(public.support_notifications) is 'The data of an email, by its kind.';
grant execute on function support_private.notice_content(public.support_notifications) to service_role;

create function support_private.notice_customer(p_chat_id uuid)
returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('name', i.user_name, 'email', i.user_email)
  from public.support_chats c cross join lateral support_private.list_item(c) i
  where c.id = p_chat_id
$$;
comment on function support_private.notice_customer(uuid) is 'The customer of a chat, for an email: {name, email}. Users choose both themselves.';
grant execute on function support_private.notice_customer(uuid) to service_role;

create function support_private.notices_of(p_user_id uuid, p_after timestamp with time zone, p_id uuid)
returns SETOF public.support_notice
language sql stable security invoker
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
    -- Skip assignments of conversations that the agent no longer has.
    and (p_id is not null or n.note is not null or v.status = 'active' and v.agent_id = p_user_id)
  order by n.created_at, n.id
  limit 100
$$;
comment on function support_private.notices_of(uuid, timestamp with time zone, uuid) is 'The notices of an agent after a time, oldest first; or one notice by its id.';

create function support_private.notify_agent(p_user_id uuid, p_conversation_id uuid, p_note text)
returns uuid
language plpgsql volatile security definer
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
  -- A dashboard that misses this broadcast finds the row.
  perform support_private.broadcast(
    'support_agent:' || p_user_id, 'notice', jsonb_build_object('chat_id', v_chat_id, 'notice', to_jsonb(i))
  )
  from support_private.notices_of(p_user_id, null, v_id) i;
  return v_id;
end
$$;
comment on function support_private.notify_agent(uuid, uuid, text) is 'Shows a notice about a conversation in the dashboard of one agent, and stores it.';
grant execute on function support_private.notify_agent(uuid, uuid, text) to service_role;

create function support_private.notify_waiting()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  -- Runs at the commit, so a conversation that was assigned in the same transaction is not waiting.
  insert into public.support_notifications as n (kind, chat_id, conversation_id, recipient, due_at)
  select 'staff_waiting', v.chat_id, v.id, lower(a.address), v.queued_at + make_interval(mins => s.notify_after_minutes::integer)
  from public.support_conversations v, public.support_settings s, unnest(s.notification_emails) a (address)
  where v.id = new.id and v.status = 'waiting' and s.notify_new_conversation
  order by lower(a.address)
  on conflict (conversation_id, recipient) where kind = 'staff_waiting' do update
    -- The conversation waits again: the delay of an email that was not attempted starts again. An attempted email stays as it is.
    set status = 'pending', skip_reason = null, due_at = excluded.due_at
    where n.attempts = 0 and n.request is null and n.uncertain_since is null and n.status in ('pending', 'skipped');
  return null;
exception
  when others then
    -- An email that cannot be planned must not stop the customer's call.
    perform support_private.record_fault('support_notifications', sqlerrm);
    return null;
end
$$;
comment on function support_private.notify_waiting() is 'Plans the emails about a conversation that begins to wait, one per address in the settings; errors are recorded in support_faults.';

create function support_private.number_message()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats;
  v_at timestamptz;
begin
  select * into v_chat from public.support_chats c where c.id = new.chat_id for no key update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;
  -- Read the clock once, after taking the lock. Even if the clock was set back, a message must be later than the one before it, and
  -- a customer's message later than an agent's last view.
  v_at := greatest(
    clock_timestamp(),
    v_chat.last_message_at + interval '1 microsecond',
    v_chat.admin_viewed_at + interval '1 microsecond',
    (
      select m.created_at + interval '1 microsecond' from public.support_messages m
      where m.chat_id = new.chat_id order by m.seq desc limit 1
    )
  );
  -- System messages take a seq and change nothing else.
  if new.sender_type = 'system' then
    update public.support_chats c set last_seq = c.last_seq + 1 where c.id = new.chat_id;
  else
    update public.support_chats c
    set last_seq = c.last_seq + 1,
        message_count = c.message_count + 1,
        last_message_at = v_at,
        last_message_preview = support_private.preview(support_private.message_text(new), 100),
        last_message_sender = new.sender_type,
        last_user_message_at = case when new.sender_type = 'user' then v_at else c.last_user_message_at end,
        -- A message of either side brings the chat back from the archive.
        archived_at = null
    where c.id = new.chat_id;
  end if;
  new.seq := v_chat.last_seq + 1;
  new.created_at := v_at;
  new.updated_at := v_at;
  return new;
end
$$;
comment on function support_private.number_message() is 'Gives a message its seq and time under the chat''s row lock, and updates the chat''s counters and preview.';

create function support_private.one_line(p_text text)
returns text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select ltrim(
    rtrim(
      regexp_replace(p_text, '\s+', ' ', 'g'),
      -- A variation selector at the end belongs to the emoji before it.
      regexp_replace(support_private.blank_characters(), '[\ufe00-\ufe0f\u180b-\u180d\u180f]', '', 'g')
    ),
    support_private.blank_characters()
  )
$$;
comment on function support_private.one_line(text) is 'A text on one line, with single spaces, and without leading and trailing blanks.';

create function support_private.open_conversation(p_chat_id uuid, p_context jsonb)
returns public.support_conversations
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
  v_now timestamptz;
begin
  select * into v_conversation
  from public.support_conversations v
  where v.chat_id = p_chat_id and v.status <> 'ended';
  if found then
    return v_conversation;
  end if;
  -- An agent's message that opens a conversation counts as a reply only.
  if exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = support_private.caller_id()) then
    perform support_private.use_allowance('conversation');
  end if;
  -- The clock is read after taking the lock. Even if it was set back, the newest conversation must have the latest time.
  v_now := greatest(
    clock_timestamp(),
    (
      select v.started_at + interval '1 microsecond' from public.support_conversations v
      where v.chat_id = p_chat_id order by v.started_at desc limit 1
    )
  );
  insert into public.support_conversations (chat_id, user_snapshot, started_at, queued_at, last_message_at)
  values (p_chat_id, support_private.clean_context(p_context), v_now, v_now, v_now)
  returning * into v_conversation;
  perform support_private.write_system_message(v_conversation, (select s.welcome_message from public.support_settings s));
  v_conversation := support_private.emit_conversation('conversation.started', v_conversation);
  perform support_private.announce_conversation(v_conversation);
  return v_conversation;
end
$$;
comment on function support_private.open_conversation(uuid, jsonb) is 'Returns the chat''s open conversation; without one, opens one and writes the welcome message.';

create function support_private.own_chat_id()
returns uuid
language sql stable security definer
set search_path = ''
as $$
  select c.id from public.support_chats c where c.user_id = (select support_private.caller_id())
$$;
comment on function support_private.own_chat_id() is 'The caller''s own chat, or null.';
grant execute on function support_private.own_chat_id() to authenticated, service_role;

create function support_private.preview(p_content text, p_length integer)
returns text
language plpgsql immutable parallel safe security invoker
set search_path = ''
as $$
declare
  v_text text := support_private.one_line(p_content);
  v_cut text;
begin
  if char_length(v_text) <= p_length then
    return v_text;
  end if;
  v_cut := support_private.clip(v_text, p_length - 1);
  -- Leave out a word that was cut, unless it is long, such as an address or text in a script without spaces.
  if substr(v_text, char_length(v_cut) + 1, 1) <> ' ' then
    v_cut := regexp_replace(v_cut, ' [^ ]{0,20}$', '');
  end if;
  return rtrim(v_cut) || '…';
end
$$;
comment on function support_private.preview(text, integer) is 'A text on one line, at most p_length code points; a longer text ends after a word, with an ellipsis.';

create function support_private.purge_job_runs()
returns void
language sql volatile security invoker
set search_path = ''
as $$
  -- pg_cron keeps a row of every run, and jobs that run every minute make many. Rows of the host project's jobs stay.
  delete from cron.job_run_details d
  using cron.job j
  where j.jobid = d.jobid and j.jobname like 'support-%' and d.end_time < now() - interval '7 days'
$$;
comment on function support_private.purge_job_runs() is 'Deletes runs of the support chat''s jobs that are older than 7 days. Run by pg_cron every night.';

create function support_private.purge_notifications()
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.purge_usage_counters();
  delete from public.support_notifications n
  where n.status in ('sent', 'skipped', 'failed') and n.updated_at < now() - interval '30 days'
$$;
comment on function support_private.purge_notifications() is 'Deletes settled notices after 30 days, and counters whose uses have all expired. Run by pg_cron every night.';

create function support_private.purge_usage_counters()
returns void
language sql volatile security invoker
set search_path = ''
as $$
  -- Skip locked rows: a call is using the counter.
  delete from support_private.usage_counters u
  where (u.subject, u.action) in (
    select c.subject, c.action
    from support_private.usage_counters c
    left join support_private.limits l on l.action = c.action
    where c.slot_started_at < now() - coalesce(l.period, interval '0') * 2
    for update of c skip locked
  )
$$;
comment on function support_private.purge_usage_counters() is 'Deletes counters whose uses have all expired. Run by pg_cron every night.';

create function support_private.purge_webhooks()
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  delete from public.support_webhook_deliveries d
  where d.status = 'delivered' and d.updated_at < now() - interval '7 days'
    or d.status = 'dead' and d.updated_at < now() - interval '30 days';
  -- Deliveries of webhooks that are turned off.
  delete from public.support_webhook_deliveries d
  using public.support_webhooks w
  where w.id = d.webhook_id and not w.enabled and d.created_at < now() - interval '30 days';
  delete from vault.secrets s
  using public.support_webhooks w
  where s.id = w.previous_secret_id and w.previous_secret_until < now();
  update public.support_webhooks w set previous_secret_id = null, previous_secret_until = null
  where w.previous_secret_until < now();
  -- A job that runs every ten seconds leaves 8,640 rows a day.
  delete from cron.job_run_details r
  using cron.job j
  where j.jobid = r.jobid and j.jobname = 'support-deliver-webhooks' and r.end_time < now() - interval '1 day';
end
$$;
comment on function support_private.purge_webhooks() is 'Deletes deliveries 7 days after success and 30 days after they were given up, and expired secrets. Run by pg_cron every night.';

create function support_private.queue_file_removal()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  insert into support_private.file_removals (path) values (old.path) on conflict (path) do nothing;
  return null;
end
$$;
comment on function support_private.queue_file_removal() is 'Queues the object of a deleted or refused attachment for removal.';

create function support_private.queue_position(p_conversation public.support_conversations)
returns bigint
language sql stable security invoker
set search_path = ''
as $$
  select case when p_conversation.status = 'waiting' then (
    select count(*) + 1 from public.support_conversations v
    where v.status = 'waiting'
      and (v.priority > p_conversation.priority
        or (v.priority = p_conversation.priority and (v.queued_at, v.id) < (p_conversation.queued_at, p_conversation.id)))
  ) end
$$;
comment on function support_private.queue_position(public.support_conversations) is 'The place of a waiting conversation in the queue, from 1.';

create function support_private.rate_conversation(p_conversation_id uuid, p_rating integer, p_feedback text)
returns public.support_conversations
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  if support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  elsif not support_private.is_own_conversation(p_conversation_id) then
    perform support_private.fail(404, 'support_conversation_not_found');
  elsif p_rating is null or p_rating not between 1 and 5 then
    perform support_private.fail(400, 'support_rating_invalid', 'From 1 to 5');
  elsif char_length(p_feedback) > 1000 then
    perform support_private.fail(400, 'support_feedback_too_long', char_length(p_feedback) || ' characters, at most 1000');
  end if;
  perform support_private.use_allowance('rating');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  if v_conversation.agent_id = support_private.caller_id() then
    perform support_private.fail(403, 'support_own_conversation', 'Agents cannot rate themselves');
  elsif v_conversation.status <> 'ended' then
    perform support_private.fail(409, 'support_conversation_open', 'Only an ended conversation can be rated');
  elsif v_conversation.rating is not null then
    perform support_private.fail(409, 'support_already_rated');
  elsif v_conversation.user_deleted_at is not null then
    perform support_private.fail(404, 'support_conversation_not_found');
  end if;
  update public.support_conversations v
  set rating = p_rating,
      feedback = nullif(btrim(p_feedback, support_private.blank_characters()), ''),
      rated_at = greatest(clock_timestamp(), v.ended_at)
  where v.id = p_conversation_id
  returning * into v_conversation;
  v_conversation := support_private.emit_conversation('conversation.rated', v_conversation);
  perform support_private.announce_conversation(v_conversation);
  return v_conversation;
end
$$;
comment on function support_private.rate_conversation(uuid, integer, text) is 'Implements public.rate_support_conversation.';
grant execute on function support_private.rate_conversation(uuid, integer, text) to authenticated;

create function support_private.record_fault(p_source text, p_message text)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.write_fault(p_source, p_message, null)
$$;
comment on function support_private.record_fault(text, text) is 'Records a fault for agents.';

create function support_private.record_heartbeat(p_available boolean)
returns public.support_agents
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_before public.support_agents;
  v_agent public.support_agents;
begin
  perform support_private.require_agent();
  perform support_private.use_allowance(case when p_available is null then 'heartbeat' else 'availability' end);
  select * into v_before from public.support_agents a where a.user_id = v_user_id;
  update public.support_agents a
  set last_seen_at = clock_timestamp(), available = coalesce(p_available, a.available)
  where a.user_id = v_user_id
  returning * into v_agent;
  -- An agent who becomes available gets waiting conversations.
  if v_agent.available and not (v_before.available and support_private.is_online(v_before)) then
    perform support_private.assign_waiting();
  end if;
  return v_agent;
end
$$;
comment on function support_private.record_heartbeat(boolean) is 'Stores that the calling agent is online, and available or away; assigns the queue when they become available.';
grant execute on function support_private.record_heartbeat(boolean) to authenticated;

create function support_private.refresh_preview(p_chat_id uuid)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  update public.support_chats c
  set (last_message_preview, last_message_sender) = (
        select support_private.preview(support_private.message_text(m), 100), m.sender_type
        from public.support_messages m
        where m.chat_id = c.id and m.sender_type <> 'system'
        order by m.seq desc limit 1
      ),
      message_count = (
        select count(*) from public.support_messages m where m.chat_id = c.id and m.sender_type <> 'system'
      )
  where c.id = p_chat_id
$$;
comment on function support_private.refresh_preview(uuid) is 'Sets a chat''s preview and count from its remaining messages.';

create function support_private.refuse_own_conversation(p_conversation_id uuid, p_agent_id uuid)
returns void
language plpgsql stable security invoker
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
comment on function support_private.refuse_own_conversation(uuid, uuid) is 'Raises support_own_conversation if the agent is the customer of the conversation: they may not take, move or rate it.';

create function support_private.release_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if v_conversation.status = 'active' and v_conversation.agent_id <> support_private.caller_id() and not support_private.is_admin() then
    perform support_private.fail(403, 'support_not_assigned', 'Another agent has this conversation');
  end if;
  return support_private.transition_conversation(p_conversation_id, 'waiting');
end
$$;
comment on function support_private.release_conversation(uuid) is 'Implements public.release_support_conversation.';
grant execute on function support_private.release_conversation(uuid) to authenticated;

create function support_private.relieve_agent()
returns trigger
language plpgsql volatile security definer
set search_path = ''
set lock_timeout = 3s
as $$
declare
  v_id uuid;
begin
  if support_private.is_active_user(new.id) then
    return null; -- the ban has already ended
  end if;
  -- An error here must not stop the host project from banning a user. caller_id() already takes all rights from banned agents.
  begin
    -- Lock chats in the order of their ids, then conversations, then the agent.
    perform from public.support_chats c
    where c.id in (select v.chat_id from public.support_conversations v where v.agent_id = new.id and v.status = 'active')
    order by c.id
    for update;
    perform pg_advisory_xact_lock(hashtext('support_private.assign_conversation'));
    for v_id in
      select v.id from public.support_conversations v where v.agent_id = new.id and v.status = 'active' order by v.id
    loop
      perform support_private.transition_conversation(v_id, 'waiting');
    end loop;
    update public.support_agents a set last_seen_at = null where a.user_id = new.id;
  exception
    when others then
      begin
        perform support_private.record_fault('support_agents', new.id || ': ' || sqlerrm);
      exception
        when others then
          raise warning 'support_agents: %', sqlerrm;
      end;
  end;
  return null;
end
$$;
comment on function support_private.relieve_agent() is 'Puts the conversations of a banned or deleted agent back into the queue, and makes the agent offline; an error is recorded in support_faults and stops nothing.';

create function support_private.remove_agent(p_user_id uuid)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform support_private.require_admin();
  perform support_private.begin_deletion();
  perform support_private.use_allowance('change_team');
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  perform support_private.require_other_admin(p_user_id);
  -- The trigger on support_agents puts the conversations back into the queue.
  delete from public.support_agents a where a.user_id = p_user_id;
  if not found then
    perform support_private.fail(404, 'support_agent_not_found');
  end if;
end
$$;
comment on function support_private.remove_agent(uuid) is 'Implements public.remove_support_agent.';
grant execute on function support_private.remove_agent(uuid) to authenticated;

create function support_private.remove_role_agents(p_user_ids uuid[])
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  perform support_private.begin_deletion();
  -- The trigger on support_agents puts the conversations back into the queue.
  delete from public.support_agents a where a.user_id = any (p_user_ids) and a.from_role;
end
$$;
comment on function support_private.remove_role_agents(uuid[]) is 'Removes those of the users who are agents by role. The caller holds the lock of the team.';

create function support_private.report(p_from timestamp with time zone, p_to timestamp with time zone)
returns jsonb
language plpgsql volatile security definer
set search_path = ''
set jit = off
set work_mem = 64MB
as $$
declare
  v_zone text := (select s.time_zone from public.support_settings s);
  v_report jsonb;
begin
  perform support_private.require_agent();
  perform support_private.use_allowance('report');
  if p_from is null or p_to is null or p_from >= p_to or p_to > p_from + interval '3 years' then
    perform support_private.fail(400, 'support_report_range_invalid', 'From before to, at most three years');
  end if;
  -- Each part reads the index itself, because storing the rows for all parts costs more than the scans.
  with by_agent as (
    select
      h.agent_id, grouping(h.agent_id) = 1 as overall, count(*) as conversations, count(h.lasted) as ended,
      percentile_cont(array[0.5, 0.9]) within group (order by h.waited) as waited,
      percentile_cont(array[0.5, 0.9]) within group (order by h.first_reply) as first_reply,
      percentile_cont(array[0.5, 0.9]) within group (order by h.lasted) as lasted,
      count(h.rating) as rated, avg(h.rating) as mean,
      count(*) filter (where h.rating = 1) as r1, count(*) filter (where h.rating = 2) as r2,
      count(*) filter (where h.rating = 3) as r3, count(*) filter (where h.rating = 4) as r4,
      count(*) filter (where h.rating = 5) as r5
    from (
      select
        v.agent_id, v.rating,
        date_part('epoch', v.accepted_at - v.started_at) as waited,
        date_part('epoch', v.first_response_at - v.started_at) as first_reply,
        date_part('epoch', v.ended_at - coalesce(v.accepted_at, v.started_at)) as lasted
      from public.support_conversations v
      where v.started_at >= p_from and v.started_at < p_to
    ) h
    group by grouping sets ((), (h.agent_id))
  ),
  numbers as (
    select
      b.overall, b.agent_id,
      jsonb_build_object(
        'conversations', b.conversations, 'ended', b.ended,
        'waiting_seconds', jsonb_build_object('median', b.waited[1], 'p90', b.waited[2]),
        'first_reply_seconds', jsonb_build_object('median', b.first_reply[1], 'p90', b.first_reply[2]),
        'duration_seconds', jsonb_build_object('median', b.lasted[1], 'p90', b.lasted[2]),
        'ratings', jsonb_build_array(b.r1, b.r2, b.r3, b.r4, b.r5),
        'rated', b.rated, 'rating_mean', round(b.mean, 2),
        -- For ranking: the mean with five additional ratings of 3, because a few ratings say little.
        'rating_score', round((coalesce(b.mean, 0) * b.rated + 3 * 5) / (b.rated + 5), 2)
      ) as value
    from by_agent b
  ),
  customers as (
    select count(*) as all_of_them, count(*) filter (where c.times > 1) as repeated
    from (
      select count(*) as times
      from public.support_conversations v
      where v.started_at >= p_from and v.started_at < p_to
      group by v.chat_id
    ) c
  ),
  -- Count each day between its first instants: a few hundred index scans, and no time zone conversion per conversation.
  days as (
    select b.day, b.begins, lead(b.begins) over (order by b.day) as next_begins
    from (
      select d.day, support_private.day_begins(d.day, v_zone) as begins
      from (
        select (p_from at time zone v_zone)::date + n as day
        from generate_series(0, (p_to at time zone v_zone)::date - (p_from at time zone v_zone)::date + 1) n
      ) d
    ) b
  )
  select jsonb_build_object(
    'from', p_from, 'to', p_to, 'time_zone', v_zone,
    'total', (select n.value from numbers n where n.overall),
    'agents', coalesce(
      (
        select jsonb_agg(
          n.value || jsonb_build_object('agent_id', n.agent_id, 'display_name', a.display_name)
          order by a.display_name nulls last, n.agent_id
        )
        from numbers n left join public.support_agents a on a.user_id = n.agent_id
        where not n.overall
      ),
      '[]'
    ),
    'days', coalesce(
      (
        select jsonb_agg(jsonb_build_object('day', d.day, 'conversations', d.conversations) order by d.day)
        from (
          select b.day, counted.conversations
          from days b
          cross join lateral (
            select count(*) as conversations
            from public.support_conversations v
            where v.started_at >= greatest(b.begins, p_from) and v.started_at < least(b.next_begins, p_to)
          ) counted
          where b.next_begins is not null and counted.conversations > 0
        ) d
      ),
      '[]'
    ),
    'customers', (select jsonb_build_object('total', c.all_of_them, 'repeat', c.repeated) from customers c),
    'pages', coalesce(
      (
        select jsonb_agg(jsonb_build_object('page', p.page, 'conversations', p.conversations) order by p.conversations desc, p.page)
        from (
          select v.page, count(*) as conversations
          from public.support_conversations v
          where v.started_at >= p_from and v.started_at < p_to and v.page is not null
          group by v.page
          order by count(*) desc, v.page
          limit 20
        ) p
      ),
      '[]'
    )
  ) into v_report;
  return v_report;
end
$$;
comment on function support_private.report(timestamp with time zone, timestamp with time zone) is 'Implements public.support_report.';
grant execute on function support_private.report(timestamp with time zone, timestamp with time zone) to authenticated;

create function support_private.report_failed_email()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  -- Faults stay when users are deleted, so addresses are removed from the text.
  perform support_private.record_fault(
    'support_notifications',
    'An email (' || new.kind || ') failed for good: '
      || regexp_replace(coalesce(new.last_error, ''), '[^[:space:]<>"''`]+@[^[:space:]<>"''`]+', '…', 'g')
  );
  return null;
end
$$;
comment on function support_private.report_failed_email() is 'Records in support_faults, for the team, why an email failed for good.';

create function support_private.request_email_run()
returns bigint
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_request_id bigint;
begin
  if not support_private.emails_due() then
    return null;
  end if;
  v_request_id := support_private.call_edge_function('send-support-emails');
  if v_request_id is null then
    perform public.support_report_email_problem('support_email_not_scheduled');
  end if;
  return v_request_id;
end
$$;
comment on function support_private.request_email_run() is 'Calls the Edge Function send-support-emails if an email is due, and returns pg_net''s request id. Run by pg_cron every minute.';

create function support_private.request_file_clean_up()
returns bigint
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.call_edge_function('clean-support-files')
  where exists (select from support_private.file_removals r where r.due_at <= now())
$$;
comment on function support_private.request_file_clean_up() is 'Calls the Edge Function clean-support-files if there is an object to remove, and returns pg_net''s request id. Run by pg_cron every minute.';

create function support_private.request_webhook_run()
returns bigint
language sql volatile security invoker
set search_path = ''
as $$
  select support_private.call_edge_function('deliver-support-webhooks')
  where exists (
    select from public.support_webhooks w
    where w.enabled
      and exists (
        select from public.support_webhook_deliveries d
        where d.webhook_id = w.id and d.status in ('pending', 'sending') and d.next_attempt_at <= now()
          and (d.lease_expires_at is null or d.lease_expires_at <= now())
      )
      and support_private.webhook_room(w.id) > 0
  )
$$;
comment on function support_private.request_webhook_run() is 'Calls the Edge Function deliver-support-webhooks if a delivery is due. Run by pg_cron every 10 seconds.';

create function support_private.requeue_abandoned(p_batch integer DEFAULT 500)
returns integer
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_minutes bigint := (select s.failover_minutes from public.support_settings s);
  v_id uuid;
  v_conversation public.support_conversations;
  v_requeued integer := 0;
begin
  if v_minutes is null then
    return 0;
  end if;
  for v_id in
    select v.id
    from public.support_conversations v
    join public.support_agents a on a.user_id = v.agent_id
    where v.status = 'active'
      and coalesce(a.last_seen_at, v.accepted_at) < clock_timestamp() - make_interval(mins => v_minutes::integer)
    order by v.id
    limit p_batch
  loop
    v_conversation := support_private.try_lock_conversation(v_id);
    -- The agent may be back since the query.
    if v_conversation.status = 'active' and exists (
      select from public.support_agents a
      where a.user_id = v_conversation.agent_id
        and coalesce(a.last_seen_at, v_conversation.accepted_at) < clock_timestamp() - make_interval(mins => v_minutes::integer)
    ) then
      perform support_private.transition_conversation(v_id, 'waiting');
      v_requeued := v_requeued + 1;
    end if;
  end loop;
  if v_requeued > 0 then
    perform support_private.assign_waiting();
  end if;
  return v_requeued;
end
$$;
comment on function support_private.requeue_abandoned(integer) is 'Puts the conversations of agents who have been offline too long back into the queue and assigns them; returns how many.';

create function support_private.requeue_of_removed_agent()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  for v_id in
    select v.id from public.support_conversations v where v.agent_id = old.user_id and v.status = 'active' order by v.id
  loop
    perform support_private.lock_conversation(v_id);
    if exists (select from public.support_conversations v where v.id = v_id and v.agent_id = old.user_id and v.status = 'active') then
      perform support_private.transition_conversation(v_id, 'waiting');
    end if;
  end loop;
  return old;
end
$$;
comment on function support_private.requeue_of_removed_agent() is 'Puts the active conversations of an agent who leaves back into the queue.';

create function support_private.require_admin()
returns void
language plpgsql stable security invoker
set search_path = ''
as $$
begin
  if not support_private.is_admin() then
    perform support_private.require_agent();
    perform support_private.fail(403, 'support_forbidden', 'For admins only');
  end if;
end
$$;
comment on function support_private.require_admin() is 'Raises support_forbidden unless the caller is an admin of the team.';

create function support_private.require_agent()
returns void
language plpgsql stable security invoker
set search_path = ''
as $$
begin
  if support_private.is_agent() then
    return;
  elsif support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  perform support_private.fail(403, 'support_forbidden');
end
$$;
comment on function support_private.require_agent() is 'Raises support_forbidden unless the caller is an agent.';
grant execute on function support_private.require_agent() to authenticated;

create function support_private.require_charge(p_conversation public.support_conversations)
returns void
language plpgsql stable security invoker
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
comment on function support_private.require_charge(public.support_conversations) is 'Checks whether the calling agent may change a conversation. Raises support_own_conversation if they are its customer, and support_not_assigned if another agent has it and only_assigned_may_write is on (not for admins).';

create function support_private.require_charge_of_chat(p_chat_id uuid)
returns void
language plpgsql stable security invoker
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
comment on function support_private.require_charge_of_chat(uuid) is 'As require_charge(), for a change of the whole chat: archiving it ends its open conversation.';

create function support_private.require_other_admin(p_user_id uuid)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if exists (select from public.support_agents a where a.user_id = p_user_id and a.role = 'admin')
    and not exists (
      select from public.support_agents a
      where a.role = 'admin' and a.user_id <> p_user_id and support_private.is_active_user(a.user_id)
    )
  then
    perform support_private.fail(409, 'support_last_admin');
  end if;
end
$$;
comment on function support_private.require_other_admin(uuid) is 'Raises support_last_admin if this is the only admin.';

create function support_private.resend_webhook_delivery(p_id uuid)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_delivery public.support_webhook_deliveries;
  v_webhook public.support_webhooks;
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('resend_webhook');
  select * into v_delivery from public.support_webhook_deliveries d where d.id = p_id;
  if not found then
    perform support_private.fail(404, 'support_webhook_delivery_not_found');
  end if;
  v_webhook := support_private.lock_webhook(v_delivery.webhook_id);
  if not v_webhook.enabled then
    perform support_private.fail(409, 'support_webhook_disabled', 'Enable the webhook first');
  end if;
  update public.support_webhook_deliveries d
  set status = 'pending', next_attempt_at = now(), attempts_before = d.attempts, delivered_at = null,
      worker = null, lease_expires_at = null
  where d.id = p_id and not (d.status = 'sending' and d.lease_expires_at > now());
  if not found then
    perform support_private.fail(409, 'support_webhook_delivery_busy', 'It is being sent right now');
  end if;
  perform support_private.request_webhook_run();
end
$$;
comment on function support_private.resend_webhook_delivery(uuid) is 'Implements public.resend_support_webhook_delivery.';
grant execute on function support_private.resend_webhook_delivery(uuid) to authenticated;

create function support_private.resume_emails()
returns trigger
language plpgsql volatile security definer
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
  -- An attempted email may have been sent, so it is not planned again.
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
comment on function support_private.resume_emails() is 'When a chat comes back from the archive, plans again the email that was skipped because of the archive.';

create function support_private.rotate_webhook_secret(p_id uuid)
returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_webhook public.support_webhooks := support_private.lock_webhook(p_id);
  v_secret text := support_private.new_webhook_secret();
begin
  perform support_private.use_allowance('change_webhook');
  delete from vault.secrets s where s.id = v_webhook.previous_secret_id;
  update public.support_webhooks w
  set secret_id = vault.create_secret(
        v_secret, 'support_webhook_' || w.id || '_' || gen_random_uuid(), 'Support chat: signs the deliveries of a webhook'
      ),
      previous_secret_id = w.secret_id,
      previous_secret_until = now() + interval '24 hours'
  where w.id = p_id;
  return v_secret;
end
$$;
comment on function support_private.rotate_webhook_secret(uuid) is 'Implements public.rotate_support_webhook_secret.';
grant execute on function support_private.rotate_webhook_secret(uuid) to authenticated;

create function support_private.rule_score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language plpgsql stable security invoker
set search_path = ''
as $$
begin
  -- This runs for every online agent while other assignments wait. plpgsql caches its plans.
  if not exists (select from public.support_assignment_rules r where r.enabled) then
    return 0;
  end if;
  return (
    select coalesce(sum(r.weight), 0)
    from public.support_assignment_rules r
    join public.support_agents a on a.user_id = p_agent_id and a.tier = r.tier
    where r.enabled and case r.condition
      when 'always' then true
      when 'business_hours' then support_private.is_open_at(now())
      when 'outside_hours' then not support_private.is_open_at(now())
      when 'attribute' then exists (
        select from public.support_conversations v
        join public.support_chats c on c.id = v.chat_id
        join auth.users u on u.id = c.user_id
        where v.id = p_conversation_id and u.raw_app_meta_data ->> r.attribute = r.attribute_value
      )
    end
  );
end
$$;
comment on function support_private.rule_score(uuid, uuid) is 'The sum of the weights of the rules whose condition is true and whose tier is the agent''s.';

create function support_private.score(p_conversation_id uuid, p_agent_id uuid)
returns numeric
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  return public.support_assignment_score(p_conversation_id, p_agent_id);
exception
  when others then
    perform support_private.record_fault('support_assignment_score', sqlerrm);
    return 0;
end
$$;
comment on function support_private.score(uuid, uuid) is 'The score of the team''s function; an error is recorded in support_faults and counts as zero.';

create function support_private.send_message(p_id uuid, p_chat_id uuid, p_content text, p_attachment_ids uuid[])
returns public.support_messages
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_user_id uuid := support_private.caller_id();
  v_sender public.support_sender_type;
  v_message public.support_messages;
  v_conversation_id uuid;
  v_content text := p_content;
  v_attachments jsonb := '[]';
  v_with_files boolean := coalesce(cardinality(p_attachment_ids), 0) > 0;
begin
  perform support_private.begin_work();
  if v_user_id is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  v_sender := case
    when exists (select from public.support_chats c where c.id = p_chat_id and c.user_id = v_user_id) then 'user'
    when support_private.is_agent() then 'admin'
  end;
  -- The lock also serializes two calls with one id, so that the second finds the first row.
  perform from public.support_chats c where v_sender is not null and c.id = p_chat_id for update;
  if not found then
    perform support_private.fail(404, 'support_chat_not_found');
  end if;

  if v_with_files and btrim(coalesce(p_content, ''), support_private.blank_characters()) = '' then
    v_content := '';
    perform support_private.check_message(p_id, '-'); -- the text may be blank
  else
    perform support_private.check_message(p_id, p_content);
  end if;
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
  if v_with_files then
    v_attachments := support_private.attachments_for_message(p_attachment_ids, p_chat_id);
  end if;
  insert into public.support_messages (id, chat_id, conversation_id, content, attachments, sender_type, sender_id, sender_name)
  values (
    p_id, p_chat_id, v_conversation_id, v_content, v_attachments, v_sender, v_user_id,
    case when v_sender = 'admin' then
      (select a.display_name from public.support_agents a where a.user_id = v_user_id)
    end
  )
  returning * into v_message;
  if v_with_files then
    update public.support_attachments a set message_id = p_id where a.id = any (p_attachment_ids);
  end if;
  update public.support_conversations v
  set last_message_at = v_message.created_at,
      first_response_at = case when v_sender = 'admin' then coalesce(v.first_response_at, v_message.created_at) else v.first_response_at end
  where v.id = v_conversation_id;
  return v_message;
exception
  when unique_violation then -- a message of another chat has this id
    perform support_private.fail(409, 'support_message_conflict');
end
$$;
comment on function support_private.send_message(uuid, uuid, text, uuid[]) is 'Stores a message once; the sender type depends on the caller, and a known id returns its row.';
grant execute on function support_private.send_message(uuid, uuid, text, uuid[]) to authenticated;

create function support_private.send_test_email(p_to text)
returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_to text;
  v_id uuid;
begin
  perform support_private.require_admin();
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
comment on function support_private.send_test_email(text) is 'Implements public.send_support_test_email.';
grant execute on function support_private.send_test_email(text) to authenticated;

create function support_private.set_presence(p_chat_id uuid)
returns void
language plpgsql volatile security definer
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
grant execute on function support_private.set_presence(uuid) to authenticated;

create function support_private.settle_email(p_id uuid, p_status text, p_skip_reason text, p_error text)
returns void
language sql volatile security invoker
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
comment on function support_private.settle_email(uuid, text, text, text) is 'Settles an email as skipped, failed or sent, and deletes its text.';
grant execute on function support_private.settle_email(uuid, text, text, text) to service_role;

create function support_private.short_time(p_seconds numeric)
returns text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select case
    when p_seconds < 120 then ceil(p_seconds) || ' s'
    when p_seconds < 7200 then ceil(p_seconds / 60) || ' min'
    else ceil(p_seconds / 3600) || ' h'
  end
$$;
comment on function support_private.short_time(numeric) is 'A number of seconds for people to read: 45 s, 10 min, 24 h.';

create function support_private.start_attempt(p_notification_id uuid, p_worker uuid)
returns void
language sql volatile security invoker
set search_path = ''
as $$
  insert into public.support_notification_attempts (notification_id, attempt, outcome, worker)
  select p_notification_id, coalesce(max(a.attempt), 0) + 1, 'started', p_worker
  from public.support_notification_attempts a
  where a.notification_id = p_notification_id
$$;
comment on function support_private.start_attempt(uuid, uuid) is 'Records that an attempt begins. The caller holds the lock of the notice.';
grant execute on function support_private.start_attempt(uuid, uuid) to service_role;

create function support_private.start_conversation(p_context jsonb)
returns public.support_conversations
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_chat public.support_chats := support_private.get_or_create_chat();
  v_conversation public.support_conversations;
begin
  perform support_private.use_allowance('start');
  perform from public.support_chats c where c.id = v_chat.id for update;
  -- A chat with a waiting customer must be in the inbox, even before a message, and not in the archive.
  update public.support_chats c
  set archived_at = null, last_message_at = coalesce(c.last_message_at, clock_timestamp())
  where c.id = v_chat.id and (c.archived_at is not null or c.last_message_at is null);
  v_conversation := support_private.open_conversation(v_chat.id, p_context);
  if v_conversation.user_snapshot = '{}' and support_private.clean_context(p_context) <> '{}' then
    -- The first message opened the conversation before the page sent its context.
    update public.support_conversations v set user_snapshot = support_private.clean_context(p_context)
    where v.id = v_conversation.id
    returning * into v_conversation;
  end if;
  return support_private.after_opening(v_conversation);
end
$$;
comment on function support_private.start_conversation(jsonb) is 'Implements public.start_support_conversation.';
grant execute on function support_private.start_conversation(jsonb) to authenticated;

create function support_private.status()
returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_settings public.support_settings;
  v_open public.support_conversations;
  v_last public.support_conversations;
  v_is_agent boolean := support_private.is_agent();
  v_chat_id uuid := support_private.own_chat_id();
begin
  if v_chat_id is null and not v_is_agent and support_private.caller_id() is null then
    perform support_private.fail(401, 'support_not_authenticated');
  end if;
  select * into v_settings from public.support_settings;
  select * into v_open from public.support_conversations v
  where v.chat_id = v_chat_id and v.status <> 'ended';
  if v_open.id is null then
    select * into v_last from public.support_conversations v
    where v.chat_id = v_chat_id and v.user_deleted_at is null
    order by v.started_at desc limit 1;
  end if;
  return jsonb_build_object(
    'app_name', v_settings.app_name,
    -- is_online() is inlined, because a call for each agent would read the settings each time.
    'agents_online', exists (
      select from public.support_agents a
      where a.available and a.last_seen_at > clock_timestamp() - v_settings.agent_timeout
    ),
    'open', support_private.is_open_at(now()),
    'opens_at', case when not support_private.is_open_at(now()) then support_private.next_opening(now()) end,
    'expected_reply_minutes', v_settings.expected_reply_minutes,
    'emails_answers', v_settings.email_enabled,
    'conversation', case when coalesce(v_open.id, v_last.id) is not null then
      support_private.conversation_json(case when v_open.id is not null then v_open else v_last end)
    end,
    'queue_position', support_private.queue_position(v_open),
    'message_before_accept', v_settings.message_before_accept,
    'allow_view_history', v_settings.allow_view_history,
    'delete_history', v_settings.delete_history,
    'settings_version', v_settings.version,
    'is_staff', v_is_agent,
    'waiting_count', case when v_is_agent then
      (select count(*) from public.support_conversations v where v.status = 'waiting')
    end,
    'dashboard_url', case when v_is_agent then v_settings.dashboard_url end,
    'max_upload_mb', v_settings.max_upload_mb,
    'upload_types', v_settings.upload_types
  );
end
$$;
comment on function support_private.status() is 'Implements public.support_status.';
grant execute on function support_private.status() to authenticated;

create function support_private.sweep_files()
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  -- Tickets and files that are in no message after a day. Skip locked rows: a call is sending the file.
  delete from public.support_attachments a
  where a.id in (
    select u.id from public.support_attachments u
    where u.message_id is null and u.created_at < now() - interval '24 hours'
    order by u.created_at
    limit 1000
    for update skip locked
  );
  -- Objects without a row: uploads that ended after their ticket was deleted.
  insert into support_private.file_removals (path)
  select o.name from storage.objects o
  where o.bucket_id = 'support-attachments' and o.created_at < now() - interval '24 hours'
    and not exists (select from public.support_attachments a where a.path = o.name)
  limit 1000
  on conflict (path) do nothing;
end
$$;
comment on function support_private.sweep_files() is 'Queues files that are in no message after 24 hours, and objects without a row, for removal. Run by pg_cron every hour.';

create function support_private.sync_after_settings()
returns trigger
language plpgsql volatile security definer
set search_path = ''
set lock_timeout = 3s
as $$
begin
  perform support_private.sync_agent_roles();
  return null;
end
$$;
comment on function support_private.sync_after_settings() is 'Synchronizes the team with the roles of the settings.';

create function support_private.sync_agent_of_user()
returns trigger
language plpgsql volatile security definer
set search_path = ''
set lock_timeout = 3s
as $$
begin
  -- An error here must not stop the host project from signing users up or in, or from changing them.
  begin
    -- A shared lock: a change of the settings waits for these transactions, and reads the users after their commit.
    perform pg_advisory_xact_lock_shared(hashtext('support_private.agent_roles'));
    if exists (select from public.support_settings s where s.agent_roles <> '{}') then
      perform support_private.sync_agent_role(new.id);
    end if;
  exception
    when others then
      begin
        perform support_private.record_fault('support_settings.agent_roles', new.id || ': ' || sqlerrm);
      exception
        when others then
          raise warning 'support_settings.agent_roles: %', sqlerrm;
      end;
  end;
  return null;
end
$$;
comment on function support_private.sync_agent_of_user() is 'Synchronizes the team with the roles of one user; an error is recorded in support_faults and stops nothing.';

create function support_private.sync_agent_role(p_user_id uuid)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_agent public.support_agents;
  v_has_role boolean;
begin
  select * into v_agent from public.support_agents a where a.user_id = p_user_id;
  v_has_role := exists (
    select from auth.users u, public.support_settings s
    where u.id = p_user_id and u.deleted_at is null and support_private.has_agent_role(u.raw_app_meta_data, s.agent_roles)
  );
  -- For nearly every user there is nothing to do and no lock to wait for.
  if v_has_role = (v_agent.user_id is not null) or not v_has_role and not v_agent.from_role then
    return;
  end if;
  if v_has_role then
    perform support_private.begin_work();
  else
    perform support_private.begin_deletion();
  end if;
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  if v_has_role then
    insert into public.support_agents (user_id, display_name, from_role)
    select u.id, support_private.name_of_user(u.raw_user_meta_data, u.email), true from auth.users u where u.id = p_user_id
    on conflict (user_id) do nothing;
  else
    perform support_private.remove_role_agents(array[p_user_id]);
  end if;
end
$$;
comment on function support_private.sync_agent_role(uuid) is 'Adds a user to the team who has a role of the settings; removes an agent by role who has none any more.';

create function support_private.sync_agent_roles()
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_roles text[];
begin
  perform support_private.begin_deletion();
  -- Waits for users that are being changed, and blocks further changes; see sync_agent_of_user().
  perform pg_advisory_xact_lock(hashtext('support_private.agent_roles'));
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  select s.agent_roles into v_roles from public.support_settings s;
  perform support_private.remove_role_agents(
    array(
      select a.user_id from public.support_agents a join auth.users u on u.id = a.user_id
      where a.from_role
        and (u.deleted_at is not null or not support_private.has_agent_role(u.raw_app_meta_data, v_roles))
      order by a.user_id
    )
  );
  if v_roles <> '{}' then
    insert into public.support_agents (user_id, display_name, from_role)
    select u.id, support_private.name_of_user(u.raw_user_meta_data, u.email), true
    from auth.users u
    where u.deleted_at is null and support_private.has_agent_role(u.raw_app_meta_data, v_roles)
    on conflict (user_id) do nothing;
  end if;
end
$$;
comment on function support_private.sync_agent_roles() is 'Does sync_agent_role() for all users.';

create function support_private.sync_bucket()
returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  -- To Storage, an empty list means every type. While attachments are off there are no new tickets, so the last list may stay.
  update storage.buckets b
  set file_size_limit = new.max_upload_mb * 1048576,
      allowed_mime_types = coalesce(nullif(new.upload_types, '{}'), b.allowed_mime_types)
  where b.id = 'support-attachments';
  return null;
end
$$;
comment on function support_private.sync_bucket() is 'Sets the limits of the settings on the bucket, so that Storage itself rejects files that are too large or of another type.';

create function support_private.take_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.refuse_own_conversation(p_conversation_id, support_private.caller_id());
  if v_conversation.status = 'active' and v_conversation.agent_id = support_private.caller_id() then
    return v_conversation; -- a second click
  elsif v_conversation.status = 'active' then
    perform support_private.fail(409, 'support_already_taken');
  elsif v_conversation.status = 'ended' then
    perform support_private.fail(409, 'support_bad_transition', 'The conversation has ended');
  end if;
  return support_private.give_conversation(p_conversation_id, support_private.caller_id());
end
$$;
comment on function support_private.take_conversation(uuid) is 'Implements public.take_support_conversation.';
grant execute on function support_private.take_conversation(uuid) to authenticated;

create function support_private.template_variables(p_kind text, p_part text)
returns text[]
language sql immutable parallel safe security invoker
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
comment on function support_private.template_variables(text, text) is 'The variables that are allowed between {{ and }} in the subject or the body of a kind of email, and those required in the body.';

create function support_private.test_webhook(p_id uuid)
returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_webhook public.support_webhooks := support_private.lock_webhook(p_id);
  v_delivery_id uuid;
begin
  perform support_private.use_allowance('test_webhook');
  if not v_webhook.enabled then
    perform support_private.fail(409, 'support_webhook_disabled', 'Enable the webhook first');
  end if;
  insert into public.support_webhook_deliveries (webhook_id, event, payload)
  values (
    p_id, 'test.ping',
    jsonb_build_object(
      'type', 'test.ping', 'timestamp', clock_timestamp(),
      'data', jsonb_build_object('webhook_id', p_id, 'sent_by', support_private.caller_id())
    )
  )
  returning id into v_delivery_id;
  perform support_private.request_webhook_run();
  return v_delivery_id;
end
$$;
comment on function support_private.test_webhook(uuid) is 'Implements public.test_support_webhook.';
grant execute on function support_private.test_webhook(uuid) to authenticated;

create function support_private.text_by_locale(p_texts jsonb, p_locale text)
returns text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select coalesce(
    p_texts ->> p_locale,
    p_texts ->> split_part(p_locale, '-', 1),
    p_texts ->> 'en',
    (select t.value from jsonb_each_text(p_texts) t order by t.key limit 1)
  )
$$;
comment on function support_private.text_by_locale(jsonb, text) is 'The text in the given language, else in its base language, in English, or in the first language; null without any text.';

create function support_private.touch_updated_at()
returns trigger
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function support_private.touch_updated_at() is 'Sets updated_at.';

create function support_private.transfer_conversation(p_conversation_id uuid, p_agent_id uuid)
returns public.support_conversations
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_conversation public.support_conversations;
begin
  perform support_private.begin_work();
  perform support_private.require_agent();
  perform support_private.use_allowance('agent_action');
  v_conversation := support_private.lock_conversation(p_conversation_id);
  perform support_private.require_charge(v_conversation);
  if v_conversation.status = 'active' and v_conversation.agent_id = p_agent_id then
    return v_conversation;
  end if;
  return support_private.give_conversation(p_conversation_id, p_agent_id);
end
$$;
comment on function support_private.transfer_conversation(uuid, uuid) is 'Implements public.transfer_support_conversation.';
grant execute on function support_private.transfer_conversation(uuid, uuid) to authenticated;

create function support_private.transition_conversation(p_conversation_id uuid, p_to public.support_conversation_status, p_agent_id uuid DEFAULT NULL::uuid, p_ended_by public.support_conversation_end DEFAULT NULL::public.support_conversation_end)
returns public.support_conversations
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_from public.support_conversations;
  v_to public.support_conversations;
  v_now timestamptz;
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

  -- One time for all columns, and never before an earlier time, even if the clock was set back.
  v_now := greatest(clock_timestamp(), v_from.started_at, v_from.queued_at, v_from.accepted_at, v_from.last_message_at);
  update public.support_conversations v
  set status = p_to,
      agent_id = case p_to when 'waiting' then null when 'active' then p_agent_id else v.agent_id end,
      accepted_at = case when p_to = 'active' then coalesce(v.accepted_at, v_now) else v.accepted_at end,
      queued_at = case when p_to = 'waiting' then v_now else v.queued_at end,
      ended_at = case when p_to = 'ended' then v_now end,
      ended_by = case when p_to = 'ended' then p_ended_by end,
      ended_by_id = case when p_to = 'ended' and p_ended_by <> 'inactivity' then support_private.caller_id() end
  where v.id = p_conversation_id
  returning * into v_to;

  if p_to = 'active' and p_agent_id is distinct from v_from.agent_id then
    update public.support_agents a set last_assigned_at = v_now where a.user_id = p_agent_id;
  end if;
  if p_to = 'ended' then
    perform support_private.write_system_message(v_to, (select s.end_message from public.support_settings s));
  end if;
  v_to := support_private.emit_conversation(
    case
      when p_to = 'ended' then 'conversation.ended'
      when p_to = 'waiting' then 'conversation.requeued'
      when v_from.status = 'waiting' then 'conversation.accepted'
      else 'conversation.transferred'
    end,
    v_to,
    v_from.agent_id
  );
  perform support_private.announce_conversation(v_to);
  return v_to;
end
$$;
comment on function support_private.transition_conversation(uuid, public.support_conversation_status, uuid, public.support_conversation_end) is 'Changes the status: from waiting to active or ended; from active to another agent, to waiting, or to ended. Raises support_bad_transition.';

create function support_private.try_lock_conversation(p_conversation_id uuid)
returns public.support_conversations
language plpgsql volatile security invoker
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
comment on function support_private.try_lock_conversation(uuid) is 'Locks a conversation and, before it, its chat; null if another transaction holds one of the locks.';

create function support_private.update_agent(p_user_id uuid, p_display_name text, p_role public.support_agent_role, p_tier public.support_agent_tier, p_max_active bigint)
returns public.support_agents
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_agent public.support_agents;
begin
  perform support_private.require_admin();
  perform support_private.use_allowance('change_team');
  perform pg_advisory_xact_lock(hashtext('support_private.team'));
  if not support_private.is_line(btrim(coalesce(p_display_name, '')), 80) or p_max_active not between 1 and 1000 then
    perform support_private.fail(400, 'support_agent_invalid', 'A name of one line, 1 to 80 characters; a limit from 1 to 1000 or none');
  end if;
  if p_role <> 'admin' then
    perform support_private.require_other_admin(p_user_id);
  end if;
  update public.support_agents a
  set display_name = btrim(p_display_name), role = coalesce(p_role, a.role), tier = coalesce(p_tier, a.tier), max_active = p_max_active
  where a.user_id = p_user_id
  returning * into v_agent;
  if not found then
    perform support_private.fail(404, 'support_agent_not_found');
  end if;
  return v_agent;
end
$$;
comment on function support_private.update_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) is 'Implements public.update_support_agent.';
grant execute on function support_private.update_agent(uuid, text, public.support_agent_role, public.support_agent_tier, bigint) to authenticated;

create function support_private.use_allowance(p_action text, p_amount bigint DEFAULT 1, p_subject text DEFAULT (auth.uid())::text, p_limit bigint DEFAULT NULL::bigint)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  v_limit support_private.limits;
  v_counter support_private.usage_counters;
  v_slot interval;
  v_slot_started_at timestamptz;
  v_used bigint;
  v_seconds numeric;
begin
  perform support_private.begin_work();
  -- The secret key, the SQL editor and the jobs of the database are not limited. Hooks are not limited either: actions of customers,
  -- which have their own limits, call them, and must not use up the allowance of the agent in whose name a hook writes.
  if p_subject is null or coalesce(current_setting('support.hooks', true), '') <> '' then
    return;
  end if;
  select * into strict v_limit from support_private.limits l where l.action = p_action;
  v_limit.amount := coalesce(p_limit, v_limit.amount);
  v_slot := v_limit.period / 12;

  -- The row's lock serializes the calls of one person.
  select * into v_counter from support_private.usage_counters u
  where u.subject = p_subject and u.action = p_action
  for update;
  if not found then
    insert into support_private.usage_counters as u (subject, action, slot_started_at, amounts)
    values (p_subject, p_action, '2000-01-01 00:00:00+00', '{0}')
    on conflict (subject, action) do update set action = excluded.action
    returning * into v_counter;
  end if;

  -- The clock is read after the lock. The current slot and the twelve before it count, so the limit holds in every period, and a
  -- use is forgotten at most a twelfth of the period late.
  v_slot_started_at := date_bin(v_slot, clock_timestamp(), timestamptz '2000-01-01 00:00:00+00');
  if abs(extract(epoch from v_slot_started_at - v_counter.slot_started_at)) >= extract(epoch from v_slot) * 13 then
    v_counter.amounts := '{0}'; -- long ago, or written while the clock was wrong
  elsif v_slot_started_at > v_counter.slot_started_at then
    v_counter.amounts := (
      array_fill(
        0::bigint,
        array[round(extract(epoch from v_slot_started_at - v_counter.slot_started_at) / extract(epoch from v_slot))::integer]
      ) || v_counter.amounts
    )[1:13];
  else
    v_slot_started_at := v_counter.slot_started_at; -- the same slot, or a clock that was set back a little
  end if;

  select sum(a.amount) into v_used from unnest(v_counter.amounts) a (amount);
  if v_used + p_amount > v_limit.amount then
    -- Slots expire from the oldest on. There is room when the newest slot has expired whose running sum is above the limit.
    select extract(epoch from v_slot_started_at + (14 - min(s.place)) * v_slot - clock_timestamp()) into v_seconds
    from (
      select a.place, sum(a.amount) over (order by a.place) as used
      from unnest(v_counter.amounts) with ordinality a (amount, place)
    ) s
    where s.used + p_amount > v_limit.amount;
    v_seconds := greatest(ceil(v_seconds), 1);
    raise exception using
      errcode = 'PT429',
      message = v_limit.code,
      detail = 'At most ' || v_limit.amount || ' in ' || support_private.short_time(extract(epoch from v_limit.period))
        || ': try again in ' || support_private.short_time(v_seconds),
      hint = v_seconds;
  end if;
  v_counter.amounts[1] := v_counter.amounts[1] + p_amount;
  update support_private.usage_counters u
  set slot_started_at = v_slot_started_at, amounts = v_counter.amounts
  where u.subject = p_subject and u.action = p_action;
end
$$;
comment on function support_private.use_allowance(text, bigint, text, bigint) is 'Counts one use (or p_amount) of an action by the caller (or p_subject) against the limit of the table limits (or p_limit). If it is used up, raises the limit''s code (429, usually support_rate_limited): the detail says when to try again, the hint is the number of seconds. A refused call is rolled back with its count, so it changes nothing.';
grant execute on function support_private.use_allowance(text, bigint, text, bigint) to service_role;

create function support_private.used_variables(p_text text)
returns SETOF text
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select btrim(m[1], E' \t\r\n') from regexp_matches(p_text, '\{\{([^{}]*)\}\}', 'g') m
$$;
comment on function support_private.used_variables(text) is 'The names between {{ and }} in a text.';

create function support_private.user_of_email(p_email text)
returns uuid
language sql stable security definer
set search_path = ''
as $$
  select u.id from auth.users u
  -- Auth keeps addresses in lower case; its index is on the address itself. Addresses have at most 320 characters; left()
  -- avoids converting megabytes of text for each user.
  where u.email = lower(btrim(left(p_email, 1000))) and u.email_confirmed_at is not null
    and not u.is_sso_user and not u.is_anonymous
    and u.deleted_at is null and (u.banned_until is null or u.banned_until <= now())
  limit 1
$$;
comment on function support_private.user_of_email(text) is 'The active user who has confirmed this email address; users of single sign-on and anonymous ones are not found by their address.';
grant execute on function support_private.user_of_email(text) to service_role;

create function support_private.webhook_delay(p_attempt bigint)
returns interval
language sql volatile security invoker
set search_path = ''
as $$
  -- The schedule of Standard Webhooks, plus or minus a tenth, so that retries spread.
  select (array['5 s', '5 min', '30 min', '2 h', '5 h', '10 h', '14 h', '20 h', '24 h']::interval[])[p_attempt]
    * (0.9 + 0.2 * random())
$$;
comment on function support_private.webhook_delay(bigint) is 'How long to wait after this attempt has failed; null after the last one.';
grant execute on function support_private.webhook_delay(bigint) to service_role;

create function support_private.webhook_events()
returns text[]
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select array[
    'chat.created', 'conversation.started', 'conversation.accepted', 'conversation.transferred', 'conversation.requeued',
    'conversation.escalated', 'conversation.ended', 'conversation.rated', 'message.created'
  ]
$$;
comment on function support_private.webhook_events() is 'The events that a webhook can receive.';

create function support_private.webhook_room(p_webhook_id uuid)
returns bigint
language sql stable security invoker
set search_path = ''
as $$
  select greatest(0, 4 - count(*))
  from public.support_webhook_deliveries d
  where d.webhook_id = p_webhook_id and d.status = 'sending' and d.lease_expires_at > now()
$$;
comment on function support_private.webhook_room(uuid) is 'How many more deliveries of a webhook may start now.';
grant execute on function support_private.webhook_room(uuid) to service_role;

create function support_private.webhook_secrets(p_webhook public.support_webhooks)
returns text[]
language sql stable security definer
set search_path = ''
as $$
  select array_agg(s.decrypted_secret order by (s.id = p_webhook.secret_id) desc)
  from vault.decrypted_secrets s
  where s.id = p_webhook.secret_id
    or s.id = p_webhook.previous_secret_id and p_webhook.previous_secret_until > now()
$$;
comment on function support_private.webhook_secrets(public.support_webhooks) is 'The valid signing secrets of a webhook, newest first.';
grant execute on function support_private.webhook_secrets(public.support_webhooks) to service_role;

create function support_private.webhook_target(p_url text)
returns text[]
language sql immutable parallel safe security invoker
set search_path = ''
as $$
  select array[
    lower(m[1]), lower(m[2]), coalesce(m[3], case lower(m[1]) when 'https' then '443' else '80' end)
  ]
  from regexp_match(
    p_url, '^(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?(?:[/?][!-~]*)?$', 'i'
  ) m
  where m is not null and char_length(p_url) <= 2000 and p_url !~ '[\\#"<>`{|}^]' and p_url ~ '^[!-~]+$'
$$;
comment on function support_private.webhook_target(text) is 'Scheme, host and port of a webhook''s URL; null if the URL is not in the plain form that all programs parse alike.';

create function support_private.work_conversations()
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  perform support_private.end_inactive_conversations();
  perform support_private.requeue_abandoned();
  perform support_private.assign_waiting();
end
$$;
comment on function support_private.work_conversations() is 'Ends inactive conversations, requeues those of agents who have been offline too long, and assigns the queue.';

create function support_private.write_fault(p_source text, p_message text, p_paused_until timestamp with time zone)
returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if pg_try_advisory_xact_lock(hashtextextended('support_faults ' || left(p_source, 100), 0)) then
    insert into public.support_faults (source, message, paused_until)
    values (left(p_source, 100), left(p_message, 1000), p_paused_until)
    on conflict (source) do update
      set message = excluded.message, times = support_faults.times + 1, last_at = now(),
          paused_until = coalesce(excluded.paused_until, support_faults.paused_until);
  end if;
end
$$;
comment on function support_private.write_fault(text, text, timestamp with time zone) is 'Records a fault for agents, with the time until which its hook is not called. Never waits.';

create function support_private.write_system_message(p_conversation public.support_conversations, p_texts jsonb)
returns void
language plpgsql volatile security invoker
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
comment on function support_private.write_system_message(public.support_conversations, jsonb) is 'Writes a system message into a conversation, in the customer''s language; does nothing without a text.';
