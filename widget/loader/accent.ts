/** Red, green and blue, 0…255. */
export type Rgb = [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** The panel's darkest and lightest grounds on which the accent must be seen: see tokens.css. */
const GROUND = { light: [245, 246, 249] satisfies Rgb, dark: [37, 40, 46] satisfies Rgb };

/** WCAG 2 relative luminance. */
export function luminance(color: Rgb): number {
	const [red, green, blue] = color.map((channel) => {
		const value = channel / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** WCAG 2 contrast ratio, 1…21. */
export function contrast(one: Rgb, other: Rgb): number {
	const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}

/** The colour, moved towards black on a light ground or white on a dark one until it stands out by `ratio`. */
function until(color: Rgb, dark: boolean, ratio: number): Rgb {
	const ground: Rgb = dark ? GROUND.dark : GROUND.light;
	const goal = dark ? WHITE : BLACK;
	for (let part = 0; part < 1; part += 0.02) {
		const mixed = color.map((channel, i) => Math.round(channel + ((goal[i] ?? 0) - channel) * part));
		const [red = 0, green = 0, blue = 0] = mixed;
		if (contrast([red, green, blue], ground) >= ratio) return [red, green, blue];
	}
	return goal;
}

export interface Accent {
	/** Fills: 3:1 on the panel's ground. */
	accent: Rgb;
	/** Text and icons on the fill: 4.5:1. */
	ink: Rgb;
	/** The accent as text: 4.5:1 on the panel's ground and on the soft fill. */
	text: Rgb;
}

/** A team's colour as it can be used in the light or the dark scheme. */
export function fitAccent(color: Rgb, dark: boolean): Accent {
	const accent = until(color, dark, 3);
	return {
		accent,
		// One of the two always holds 4.5:1; white where both do.
		ink: contrast(accent, WHITE) >= 4.5 ? WHITE : BLACK,
		text: until(color, dark, dark ? 6.5 : 5.5),
	};
}

/** What any CSS colour is in sRGB; null for what is no colour. */
export function parseColor(css: string): Rgb | null {
	if (!CSS.supports('color', css)) return null;
	const canvas = document.createElement('canvas');
	canvas.width = canvas.height = 1;
	const context = canvas.getContext('2d');
	if (!context) return null;
	context.fillStyle = css;
	context.fillRect(0, 0, 1, 1);
	const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
	return [red, green, blue];
}
