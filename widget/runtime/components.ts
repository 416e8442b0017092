import { remove } from './blocks';
import { branch, derived, effect, end, get, set, state, type Effect, type Source } from './signals';

type Props = Record<string, unknown>;
type Component<P> = (anchor: ChildNode, props: P) => Record<string, unknown> | undefined;

/** For each component that is being set up, its own effects: they wait until its part of the page is there. */
const waiting: (() => void)[][] = [];

export const push = (): void => void waiting.push([]);

export function pop<T>(exported?: T): T | undefined {
	for (const start of waiting.pop() ?? []) start();
	return exported;
}

export function user_effect(fn: () => unknown): void {
	const start = () => void effect(true, fn);
	const component = waiting.at(-1);
	if (component) component.push(start);
	else start();
}

export const user_pre_effect = (fn: () => unknown): Effect => effect(false, fn);

/** Effects that no component owns; the answer ends them. */
export function effect_root(fn: () => unknown): () => void {
	const root = branch(fn, null);
	return () => end(root);
}

const LAZY = 16;
const BINDABLE = 8;
const UPDATED = 4;

/** A prop with what stands in for it; a function that reads it and, with an argument, writes it. */
export function prop(
	props: Props,
	key: string,
	flags: number,
	fallback?: unknown,
): (...written: unknown[]) => unknown {
	const lazy: Source | null =
		flags & LAZY && typeof fallback === 'function'
			? derived((): unknown => Reflect.apply(fallback, null, []))
			: null;
	const given = () => props[key] ?? undefined;
	const read = () => {
		const value = props[key];
		return value === undefined ? (lazy ? get(lazy) : fallback) : value;
	};
	if (!(flags & (BINDABLE | UPDATED))) return read;
	// Who binds it hands in a setter; otherwise what is written holds here.
	const bound = Object.getOwnPropertyDescriptor(props, key)?.set;
	const own = state<unknown>(given());
	return (...written) => {
		if (written.length > 0) {
			if (bound) bound.call(props, written[0]);
			else set(own, written[0]);
			return written[0];
		}
		return bound ? read() : (get(own) ?? read());
	};
}

let ids = 0;

export const props_id = (): string => `sc${++ids}`;

/** Deep reactivity is not here: state holds plain values, or `$state.raw` objects that are replaced as a whole. */
export const proxy = <T>(value: T): T => value;

const mounted = new WeakMap<object, Effect>();

export function mount<P extends object>(
	component: Component<P>,
	options: { target: Node; anchor?: Node; props: P },
): object {
	const anchor = document.createTextNode('');
	options.target.insertBefore(anchor, options.anchor ?? null);
	let exported: object | undefined;
	const root = branch(() => {
		exported = component(anchor, options.props);
	}, null);
	root.cleanups.push(() => anchor.remove());
	const instance = exported ?? {};
	mounted.set(instance, root);
	return instance;
}

export async function unmount(instance: object): Promise<void> {
	const root = mounted.get(instance);
	if (root) remove(root);
}
