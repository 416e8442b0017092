import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** The page's present colours, because a canvas does not resolve custom properties or light-dark(). */
interface Colors {
	bar: string;
	text: string;
	line: string;
	font: string;
}

const HEIGHT = 220;
const DAY = 86_400;

/**
 * Draws a bar for each day into an element, as wide as the element is, and keeps it so.
 * @param days seconds since 1970 of each day's midnight in UTC, and how many there were
 * @returns a function that removes the chart
 */
export function drawDays(
	element: HTMLElement,
	days: [number[], number[]],
	formatDay: (seconds: number) => string,
): () => void {
	let plot: uPlot | undefined;
	const draw = () => {
		plot?.destroy();
		plot = new uPlot(options(element, formatDay), days, element);
	};
	draw();
	const observer = new ResizeObserver(() => {
		if (element.clientWidth > 0) plot?.setSize({ width: element.clientWidth, height: HEIGHT });
	});
	observer.observe(element);
	// The chart is drawn in the colours of one scheme.
	const dark = matchMedia('(prefers-color-scheme: dark)');
	dark.addEventListener('change', draw);
	return () => {
		dark.removeEventListener('change', draw);
		observer.disconnect();
		plot?.destroy();
	};
}

function options(element: HTMLElement, formatDay: (seconds: number) => string): uPlot.Options {
	const { bar, text, line, font } = colorsOf(element);
	const axis = { stroke: text, font, ticks: { show: false }, grid: { stroke: line, width: 1 } };
	return {
		width: element.clientWidth,
		height: HEIGHT,
		legend: { show: false },
		cursor: { show: false },
		// The days are given in UTC, so nothing must be shifted.
		tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
		scales: {
			// Half a day on both sides: the first and the last bar are as wide as the others.
			x: { range: (_, min, max) => [min - DAY / 2, max + DAY / 2] },
			y: { range: (_, _min, max) => [0, Math.max(4, Math.ceil(max * 1.1))] },
		},
		axes: [
			{
				...axis,
				grid: { show: false },
				space: 64,
				size: 28,
				incrs: [1, 2, 7, 14, 30, 61, 122, 365].map((days) => days * DAY),
				values: (_, splits) => splits.map(formatDay),
			},
			{ ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] },
		],
		series: [
			{},
			{
				fill: bar,
				stroke: bar,
				width: 0,
				points: { show: false },
				...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 28], radius: 0.15 }) } : {}),
			},
		],
	};
}

function colorsOf(element: HTMLElement): Colors {
	const probe = document.createElement('span');
	element.append(probe);
	const used = (name: string) => {
		probe.style.color = `var(${name})`;
		return getComputedStyle(probe).color;
	};
	const colors = { bar: used('--accent'), text: used('--ink-3'), line: used('--line') };
	const { fontFamily } = getComputedStyle(probe);
	probe.remove();
	return { ...colors, font: `12px ${fontFamily}` };
}
