import { userEvent } from 'vitest/browser';
import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { createTranslator, type SendOutcome } from '../../index';
import { en } from '../../i18n/en';
import Composer from './Composer.svelte';

const t = createTranslator('en', en);
const accepted = (): SendOutcome => ({ accepted: true, id: 'x' });

async function show(value: string, onsend: () => SendOutcome, locked = false) {
	const oninput = (text: string) => void screen.rerender({ value: text });
	const screen = await render(Composer, { value, t, onsend, oninput, locked });
	return screen;
}

it('sends once with Enter, and not while there is nothing to send', async () => {
	const onsend = vi.fn(accepted);
	const screen = await show('', onsend);
	await screen.getByRole('textbox', { name: 'Message' }).click();
	await userEvent.keyboard('  {Enter}');
	expect(onsend).not.toHaveBeenCalled();
	await userEvent.keyboard('Hello{Enter}');
	expect(onsend).toHaveBeenCalledTimes(1);
});

it('adds a line with Shift+Enter, and grows', async () => {
	const screen = await show('', vi.fn(accepted));
	const box = screen.getByRole('textbox', { name: 'Message' });
	await box.click();
	const before = box.element().clientHeight;
	await userEvent.keyboard('a{Shift>}{Enter}{/Shift}b{Shift>}{Enter}{/Shift}c');
	await expect.element(box).toHaveValue('a\nb\nc');
	expect(box.element().clientHeight).toBeGreaterThan(before);
});

it('shows why a message was not accepted', async () => {
	const onsend = (): SendOutcome => ({
		accepted: false,
		code: 'support_message_blank',
		characters: 1,
	});
	const screen = await show('\u200bx', onsend);
	await screen.getByRole('button', { name: 'Send' }).click();
	await expect.element(screen.getByRole('alert')).toHaveTextContent('Write a message first.');
	await expect.element(screen.getByRole('textbox')).toHaveValue('\u200bx');
});

it('counts near the limit as the database counts, and refuses beyond it', async () => {
	const onsend = vi.fn(accepted);
	const screen = await show('😀'.repeat(4000), onsend);
	await expect.element(screen.getByText('4,000 / 4,000')).toBeVisible();
	await screen.getByRole('textbox').fill('😀'.repeat(4001));
	await expect.element(screen.getByRole('alert')).toHaveTextContent('1 character too many');
	await userEvent.keyboard('{Enter}');
	expect(onsend).not.toHaveBeenCalled();
});

it('shows a locked text, and does not send it', async () => {
	const onsend = vi.fn(accepted);
	const screen = await show('A draft', onsend, true);
	await expect.element(screen.getByRole('textbox')).toHaveAttribute('readonly');
	await screen.getByRole('button', { name: 'Send' }).click({ force: true });
	expect(onsend).not.toHaveBeenCalled();
});
