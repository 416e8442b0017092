import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type LocalStack } from '../testing/stack';

let stack: LocalStack;
beforeAll(async () => {
	stack = await startTestStack();
	await stack.sql`insert into storage.buckets (id, name) values ('rights', 'rights')`;
	await stack.sql`insert into storage.objects (bucket_id, name) values ('rights', 'a/b.c.png')`;
});
afterAll(() => stack?.stop());

/** As a project's owner, in a transaction that is rolled back. */
async function attempt(statement: string): Promise<string> {
	const done = new Error('done');
	try {
		await stack.sql.begin(async (sql) => {
			await sql.unsafe(statement);
			throw done;
		});
	} catch (error) {
		return error === done ? 'done' : String(error);
	}
	return 'committed';
}

describe('the owner of a project', () => {
	it.each([
		'create policy "p" on storage.objects for select to anon using (true)',
		`create policy "p" on storage.objects as restrictive using (bucket_id <> 'x');
		 alter policy "p" on storage.objects rename to "q"; drop policy "q" on storage.objects`,
		'create policy "p" on storage.buckets for select to anon using (true)',
		`insert into storage.buckets (id, name, file_size_limit) values ('n', 'n', 5)
		 on conflict (id) do update set file_size_limit = excluded.file_size_limit`,
		`update storage.buckets set allowed_mime_types = '{image/png}' where id = 'rights'`,
		`create function public.f() returns trigger language plpgsql as 'begin return new; end';
		 create trigger t after insert on storage.objects for each row execute function public.f();
		 drop trigger t on storage.objects`,
		'grant select on storage.objects to dashboard_user',
	])('may %s', async (statement) => {
		expect(await attempt(statement)).toBe('done');
	});

	it.each([
		'alter table storage.objects add column mine text',
		'alter table storage.objects disable row level security',
		'alter table storage.objects enable row level security',
		'alter table storage.buckets disable trigger protect_buckets_delete',
		'drop table storage.objects cascade',
		'create table storage.mine (id integer)',
		'create index on storage.objects (owner_id)',
		'comment on policy "none" on storage.objects is null',
		'comment on table storage.objects is null',
		`create or replace function storage.protect_delete() returns trigger
		 language plpgsql as 'begin return null; end'`,
		'drop function storage.protect_delete() cascade',
		'drop schema storage cascade',
		'alter table storage.objects owner to postgres',
		'set role supabase_storage_admin',
	])('may not %s', async (statement) => {
		expect(await attempt(statement)).toMatch(/must be owner|permission denied|does not exist/);
	});

	it('cannot delete without the API, which would leave the bytes', async () => {
		for (const table of ['objects', 'buckets'])
			expect(await attempt(`delete from storage.${table}`)).toContain(
				'Direct deletion from storage tables is not allowed. Use the Storage API instead.',
			);
	});
});

describe('the API’s roles', () => {
	it('have the tables’ grants, and see nothing without a policy', async () => {
		for (const role of ['anon', 'authenticated'])
			expect(
				await attempt(
					`set local role ${role};
					 do $$ begin
					   assert not exists (select from storage.objects);
					   assert not exists (select from storage.buckets);
					 end $$`,
				),
			).toBe('done');
		expect(
			await attempt(
				`set local role authenticated;
				 insert into storage.objects (bucket_id, name) values ('rights', 'x')`,
			),
		).toContain('row-level security');
	});
});

it('split paths for policies', async () => {
	const [row] = await stack.sql`
		select
			storage.foldername(name) as folders, storage.filename(name) as file,
			storage.extension(name) as extension, path_tokens,
			storage.foldername('plain') as none, storage.operation() as operation
		from storage.objects where name = 'a/b.c.png'`;
	expect(row).toEqual({
		folders: ['a'],
		file: 'b.c.png',
		extension: 'png',
		path_tokens: ['a', 'b.c.png'],
		none: [],
		operation: null,
	});
	const [allowed] = await stack.sql`
		select
			storage.allow_only_operation('object.upload') as yes,
			storage.allow_any_operation('{storage.object.list}') as no
		from (select set_config('storage.operation', 'storage.object.upload', true)) as setting (value)
		where value <> ''`;
	expect(allowed).toEqual({ yes: true, no: false });
});
