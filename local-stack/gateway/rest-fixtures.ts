/** A small schema for the tests of the REST gateway: one function of each shape. */
export const FIXTURES = `
create table public.probe (
  id bigint primary key, name text, at timestamptz default '2026-01-02 03:04:05.123456+00'
);
grant select on public.probe to anon, authenticated, service_role;
insert into public.probe (id, name) select n, 'n' || n from generate_series(1, 3) as n;

create table public.probe_hidden (id integer);
create table public.probe_notes (id integer primary key, payload jsonb, at timestamptz);
grant select, insert on public.probe_notes to authenticated;

create function public.probe_rows() returns setof public.probe language sql stable
as $$ select * from public.probe order by id $$;
create function public.probe_row() returns public.probe language sql stable
as $$ select * from public.probe where id = 1 $$;
create function public.probe_no_rows() returns table (id bigint) language sql stable
as $$ select 1::bigint where false $$;
create function public.probe_value() returns bigint language sql stable as $$ select 5000000000 $$;
create function public.probe_values() returns setof text language sql stable as $$ values ('a'), ('b') $$;
create function public.probe_many() returns setof integer language sql stable
as $$ select generate_series(1, 1500) $$;
create function public.probe_nothing() returns void language sql as $$ select 1 $$;
create function public.probe_nested(p_n bigint default 2, p_payload jsonb default null)
returns table (n bigint, first public.probe, "all" public.probe[], payload jsonb) language sql stable
as $$ select p_n, p, array[p], p_payload from public.probe p where id = 1 $$;
create function public.probe_fail(p_code text) returns void language plpgsql
as $$ begin raise exception using errcode = p_code, message = 'support_probe', detail = 'd', hint = 'h'; end $$;
create function public.probe_private() returns integer language sql as $$ select 1 $$;
revoke execute on function public.probe_private() from public, anon, authenticated;
create function public.probe_caller() returns json language sql stable
as $$ select json_build_object(
  'role', current_user, 'session', session_user, 'uid', auth.uid(), 'email', auth.email(), 'jwt', auth.jwt()
) $$;
`;
