import postgres from 'postgres';
import { restError } from '../responses';

/** HTTP statuses by SQLSTATE: whole codes first, then classes, as in PostgREST's documentation. */
const STATUS_BY_CODE = new Map([
	['21000', 400],
	['23503', 409],
	['23505', 409],
	['25006', 405],
	['42883', 404],
	['42P01', 404],
	['42P17', 500],
	['53400', 500],
	['57P01', 503],
	['P0001', 400],
]);
const STATUS_BY_CLASS = new Map([
	...['08', '53'].map((name): [string, number] => [name, 503]),
	...['0L', '0P', '28'].map((name): [string, number] => [name, 403]),
	...['09', '25', '2D', '38', '39', '3B', '40', '54', '55', '57', '58', 'F0', 'HV', 'P0', 'XX'].map(
		(name): [string, number] => [name, 500],
	),
]);

/** PostgREST's response to a database error. Other errors pass unchanged. */
export function databaseErrorResponse(error: unknown, role: string): Response {
	if (!(error instanceof postgres.PostgresError)) throw error;
	const { code, message, detail, hint } = error;
	return restError(statusOf(code, role), code, message, detail ?? null, hint ?? null);
}

function statusOf(code: string, role: string): number {
	const chosen = /^PT(\d{3})$/.exec(code)?.[1]; // Raised by the function on purpose.
	if (chosen) return Number(chosen);
	if (code === '42501') return role === 'anon' ? 401 : 403;
	return STATUS_BY_CODE.get(code) ?? STATUS_BY_CLASS.get(code.slice(0, 2)) ?? 400;
}
