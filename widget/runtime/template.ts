import { currentEffect } from './signals';

/** A template as the compiler writes it: text, a place for a block (a hole), or an element with its children. */
type Structure = readonly unknown[];
type Attributes = Record<string, string> | null;

const isElement = (item: unknown): item is [string, Attributes, ...unknown[]] =>
	Array.isArray(item);

const SVG = 'http://www.w3.org/2000/svg';
const FRAGMENT = 1;
const IS_SVG = 4;

/** Remembers what the running branch put on the page: its first template says it. */
function assign<N extends Node>(made: N, first: ChildNode | null, last: ChildNode | null): N {
	const effect = currentEffect();
	if (effect && first && last) effect.nodes ??= [first, last];
	return made;
}

export function from_tree(structure: Structure, flags = 0): () => Node {
	let template: DocumentFragment | undefined;
	return () => {
		template ??= build(structure, (flags & IS_SVG) !== 0);
		const copy = document.importNode(template, true);
		const { firstChild, lastChild } = copy;
		const isFragment = (flags & FRAGMENT) !== 0;
		return assign(isFragment || !firstChild ? copy : firstChild, firstChild, lastChild);
	};
}

function build(structure: Structure, isSvg: boolean): DocumentFragment {
	const fragment = document.createDocumentFragment();
	// By index: a loop over the values themselves would not see the holes.
	for (let i = 0; i < structure.length; i++) {
		const item = structure[i];
		if (!isElement(item)) {
			fragment.append(typeof item === 'string' ? item : document.createComment(''));
			continue;
		}
		const [name, attributes, ...children] = item;
		const inSvg = isSvg || name === 'svg';
		const element = inSvg ? document.createElementNS(SVG, name) : document.createElement(name);
		for (const key in attributes) element.setAttribute(key, attributes[key] ?? '');
		element.append(build(children, inSvg));
		fragment.append(element);
	}
	return fragment;
}

/** A place for a block that is all there is. */
export function comment(): DocumentFragment {
	const fragment = document.createDocumentFragment();
	fragment.append(document.createComment(''), document.createTextNode(''));
	return assign(fragment, fragment.firstChild, fragment.lastChild);
}

export function text(value = ''): Text {
	const node = document.createTextNode(value);
	return assign(node, node, node);
}

export const append = (anchor: ChildNode, made: Node): void => anchor.before(made);

export const child = (node: Node): ChildNode | null => node.firstChild;
export const only_child = child;

/** A leading comment only keeps the place where a fragment begins. */
export function first_child(node: Node): ChildNode | null {
	const first = node.firstChild;
	return first instanceof Comment ? first.nextSibling : first;
}

export function sibling(node: Node, count = 1): ChildNode | null {
	let at: ChildNode | null = null;
	for (let i = 0; i < count; i++) at = (at ?? node).nextSibling;
	return at;
}

/** For pages that a server rendered; these are not. */
export const reset = (): void => undefined;
export const next = reset;
export const remove_textarea_child = reset;
export const noop = reset;
/** For events that came before the page's code did; here nothing is there before it. */
export const replay_events = reset;
