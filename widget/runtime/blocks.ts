import {
	branch,
	currentEffect,
	effect,
	end,
	set,
	state,
	type Effect,
	type Source,
} from './signals';

const ITEM_REACTIVE = 1;
const INDEX_REACTIVE = 2;
const CONTROLLED = 4;

function nodesOf({ nodes }: Effect): ChildNode[] {
	const found: ChildNode[] = [];
	let node = nodes?.[0] ?? null;
	while (node) {
		found.push(node);
		node = node === nodes?.[1] ? null : node.nextSibling;
	}
	return found;
}

/** Ends a branch and takes it off the page. */
export function remove(one: Effect): void {
	const nodes = nodesOf(one);
	end(one);
	for (const node of nodes) node.remove();
}

/** A place where one branch at a time shows: another `key` takes the place of the former. */
function place(): (key: unknown, render: () => void) => void {
	// Branches belong to what surrounds the block, so that they outlive a second look at its condition.
	const home = currentEffect();
	let shown: unknown = null;
	let current: Effect | null = null;
	return (key, render) => {
		if (key === shown) return;
		if (current) remove(current);
		shown = key;
		current = key ? branch(render, home, currentEffect()?.path) : null;
	};
}

type Branch = (anchor: ChildNode) => void;

/** `{#if}`: `choose` calls back with the branch that shows, if any. */
function if_block(anchor: ChildNode, choose: (render: (chosen: Branch) => void) => void): void {
	const show = place();
	effect(false, () => {
		let chosen: Branch | null = null;
		choose((one) => (chosen = one));
		show(chosen, () => chosen?.(anchor));
	});
}

export { if_block as if };

/** `{#key}`: another value makes all that is inside anew. */
export function key(anchor: ChildNode, read: () => unknown, render: Branch): void {
	const show = place();
	let last: unknown;
	let token: object | null = null;
	effect(false, () => {
		const value = read();
		if (!token || !Object.is(value, last)) token = {};
		last = value;
		show(token, () => render(anchor));
	});
}

/** A component that is chosen while the page runs. */
export function component<C>(
	anchor: ChildNode,
	choose: () => C,
	render: (anchor: ChildNode, chosen: C) => void,
): void {
	const show = place();
	effect(false, () => {
		const chosen = choose();
		show(chosen, () => render(anchor, chosen));
	});
}

type Snippet = (anchor: ChildNode, ...args: unknown[]) => void;

export function snippet(anchor: ChildNode, choose: () => Snippet, ...args: unknown[]): void {
	const show = place();
	effect(false, () => {
		const chosen = choose();
		show(chosen, () => chosen(anchor, ...args));
	});
}

interface Item {
	value: Source;
	index: Source<number>;
	effect: Effect;
}

/** `{#each}` with keys: items that stay keep their nodes, which move to their new place. */
export function each(
	node: ChildNode,
	flags: number,
	list: () => Iterable<unknown> | null | undefined,
	keyOf: (value: unknown, index: number) => unknown,
	render: (anchor: ChildNode, value: unknown, index: unknown) => void,
	fallback?: Branch,
): void {
	const home = currentEffect();
	const anchor = flags & CONTROLLED ? node.appendChild(document.createTextNode('')) : node;
	const showFallback = place();
	let items = new Map<unknown, Item>();

	const make = (before: ChildNode, value: unknown, index: number): Item => {
		const item = { value: state(value), index: state(index) };
		const shownValue = flags & ITEM_REACTIVE ? item.value : value;
		const shownIndex = flags & INDEX_REACTIVE ? item.index : index;
		return {
			...item,
			effect: branch(() => render(before, shownValue, shownIndex), home, currentEffect()?.path),
		};
	};

	effect(false, () => {
		const values = [...(list() ?? [])];
		const keys = values.map(keyOf);
		const wanted = new Set(keys);
		for (const [key, item] of items) if (!wanted.has(key)) remove(item.effect);

		// Where new ones are put in: before the next one that stays.
		let following: ChildNode = anchor;
		const places = keys.map(() => following);
		for (let at = keys.length - 1; at >= 0; at--) {
			places[at] = following;
			following = items.get(keys[at])?.effect.nodes?.[0] ?? following;
		}
		const former = items;
		items = new Map();
		keys.forEach((key, at) => {
			const kept = former.get(key);
			if (kept) {
				set(kept.value, values[at]);
				set(kept.index, at);
			}
			items.set(key, kept ?? make(places[at] ?? anchor, values[at], at));
		});

		// From the end: those that stand elsewhere move before the one that follows them.
		following = anchor;
		for (const key of keys.reverse()) {
			const item = items.get(key)?.effect;
			if (!item?.nodes) continue;
			if (item.nodes[1].nextSibling !== following) following.before(...nodesOf(item));
			[following] = item.nodes;
		}
		showFallback(fallback && values.length === 0 ? fallback : null, () => fallback?.(anchor));
	});
}

export const index = (_: unknown, at: number): number => at;
export const to_array = (values: Iterable<unknown>): unknown[] => [...values];
