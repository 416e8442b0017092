import { sortBy } from './text';

/** One right of one role, as aclexplode() returns it. */
export interface Right {
	grantee: string;
	privilege: string;
	/** Null for the whole table or function. */
	column: string | null;
}

/** `grant` statements; roles with the same rights share a line, and so do the columns of a right. */
export function grants(on: string, rights: readonly Right[]): string[] {
	const wholes = new Map<string, Set<string>>();
	const columns = new Map<string, Set<string>>();
	for (const { grantee, privilege, column } of sortBy(rights, sortKey)) {
		if (column === null) add(wholes, grantee, privilege);
		else add(columns, `${privilege} ${grantee}`, column);
	}
	const lines = new Map<string, Set<string>>();
	for (const [grantee, privileges] of wholes) add(lines, [...privileges].join(', '), grantee);
	for (const [key, names] of columns) {
		const [privilege = '', grantee = ''] = key.split(' ');
		add(lines, `${privilege} (${[...names].join(', ')})`, grantee);
	}
	return [...lines].map(([what, roles]) => `grant ${what} on ${on} to ${[...roles].join(', ')};`);
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
	map.set(key, (map.get(key) ?? new Set()).add(value));
}

const ORDER = ['select', 'insert', 'update', 'delete'];
const sortKey = ({ grantee, privilege, column }: Right): string =>
	`${grantee} ${ORDER.indexOf(privilege) + 1} ${privilege} ${column ?? ''}`;
