import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { SupportChatListItem } from '$chat';
import { Conversations } from './conversations.svelte';
import BarHarness from '../testing/BarHarness.svelte';
import { testChat } from '../testing/dashboard-context';

interface Given {
	role?: 'agent' | 'admin';
	waitingSince?: string;
}

async function show(row: Partial<SupportChatListItem>, given: Given = {}) {
	await page.viewport(1280, 800);
	const chat = testChat({ conversation_id: 'c', ...row });
	const screen = await render(BarHarness, {
		make: (client) => new Conversations(client, chat),
		...given,
	});
	return screen.getByRole('group', { name: 'Conversation' });
}

describe('the bar over a chat', () => {
	it('offers to take a waiting conversation, and shows how long it has waited', async () => {
		const waitingSince = new Date(Date.now() - 4 * 60_000 - 1_000).toISOString();
		const bar = await show({ conversation_status: 'waiting' }, { waitingSince });
		await expect.element(bar).toHaveTextContent('Waiting for an agent, 4 min');
		for (const name of ['Take', 'Transfer…', 'Escalate', 'End conversation'])
			await expect.element(bar.getByRole('button', { name })).toBeEnabled();
		await expect.element(bar.getByRole('button', { name: 'Release' })).not.toBeInTheDocument();
	});

	it('lets the agent of a conversation release it', async () => {
		const bar = await show({ conversation_status: 'active', agent_id: 'agent-1' });
		await expect.element(bar).toHaveTextContent('You have this conversation');
		await expect.element(bar.getByRole('button', { name: 'Release' })).toBeVisible();
		await expect.element(bar.getByRole('button', { name: 'Take' })).not.toBeInTheDocument();
	});

	it('lets only admins release conversations of others', async () => {
		const row = { conversation_status: 'active', agent_id: 'sam', agent_name: 'Sam' } as const;
		const bar = await show(row);
		await expect.element(bar).toHaveTextContent('Sam has this conversation');
		await expect.element(bar.getByRole('button', { name: 'Release' })).not.toBeInTheDocument();
	});

	it('shows admins how to release conversations of others', async () => {
		const row = { conversation_status: 'active', agent_id: 'sam', agent_name: 'Sam' } as const;
		const bar = await show(row, { role: 'admin' });
		await expect.element(bar.getByRole('button', { name: 'Release' })).toBeVisible();
	});

	it('offers to remove a priority', async () => {
		const bar = await show({ conversation_status: 'waiting', priority: 2 });
		await expect.element(bar.getByRole('button', { name: 'Remove priority' })).toBeVisible();
	});

	it('asks before it ends a conversation', async () => {
		const bar = await show({ conversation_status: 'active', agent_id: 'agent-1' });
		await bar.getByRole('button', { name: 'End conversation' }).click();
		const dialog = page.getByRole('alertdialog', { name: 'End this conversation?' });
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await expect.element(dialog).not.toBeInTheDocument();
		await expect.element(bar).toHaveTextContent('You have this conversation');
	});

	it('offers nothing once it has ended', async () => {
		const bar = await show({ conversation_status: 'ended' });
		await expect.element(bar).toHaveTextContent('Ended');
		expect(bar.element().querySelectorAll('button')).toHaveLength(0);
	});

	it('shows markup in a name as text', async () => {
		const agent_name = '<img src=x onerror="document.title=1">';
		const bar = await show({ conversation_status: 'active', agent_id: 'x', agent_name });
		await expect.element(bar).toHaveTextContent(agent_name);
		expect(bar.element().querySelector('img')).toBeNull();
	});
});

it('a chat without any conversation has no bar', async () => {
	const chat = testChat();
	const screen = await render(BarHarness, { make: (client) => new Conversations(client, chat) });
	await expect.element(screen.getByRole('group')).not.toBeInTheDocument();
});
