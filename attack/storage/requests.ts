import { randomUUID } from 'node:crypto';
import { png } from '../../supabase/functions/_shared/files/testing/valid-files.ts';
import type { Random } from '../core/random';
import type { Question } from '../core/target';
import type { Stage } from '../people/stage';
import { BUCKET } from './file-of';

/** A request to Storage: its path after `/storage/v1/`, and its options. */
export interface StorageRequest extends Question {
	path: string;
	method: string;
	headers: Record<string, string>;
}

const json = { 'content-type': 'application/json' };
const picture = { 'content-type': 'image/png' };

/** One way to reach a file, or a place in the bucket, of another person. */
export function storageRequest(sent: string, stage: Stage, random: Random): StorageRequest {
	const [folder = ''] = sent.split('/');
	const object = spelling(sent, random);
	const fresh = `${random.pick([folder, ...(stage.ids['chats'] ?? [])])}/${randomUUID()}.${random.pick(['png', 'svg', 'html', 'png/x', 'png%00'])}`;
	const ask = (path: string, method: string, body?: object): StorageRequest => ({
		...{ path, method, headers: json },
		...(body ? { body: JSON.stringify(body) } : {}),
	});
	const put = (path: string, method: string, headers = {}): StorageRequest => ({
		...{ path, method, headers: { ...picture, ...headers }, body: png(9, 9) },
	});
	const move = { bucketId: BUCKET, sourceKey: sent, destinationKey: fresh };
	return random.pick<() => StorageRequest>([
		() =>
			ask(
				`object/${random.pick(['', 'authenticated/', 'public/', 'info/'])}${BUCKET}/${object}`,
				random.pick(['GET', 'HEAD']),
			),
		() =>
			ask(`object/sign/${BUCKET}/${object}`, 'POST', {
				expiresIn: random.pick([1, 300, 1e9, -1, '5m']),
			}),
		() =>
			ask(`object/sign/${BUCKET}`, 'POST', { expiresIn: 300, paths: [sent, object, `../${sent}`] }),
		() =>
			ask(
				`object/sign/${BUCKET}/${object}?token=${random.pick(['', 'x', 'eyJhbGciOiJub25lIn0.e30.'])}`,
				'GET',
			),
		() => ask(`object/upload/sign/${BUCKET}/${object}`, random.pick(['POST', 'PUT'])),
		() =>
			ask(`object/list/${BUCKET}`, 'POST', {
				prefix: random.pick(['', folder, '%', `${folder}%`, '../', "' or 1=1 --"]),
				limit: random.pick([100, -1, 1e9]),
				search: random.pick(['', '%', '_']),
				sortBy: { column: random.pick(['name', 'name; drop table x', 'metadata']), order: 'asc' },
			}),
		() => ask(`render/image/authenticated/${BUCKET}/${object}?width=10`, 'GET'),
		() => put(`object/${BUCKET}/${fresh}`, 'POST', { 'x-upsert': random.pick(['true', 'false']) }),
		() =>
			put(`object/${BUCKET}/${object}`, random.pick(['POST', 'PUT', 'PATCH']), {
				'x-upsert': 'true',
			}),
		() =>
			ask(
				'object/move',
				'POST',
				random.pick([move, { ...move, sourceKey: fresh, destinationKey: sent }]),
			),
		() =>
			ask('object/copy', 'POST', {
				...move,
				destinationBucket: random.pick([BUCKET, 'public', '']),
			}),
		() => ask(`object/${BUCKET}/${object}`, 'DELETE'),
		() =>
			ask(`object/${BUCKET}`, 'DELETE', {
				prefixes: random.pick([[sent], [folder], [''], ['%'], [object]]),
			}),
		() => ask(`bucket/${BUCKET}`, random.pick(['PUT', 'DELETE']), { public: true }),
		() => ask('bucket', 'POST', { id: `own-${randomUUID()}`, name: 'own', public: true }),
		() => ask(`bucket/${BUCKET}/empty`, 'POST'),
		() => ask(`upload/resumable/${BUCKET}/${object}`, random.pick(['POST', 'PATCH', 'HEAD'])),
		() => ask(`s3/${BUCKET}/${object}`, random.pick(['GET', 'PUT'])),
	])();
}

/** The same path in a spelling that a careless comparison takes for another. */
function spelling(path: string, random: Random): string {
	const [folder = '', name = ''] = path.split('/');
	return random.pick([
		path,
		`${folder.toUpperCase()}/${name}`,
		`${folder}%2f${name}`,
		`${folder}%252f${name}`,
		`x/..%2f${folder}/${name}`,
		`./${path}`,
		`${folder}//${name}`,
		`${path}%00`,
		`${path}%20`,
		`${path}/`,
		`${path}?`,
		`${path};a=b`,
		encodeURIComponent(path),
		`${folder}\\${name}`,
		'..%2f..%2f..%2fetc%2fpasswd',
		'%',
		'%ff%fe',
		'a'.repeat(3_000),
	]);
}
