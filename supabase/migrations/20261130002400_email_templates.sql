-- Templates: the team's own texts of emails.
-- Creates: table support_email_templates; in support_private template_variables, used_variables, check_template.

set lock_timeout = '5s';
set statement_timeout = '60s';

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
  'The team''s own text of an email, by kind and language, with variables. Without a row the email worker uses its '
  'default text.';

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

create function support_private.template_variables(p_kind text, p_part text)
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
  'The variables that are allowed between {{ and }} in the subject or the body of a kind of email, and those required '
  'in the body.';
revoke execute on function support_private.template_variables(text, text) from public;

create function support_private.used_variables(p_text text)
returns setof text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select btrim(m[1], E' \t\r\n') from regexp_matches(p_text, '\{\{([^{}]*)\}\}', 'g') m
$$;
comment on function support_private.used_variables(text) is
  'The names between {{ and }} in a text.';
revoke execute on function support_private.used_variables(text) from public;

-- Definer: only the owner may execute template_variables() and used_variables().
create function support_private.check_template()
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
comment on function support_private.check_template() is
  'Rejects a template with a variable that its email does not have, or without one that it requires.';
revoke execute on function support_private.check_template() from public;

-- A trigger instead of a check, so that the error names the variable.
create trigger support_email_templates_check
before insert or update on public.support_email_templates
for each row execute function support_private.check_template();
