import { signToken } from '../../local-stack/stack/project-keys';
import type { Target } from '../core/target';
import type { Actor, Stage } from './stage';

/** The most that a caller may change; `nothing` is for those who are refused everything. */
export type Rights = 'nothing' | 'own' | 'agent' | 'admin' | 'service';

/** A caller of the API, with or without rights. */
export interface Caller {
	name: string;
	headers: Record<string, string>;
	rights: Rights;
	/** Ids that make a row belong to the caller. */
	ownIds: string[];
	/** Text that no answer to them may contain. */
	forbidden: string[];
}

/** The kinds of caller, by their rights: later ones change rows that earlier ones attack. */
export const callerNames = [
	'publishable key alone',
	'nonsense for a token',
	'expired token',
	'token of another secret',
	'token without signature',
	'token edited to service_role',
	'customer',
	'other customer',
	'anonymous user',
	'former agent',
	'banned agent',
	'agent',
	'admin',
	'secret key',
] as const;
export type CallerName = (typeof callerNames)[number];

/** Callers who are neither agents nor the customer. */
export const outsiders: readonly CallerName[] = [
	'publishable key alone',
	'nonsense for a token',
	'expired token',
	'token of another secret',
	'token without signature',
	'token edited to service_role',
	'other customer',
	'anonymous user',
	'former agent',
	'banned agent',
];

/** Makes a caller of a kind out of the people of a stage. */
export function makeCaller(name: CallerName, stage: Stage, target: Target): Caller {
	const all = Object.values(stage).flatMap((one) => (isActor(one) ? [one] : []));
	const wordsBut = (person?: Actor): string[] =>
		all.filter((one) => one.id !== person?.id).map(({ word }) => word);
	const nobody = (token?: string): Caller => ({
		...{ name, rights: 'nothing', ownIds: [] },
		headers: headersFor(target, token),
		forbidden: [...wordsBut(), ...stage.secrets],
	});
	const signedIn = (person: Actor, rights: Rights, forbidden: string[]): Caller => ({
		...{ name, rights },
		headers: headersFor(target, person.accessToken),
		ownIds: [person.id, ...(person.chatId === undefined ? [] : [person.chatId])],
		forbidden: [...forbidden, ...stage.secrets],
	});
	const own = (person: Actor): Caller => signedIn(person, 'own', wordsBut(person));
	const forge = forger(stage.admin, target.jwtSecret);
	switch (name) {
		case 'publishable key alone':
			return nobody();
		case 'nonsense for a token':
			return nobody('nonsense');
		case 'expired token':
			return nobody(forge.expired());
		case 'token of another secret':
			return nobody(forge.byAnotherSecret());
		case 'token without signature':
			return nobody(forge.unsigned());
		case 'token edited to service_role':
			return nobody(forge.edited());
		case 'customer':
			return own(stage.customer);
		case 'other customer':
			return own(stage.otherCustomer);
		case 'anonymous user':
			return own(stage.visitor);
		case 'former agent':
			return own(stage.formerAgent);
		case 'banned agent':
			return own(stage.bannedAgent);
		case 'agent':
			return signedIn(stage.agent, 'agent', []);
		case 'admin':
			return signedIn(stage.admin, 'admin', []);
		case 'secret key':
			return {
				...{ name, rights: 'service', ownIds: [], forbidden: [] },
				headers: { ...headersFor(target), apikey: target.secretKey },
			};
	}
}

function isActor(value: unknown): value is Actor {
	return typeof value === 'object' && value !== null && 'accessToken' in value;
}

function headersFor({ publishableKey }: Target, token?: string): Record<string, string> {
	return {
		apikey: publishableKey,
		'content-type': 'application/json',
		...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
	};
}

/** Forged tokens that claim to be the admin's or more. */
function forger(admin: Actor, secret: string) {
	const now = Math.floor(Date.now() / 1000);
	const claims = { sub: admin.id, role: 'authenticated', aud: 'authenticated', iat: now };
	const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
	return {
		expired: () => signToken({ ...claims, iat: now - 7200, exp: now - 3600 }, secret),
		byAnotherSecret: () => signToken({ ...claims, exp: now + 3600 }, 'x'.repeat(40)),
		unsigned: () =>
			`${encode({ alg: 'none', typ: 'JWT' })}.${encode({ ...claims, exp: now + 3600 })}.`,
		edited: () => {
			const [header, , signature] = admin.accessToken.split('.');
			return `${header}.${encode({ ...claims, role: 'service_role', exp: now + 3600 })}.${signature}`;
		},
	};
}
