-- Calls of Edge Functions with the extensions of a Supabase project (pg_cron, pg_net, Vault), and the clean-up of job runs.
-- Creates: extensions pg_cron, pg_net, supabase_vault if they are not there; in support_private configure_email,
--          email_secret_digest, call_edge_function, purge_job_runs; public.support_email_secret_digest; cron job
--          support-purge-job-runs.

set lock_timeout = '5s';
set statement_timeout = '60s';

create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;

create function support_private.configure_email(p_functions_url text, p_dashboard_url text default null)
returns void
language plpgsql
security invoker
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
comment on function support_private.configure_email(text, text) is
  'Stores the address of the Edge Functions and the secret that starts a run: '
  'select support_private.configure_email(''https://<project>.supabase.co/functions/v1'', ''https://<dashboard>''). Can be called '
  'again. To change the secret: delete from vault.secrets where name = ''support_email_secret'', then call this.';
revoke execute on function support_private.configure_email(text, text) from public;

-- Definer: it reads Vault.
create function support_private.email_secret_digest()
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select encode(sha256(convert_to(s.decrypted_secret, 'utf8')), 'hex')
  from vault.decrypted_secrets s where s.name = 'support_email_secret'
$$;
comment on function support_private.email_secret_digest() is
  'The SHA-256, in hex, of the secret that starts a run; null before configure_email.';
revoke execute on function support_private.email_secret_digest() from public;
grant execute on function support_private.email_secret_digest() to service_role;

create function public.support_email_secret_digest()
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select support_private.email_secret_digest()
$$;
comment on function public.support_email_secret_digest() is
  'For the Edge Functions: the digest with which they compare the caller''s secret. Only pg_net gets the secret itself.';
revoke execute on function public.support_email_secret_digest() from public, anon, authenticated;
grant execute on function public.support_email_secret_digest() to service_role;

create function support_private.call_edge_function(p_name text)
returns bigint
language plpgsql
security invoker
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
comment on function support_private.call_edge_function(text) is
  'Starts a run of one of the support chat''s Edge Functions; returns pg_net''s request id, or null before configure_email.';
revoke execute on function support_private.call_edge_function(text) from public;

create function support_private.purge_job_runs()
returns void
language sql
security invoker
set search_path = ''
as $$
  -- pg_cron keeps a row of every run, and jobs that run every minute make many. Rows of the host project's jobs stay.
  delete from cron.job_run_details d
  using cron.job j
  where j.jobid = d.jobid and j.jobname like 'support-%' and d.end_time < now() - interval '7 days'
$$;
comment on function support_private.purge_job_runs() is
  'Deletes runs of the support chat''s jobs that are older than 7 days. Run by pg_cron every night.';
revoke execute on function support_private.purge_job_runs() from public;

select cron.schedule('support-purge-job-runs', '47 3 * * *', 'select support_private.purge_job_runs()');
