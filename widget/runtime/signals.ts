/** A value that reactions may depend on. */
export interface Source<T = unknown> {
	v: T;
	/** Who read it. */
	readers: Set<Reaction>;
	/** What reckons it, if it is derived from others. */
	from?: Reaction;
}

/** Something that runs again when what it read has changed: it reckons a derived value, or is an effect. */
export interface Reaction {
	run: () => void;
	reads: Set<Source>;
	state: typeof CLEAN | typeof MAYBE | typeof DIRTY;
	derives?: Source;
	effect?: Effect;
}

/** Effects form a tree: one that runs again, or ends, first ends those made inside it. */
export interface Effect {
	/** Where it stands in the tree: children's effects run before those that their parents made after them. */
	path: number[];
	/** A component's own, which runs once the page shows the new state; the others make the page show it. */
	isUser: boolean;
	reaction: Reaction;
	inner: Set<Effect>;
	/** What else ends with it. */
	cleanups: (() => void)[];
	ended: boolean;
	/** First and last node of what it put on the page. */
	nodes: [ChildNode, ChildNode] | null;
}

const CLEAN = 0;
/** Something that it reads indirectly has changed. */
const MAYBE = 1;
const DIRTY = 2;

let reader: Reaction | null = null;
let owner: Effect | null = null;
let lastId = 0;
let scheduled: Effect[] = [];

/** The effect that runs right now. */
export const currentEffect = (): Effect | null => owner;

/** Runs `fn` as `reading` and inside `inside`. */
function as<T>(reading: Reaction | null, inside: Effect | null, fn: () => T): T {
	const before: [Reaction | null, Effect | null] = [reader, owner];
	reader = reading;
	owner = inside;
	try {
		return fn();
	} finally {
		[reader, owner] = before;
	}
}

/** Runs without depending on what is read. */
export const untrack = <T>(fn: () => T): T => as(null, owner, fn);

export const state = <T>(v: T): Source<T> => ({ v, readers: new Set() });

export function get<T>(source: Source<T>): T {
	if (source.from) bringUpToDate(source.from);
	if (reader) {
		reader.reads.add(source);
		source.readers.add(reader);
	}
	return source.v;
}

export function set<T>(source: Source<T>, value: T): T {
	if (!Object.is(source.v, value)) {
		source.v = value;
		for (const one of [...source.readers]) mark(one, DIRTY);
	}
	return value;
}

/** `count++`: sets what follows, answers what was. */
export function update(source: Source<number>, by = 1): number {
	const before = get(source);
	set(source, before + by);
	return before;
}

function mark(reaction: Reaction, as: typeof MAYBE | typeof DIRTY): void {
	const before = reaction.state;
	if (before < as) reaction.state = as;
	if (before !== CLEAN) return;
	for (const one of reaction.derives?.readers ?? []) mark(one, MAYBE);
	if (reaction.effect) schedule(reaction.effect);
}

export function derived<T>(fn: () => T): Source<T | undefined> {
	const source: Source<T | undefined> = { v: undefined, readers: new Set() };
	const reaction: Reaction = {
		reads: new Set(),
		state: DIRTY,
		derives: source,
		run() {
			const value = as(reaction, owner, fn);
			if (Object.is(source.v, value)) return;
			source.v = value;
			for (const one of source.readers) one.state = DIRTY;
		},
	};
	source.from = reaction;
	owner?.cleanups.push(() => forget(reaction));
	return source;
}

/** Runs a reaction again, but only if something that it read is really another. */
function bringUpToDate(reaction: Reaction): void {
	if (reaction.state === MAYBE) {
		// Reckoning what it read makes this one dirty if the outcome is another.
		for (const { from } of [...reaction.reads]) if (from) bringUpToDate(from);
	}
	const { state: found } = reaction;
	if (found === DIRTY) forget(reaction);
	reaction.state = CLEAN;
	if (found === DIRTY) reaction.run();
}

function forget(reaction: Reaction): void {
	for (const source of reaction.reads) source.readers.delete(reaction);
	reaction.reads.clear();
	// Nothing tells of changes any more: a derived value is reckoned anew when it is asked for.
	reaction.state = DIRTY;
}

/** Makes an effect inside `inside`, by default the one that runs. It runs now, or after rendering if it `isUser`. */
export function effect(
	isUser: boolean,
	fn: () => unknown,
	inside = owner,
	path = inside?.path ?? [],
): Effect {
	const made: Effect = {
		path: [...path, ++lastId],
		isUser,
		inner: new Set(),
		cleanups: [],
		ended: false,
		nodes: null,
		reaction: {
			reads: new Set(),
			state: DIRTY,
			run() {
				clear(made);
				const cleanup = as(made.reaction, made, fn);
				if (typeof cleanup !== 'function') return;
				made.cleanups.push(() => untrack(() => void Reflect.apply(cleanup, null, [])));
			},
		},
	};
	made.reaction.effect = made;
	inside?.inner.add(made);
	if (isUser) schedule(made);
	else bringUpToDate(made.reaction);
	return made;
}

/** A part of the page that depends on nothing by itself and ends as a whole; `path` is that of the block that shows it. */
export const branch = (fn: () => unknown, inside = owner, path?: number[]): Effect =>
	effect(false, () => void untrack(fn), inside, path);

function clear({ inner, cleanups }: Effect): void {
	for (const one of inner) end(one);
	inner.clear();
	for (const cleanup of cleanups.splice(0)) cleanup();
}

/** Ends an effect and all inside it. */
export function end(one: Effect): void {
	one.ended = true;
	clear(one);
	forget(one.reaction);
}

function schedule(one: Effect): void {
	if (scheduled.length === 0) queueMicrotask(flush);
	scheduled.push(one);
}

function byPath(one: Effect, other: Effect): number {
	const at = one.path.findIndex((id, depth) => id !== other.path[depth]);
	// What holds another comes first: running it may end that one.
	return at < 0 ? -1 : (one.path[at] ?? 0) - (other.path[at] ?? 0);
}

/** The most rounds in which effects may set each other off. */
const ROUNDS = 1000;

/** Brings the page up to date, then runs the components' own effects; until nothing is left to do. */
export function flush(): void {
	for (let round = 0; scheduled.length > 0 && round < ROUNDS; round++) {
		const rendering = scheduled.some((one) => !one.isUser);
		const now = scheduled.filter((one) => one.isUser !== rendering).sort(byPath);
		// What is not run in this round stays first in line.
		scheduled = scheduled.filter((one) => one.isUser === rendering);
		for (const one of now) {
			try {
				if (!one.ended) bringUpToDate(one.reaction);
			} catch (error) {
				reportError(error);
			}
		}
	}
	scheduled = [];
}

/** Resolves when the page shows what has been set. */
export async function tick(): Promise<void> {
	await Promise.resolve();
	flush();
}
