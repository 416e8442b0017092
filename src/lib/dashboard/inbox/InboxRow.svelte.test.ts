import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { testChat } from '../testing/dashboard-context';
import RowHarness from '../testing/RowHarness.svelte';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe('a row of the inbox', () => {
	it('shows the customer, the preview, the number of messages and the time', async () => {
		const chat = testChat({ last_message_at: minutesAgo(2) });
		const row = (await render(RowHarness, { chat })).getByRole('link');
		await expect.element(row).toHaveTextContent('ada@example.com');
		await expect.element(row).toHaveTextContent('Can you change it?');
		await expect.element(row).toHaveTextContent('5 messages · 2 minutes ago');
		await expect.element(row).not.toHaveTextContent('You:');
		await expect.element(row).not.toHaveTextContent('Unread');
	});

	it('marks unread chats in words, not by colour alone', async () => {
		const screen = await render(RowHarness, { chat: testChat({ unread: true }) });
		await expect.element(screen.getByRole('link')).toHaveTextContent('Unread');
	});

	it(`puts "You: " before the team's own messages`, async () => {
		const chat = testChat({ last_message_sender: 'admin', message_count: 1 });
		const row = (await render(RowHarness, { chat })).getByRole('link');
		await expect.element(row).toHaveTextContent('You: Can you change it?');
		await expect.element(row).toHaveTextContent('1 message ·');
	});

	it('shows markup in names and messages as text', async () => {
		const markup = '<img src=x onerror="document.title=1">';
		const chat = testChat({ last_message_preview: markup, user_email: markup, user_name: markup });
		const screen = await render(RowHarness, { chat });
		await expect.element(screen.getByRole('link')).toHaveTextContent(markup);
		expect(screen.container.querySelector('img')).toBeNull();
	});

	it('works for a customer without any details', async () => {
		const chat = testChat({ user_email: null, last_message_at: null, last_message_preview: null });
		const row = (await render(RowHarness, { chat })).getByRole('link');
		await expect.element(row).toHaveTextContent('No email address');
		await expect.element(row).toHaveTextContent('No messages yet');
	});
});

it('the customer’s card shows the name, the address and since when', async () => {
	await page.viewport(1280, 800); // narrower, and the card gives way to the chat
	const screen = await render(RowHarness, { chat: testChat({ user_name: 'Ada Lovelace' }) });
	const card = screen.getByRole('region', { name: 'Customer' });
	await expect.element(card).toHaveTextContent('Ada Lovelace');
	await expect.element(card).toHaveTextContent('ada@example.com');
	await expect.element(card).toHaveTextContent('Customer since March 2026');
});
