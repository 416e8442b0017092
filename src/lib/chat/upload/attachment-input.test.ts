import { describe, expect, it, vi } from 'vitest';
import { AttachmentInput } from './attachment-input.svelte';
import type { FileKit } from '../components/files/kit.svelte';

/** A kit that holds a message as long as it has files. */
function fakeKit(): { kit: FileKit; held: (() => void)[] } {
	const files: File[] = [];
	const held: (() => void)[] = [];
	const tray = {
		add: (more: File[]) => void files.push(...more),
		hold: (send: () => void) => files.length > 0 && held.push(send) > 0,
	};
	return { kit: { tray } as unknown as FileKit, held };
}

describe('a message that is sent while the code for files is being fetched', () => {
	it('waits for the chosen files', async () => {
		const { kit, held } = fakeKit();
		let loaded = (_kit: FileKit): void => {};
		const loading = new Promise<FileKit>((resolve) => (loaded = resolve));
		const attachmentInput = new AttachmentInput(
			() => loading,
			() => ['image/png'],
		);
		const send = vi.fn();
		attachmentInput.add([new File([], 'photo.png')]);
		expect(attachmentInput.holds(send)).toBe(true);
		loaded(kit);
		await vi.waitFor(() => expect(held).toEqual([send]));
		expect(send).not.toHaveBeenCalled();
	});

	it('is sent at once when no file was chosen', () => {
		const attachmentInput = new AttachmentInput(
			() => new Promise(() => {}),
			() => ['image/png'],
		);
		attachmentInput.need();
		expect(attachmentInput.holds(vi.fn())).toBe(false);
	});
});
