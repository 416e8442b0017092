import { toast, Toaster } from 'svelte-sonner';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { AgentNotice } from '$chat';
import { Alerts } from './alerts.svelte';
import { AgentNotifications } from './agent-notifications.svelte';

let notifications: AgentNotifications;
let opened: string[];

beforeEach(async () => {
	opened = [];
	const alerts = new Alerts();
	alerts.sound = false;
	notifications = new AgentNotifications(alerts, {
		chatId: () => undefined,
		open: (chatId) => opened.push(chatId),
		openInbox: () => opened.push('the inbox'),
	});
	await render(Toaster);
});
afterEach(() => toast.dismiss());

const notice = (index: number): AgentNotice => ({
	...{ id: `notice-${index}`, chat_id: `chat-${index}`, conversation_id: 'c', note: null },
	...{
		user_email: `customer-${index}@example.com`,
		preview: 'Hello',
		created_at: '2026-11-21T09:00:00Z',
	},
});
const toasts = () => page.getByRole('listitem');

it('shows three toasts and one with the count of further events, linked to the inbox', async () => {
	for (let index = 0; index < 60; index++) notifications.handleNotice(notice(index));
	await expect.element(page.getByText('57 more chats need an agent')).toBeVisible();
	expect(toasts().elements()).toHaveLength(4);
	for (let index = 60; index < 70; index++) notifications.handleNotice(notice(index));
	await expect.element(page.getByText('67 more chats need an agent')).toBeVisible();
	expect(toasts().elements()).toHaveLength(4);
	await page.getByRole('button', { name: 'Open the inbox' }).click({ force: true });
	expect(opened).toEqual(['the inbox']);
});

it('removes an opened chat from the count', async () => {
	for (let index = 0; index < 5; index++) notifications.handleNotice(notice(index));
	await expect.element(page.getByText('2 more chats need an agent')).toBeVisible();
	notifications.handleOpened('chat-4');
	await expect.element(page.getByText('1 more chat needs an agent')).toBeVisible();
	notifications.handleOpened('chat-3');
	await expect.element(page.getByText('1 more chat needs an agent')).not.toBeInTheDocument();
});
