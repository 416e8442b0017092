const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes; no markup is ever parsed, so that Trusted Types have nothing to object to. */
export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Record<string, string> = {},
	...children: Node[]
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	for (const name in attributes) made.setAttribute(name, attributes[name] ?? '');
	made.append(...children);
	return made;
}

/** A stroked icon of one path in a 24 × 24 box. */
export function icon(path: string, className: string): SVGSVGElement {
	const svg = document.createElementNS(SVG, 'svg');
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	svg.setAttribute('class', className);
	svg.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', path);
	return svg;
}
