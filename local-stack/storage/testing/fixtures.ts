/**
 * Buckets for the tests of Storage. In `owned` users may do anything below a folder named by their id; in
 * `drop` they may only upload. `strict` has limits, `open` is public, `closed` has no policy.
 */
export const FIXTURES = `
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
	('owned', 'owned', false, null, null),
	('drop', 'drop', false, null, null),
	('strict', 'strict', false, 1000, '{image/png,text/*}'),
	('open', 'open', true, null, null),
	('closed', 'closed', false, null, null);

create policy "People read their own files" on storage.objects for select to authenticated
using (bucket_id in ('owned', 'strict', 'open') and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "People change their own files" on storage.objects for update to authenticated
using (bucket_id = 'owned' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "People remove their own files" on storage.objects for delete to authenticated
using (bucket_id = 'owned' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "People upload below their own folder" on storage.objects for insert to authenticated
with check (
	bucket_id in ('owned', 'drop', 'strict', 'open') and (storage.foldername(name))[1] = (select auth.uid())::text
);
`;
