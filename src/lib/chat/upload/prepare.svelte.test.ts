import { describe, expect, it, vi } from 'vitest';
import type { UploadLimits } from './limits';
import { prepareFile } from './prepare';
import { FileProblem } from './problem';

const TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf'];
const limits: UploadLimits = { types: TYPES, maxMb: 10 };

/** A picture as a camera would have it: left half red, right half blue; or noise, which nothing makes smaller. */
async function picture(type: string, width = 60, height = 40, noise = false): Promise<Uint8Array> {
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d');
	if (!context) throw new Error('No canvas');
	context.fillStyle = '#d00';
	context.fillRect(0, 0, width / 2, height);
	context.fillStyle = '#00d';
	context.fillRect(width / 2, 0, width / 2, height);
	if (noise) {
		const image = context.getImageData(0, 0, width, height);
		for (let at = 0; at < image.data.length; at++)
			image.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
		context.putImageData(image, 0, 0);
	}
	const blob = await canvas.convertToBlob({ type, quality: 1 });
	return new Uint8Array(await blob.arrayBuffer());
}

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));
const join = (...parts: (Uint8Array | number[])[]): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(parts.flatMap((part) => [...part]));
const file = (bytes: Uint8Array, name: string, type = ''): File =>
	new File([Uint8Array.from(bytes)], name, { type });
const textOf = async (blob: Blob): Promise<string> =>
	new TextDecoder('latin1').decode(await blob.arrayBuffer());
const problemOf = async (given: File, within = limits): Promise<unknown> =>
	prepareFile(given, within).then(
		() => 'none',
		(cause: unknown) => (cause instanceof FileProblem ? cause.code : cause),
	);

/** EXIF that says: turned by 90 degrees, taken by this camera, at this place. */
function exif(): number[] {
	const entry = (tag: number, type: number, count: number, value: number): number[] => [
		...[tag & 255, tag >> 8, type, 0, count, 0, 0, 0],
		...[value & 255, (value >> 8) & 255, 0, 0],
	];
	const gps = [...[1, 0], ...entry(1, 2, 2, 0x4e), ...[0, 0, 0, 0]];
	const main = [
		...[3, 0],
		...entry(0x0110, 2, 12, 8 + 2 + 36 + 4),
		...entry(0x0112, 3, 1, 6),
		...entry(0x8825, 4, 1, 8 + 2 + 36 + 4 + 12),
		...[0, 0, 0, 0],
	];
	const tiff = [...ascii('II'), 42, 0, 8, 0, 0, 0, ...main, ...ascii('SECRETCAM 1\0'), ...gps];
	const body = [...ascii('Exif\0\0'), ...tiff, ...ascii('GPS 52.5200N 13.4050E')];
	return [0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255, ...body];
}

describe('images', () => {
	it('lose their metadata, and are turned upright', async () => {
		const plain = await picture('image/jpeg');
		const taken = file(join(plain.subarray(0, 2), exif(), plain.subarray(2)), 'IMG_1.JPG');
		expect(await textOf(taken)).toContain('SECRETCAM');
		const { blob, width, height, name, thumbnail } = await prepareFile(taken, limits);
		expect(blob.type).toBe('image/jpeg');
		const bytes = await textOf(blob);
		expect(bytes).not.toMatch(/SECRETCAM|Exif|GPS|52\.5200/);
		// It said that it is to be turned by a quarter.
		expect([width, height]).toEqual([40, 60]);
		expect(name).toBe('IMG_1.JPG');
		expect(thumbnail?.height).toBeGreaterThan(thumbnail?.width ?? 0);
		thumbnail?.close();
	});

	it.each(['image/png', 'image/webp', 'image/jpeg'])(
		'of type %s stay what they are',
		async (type) => {
			const given = file(join(await picture(type), ascii('<script>alert(1)</script>')), 'a');
			const { blob, name } = await prepareFile(given, limits);
			expect(blob.type).toBe(type);
			expect(await textOf(blob)).not.toContain('script');
			expect(name).toBe(`a.${type.slice(6).replace('jpeg', 'jpg')}`);
		},
	);

	it('of other types that the browser can show are converted to an allowed type', async () => {
		// Two pixels, upside down as BMPs are.
		const pixels = [...[0, 0, 255, 255, 0, 0, 0, 0]];
		const bmp = join(
			[...ascii('BM'), 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0],
			[40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, ...new Array<number>(24).fill(0)],
			pixels,
		);
		const { blob, name } = await prepareFile(file(bmp, 'Old screenshot.bmp', 'image/bmp'), limits);
		expect(blob.type).toBe('image/jpeg');
		expect(name).toBe('Old screenshot.jpg');
	});

	it('are reduced until they fit', async () => {
		const given = file(await picture('image/png', 3000, 600, true), 'noise.png');
		expect(given.size).toBeGreaterThan(5 * 1024 * 1024);
		const { blob, width } = await prepareFile(given, { types: TYPES, maxMb: 5 });
		expect(blob.size).toBeLessThanOrEqual(5 * 1024 * 1024);
		expect(width).toBe(2560);
		expect(await problemOf(given, { types: TYPES, maxMb: 1 })).toBe('support_upload_too_large');
	}, 30_000);

	it('with too many pixels are rejected before they are decoded', async () => {
		const decode = vi.spyOn(window, 'createImageBitmap');
		const bomb = await picture('image/png', 8, 8);
		const view = new DataView(bomb.buffer);
		view.setUint32(16, 16_000);
		view.setUint32(20, 16_000);
		expect(await problemOf(file(bomb, 'bomb.png'))).toBe('support_file_too_many_pixels');
		view.setUint32(16, 20_000);
		view.setUint32(20, 1);
		expect(await problemOf(file(bomb, 'long.png'))).toBe('support_file_too_many_pixels');
		expect(decode).not.toHaveBeenCalled();
		decode.mockRestore();
	});

	it('that are truncated are rejected', async () => {
		const whole = await picture('image/png');
		expect(await problemOf(file(whole.subarray(0, 40), 'half.png'))).toBe('support_file_damaged');
	});
});

describe('animations', () => {
	/** Two frames of one pixel, with a comment, an application's data, and a tail. */
	const frame = [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
	const gif = join(
		[...ascii('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255],
		[0x21, 0xff, 11, ...ascii('NETSCAPE2.0'), 3, 1, 0, 0, 0],
		[0x21, 0xfe, 14, ...ascii('Made by Ada L.'), 0],
		[0x21, 0xff, 11, ...ascii('XMP DataXMP'), 8, ...ascii('GPS 52.5'), 0],
		frame,
		frame,
		[0x3b, ...ascii('<html>')],
	);

	it('stay animated, and lose comments and application data', async () => {
		const { blob, name } = await prepareFile(file(gif, 'dance.gif'), limits);
		const bytes = await textOf(blob);
		expect(blob.type).toBe('image/gif');
		expect(name).toBe('dance.gif');
		expect(bytes).toContain('NETSCAPE2.0');
		expect(bytes.split('\x21\xf9')).toHaveLength(3);
		expect(bytes).not.toMatch(/Ada|XMP|GPS|html/);
		await expect(createImageBitmap(blob)).resolves.toBeInstanceOf(ImageBitmap);
	});

	it('that are truncated are rejected', async () => {
		expect(await problemOf(file(gif.subarray(0, 60), 'half.gif'))).toBe('support_file_damaged');
	});
});

describe('other files', () => {
	it('are not changed if they are PDFs', async () => {
		const bytes = ascii('%PDF-1.4\n%%EOF\n');
		const { blob, name, width } = await prepareFile(file(join(bytes), 'Bill.pdf'), limits);
		expect([blob.type, blob.size, name, width]).toEqual([
			...['application/pdf', bytes.length, 'Bill.pdf', null],
		]);
	});

	it.each([
		['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 'image/svg+xml'],
		['a page that calls itself a PNG', '<!doctype html><p>Hi', 'image/png'],
		['a program', 'MZ\x90\0', 'application/octet-stream'],
	])('%s is refused by its bytes', async (_, text, type) => {
		expect(await problemOf(new File([text], 'a.png', { type }))).toBe('support_upload_type');
	});

	it('are rejected with a reason: empty, too large, turned off', async () => {
		expect(await problemOf(new File([], 'a.png'))).toBe('support_upload_empty');
		const large = new File(['%PDF-1.4', new Uint8Array(1024 * 1024)], 'large.pdf');
		expect(await problemOf(large, { types: TYPES, maxMb: 1 })).toBe('support_upload_too_large');
		expect(await problemOf(large, { types: [], maxMb: 1 })).toBe('support_uploads_off');
		expect(await problemOf(large, { types: ['image/png'], maxMb: 9 })).toBe('support_upload_type');
	});

	it('have names without invisible characters, of at most 200 characters', async () => {
		const named = (name: string) => prepareFile(new File(['%PDF-1.4'], name), limits);
		expect((await named(String.fromCharCode(0x202e, 0, 7) + 'gnp.exe.pdf')).name).toBe(
			'gnp.exe.pdf',
		);
		expect(Array.from((await named(`${'😀'.repeat(300)}.pdf`)).name)).toHaveLength(200);
	});
});
