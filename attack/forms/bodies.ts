import type { Random } from '../core/random';
import type { Stage } from '../people/stage';

/** A form as it is posted. */
export interface FormBody {
	contentType: string;
	body: string;
}

/** Fields that dashboard actions read, with hostile values. */
function fields(stage: Stage, random: Random): [string, string][] {
	const ids = Object.values(stage.ids).flat();
	const hostile = (): string =>
		random.pick([
			...['', 'x', '\u0000', '-1', '1e400', '<img src=x onerror=alert(1)>', '{"a":1}', "'; --"],
			...ids,
		]);
	return [
		['user_id', stage.agent.id],
		['id', random.pick(ids)],
		['email', stage.customer.email],
		['display_name', hostile()],
		['role', 'admin'],
		['app_name', 'Taken over'],
		['chat_url', 'https://evil.example/'],
		['url', 'https://evil.example/'],
		['events', 'message.created'],
		['to', 'everybody@example.com'],
		['password', 'support-demo'],
		['kind', 'user_reply'],
		['subject', hostile()],
		['body', hostile()],
		['source', hostile()],
		['weekday', '1'],
		['opens', '09:00'],
		['closes', '17:00'],
		['name', hostile()],
		[hostile(), hostile()],
	];
}

export function urlencoded(stage: Stage, random: Random): FormBody {
	const body = new URLSearchParams(fields(stage, random)).toString();
	return { contentType: 'application/x-www-form-urlencoded', body };
}

export function multipart(stage: Stage, random: Random): FormBody {
	const boundary = 'attack';
	const parts = fields(stage, random).map(
		([name, value]) =>
			`--${boundary}\r\ncontent-disposition: form-data; name="${encodeURIComponent(name)}"\r\n\r\n${value}\r\n`,
	);
	return {
		contentType: `multipart/form-data; boundary=${boundary}`,
		body: `${parts.join('')}--${boundary}--\r\n`,
	};
}

/** Content types that another site can post without a preflight, and some look-alikes. */
export const crossSiteTypes = [
	'application/x-www-form-urlencoded',
	'Application/X-WWW-Form-Urlencoded',
	'application/x-www-form-urlencoded; charset=utf-8',
	'application/x-www-form-urlencoded;',
	'multipart/form-data; boundary=attack',
	'text/plain',
	'TEXT/PLAIN;charset=UTF-8',
	'application/json',
];
