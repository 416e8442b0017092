import { expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { createTimes } from '$chat';
import ConversationMenu from './ConversationMenu.svelte';
import HistoryView from './HistoryView.svelte';
import RatingForm from './RatingForm.svelte';
import {
	asConversation,
	ended,
	fakeChat,
	FakeConversation,
	words,
} from './testing/fake-conversation.svelte';

const format = createTimes('en', { now: () => Date.UTC(2026, 10, 21, 12) }, 'UTC');

async function showRating(fake: FakeConversation) {
	const [onrated, onlater] = [vi.fn(), vi.fn()];
	const props = { conversation: asConversation(fake), rated: ended(), words, onrated, onlater };
	return { screen: await render(RatingForm, props), onrated, onlater };
}

it('can be rated once, by keyboard, with a comment', async () => {
	const fake = new FakeConversation();
	const { screen, onrated } = await showRating(fake);
	await expect.element(screen.getByRole('group', { name: 'How did Mika do?' })).toBeVisible();
	await expect.element(screen.getByRole('button', { name: 'Send rating' })).not.toBeInTheDocument();
	const stars = screen.getByRole('radio', { name: '4 stars' });
	await stars.click();
	await userEvent.keyboard('{ArrowRight}');
	await expect.element(screen.getByRole('radio', { name: '5 stars' })).toBeChecked();
	await screen.getByRole('textbox', { name: 'Comment' }).fill('  Kind  ');
	await screen.getByRole('button', { name: 'Send rating' }).click();
	await expect.element(screen.getByText('Thank you')).toBeVisible();
	expect(fake.calls).toEqual([
		['rate_support_conversation', { p_conversation_id: 'c1', p_rating: 5, p_feedback: 'Kind' }],
	]);
	expect(onrated).toHaveBeenCalledOnce();
});

it('keeps rating and comment, and shows the reason, when the rating is rejected', async () => {
	const fake = new FakeConversation();
	fake.refusal = 'network';
	const { screen } = await showRating(fake);
	await screen.getByRole('radio', { name: '2 stars' }).click();
	await screen.getByRole('textbox', { name: 'Comment' }).fill('Slow');
	await screen.getByRole('button', { name: 'Send rating' }).click();
	await expect.element(screen.getByRole('alert')).toHaveTextContent('No connection.');
	await expect.element(screen.getByRole('textbox', { name: 'Comment' })).toHaveValue('Slow');
	await screen.getByRole('button', { name: 'Send rating' }).click();
	await expect.element(screen.getByText('Thank you')).toBeVisible();
});

it('can be rated later', async () => {
	const { screen, onlater } = await showRating(new FakeConversation());
	await screen.getByRole('button', { name: 'Not now' }).click();
	expect(onlater).toHaveBeenCalledOnce();
});

it('lists ended conversations and deletes one after a confirmation', async () => {
	const fake = new FakeConversation();
	fake.earlier = [
		ended({ id: 'open', status: 'active' }),
		ended({ id: 'c2', agent_name: null }),
		ended({ id: 'c1', rating: 4 }),
	];
	const { chat, asChat } = fakeChat(fake);
	const screen = await render(HistoryView, { chat: asChat, format, words });
	const rows = screen.getByRole('listitem');
	await expect.element(rows.nth(1)).toHaveTextContent('With Mika · Rated 4 of 5');
	await expect.element(rows.nth(0)).toHaveTextContent('No agent joined');
	expect(rows.elements()).toHaveLength(2);

	await rows
		.nth(1)
		.getByRole('button', { name: /^Delete the conversation from/ })
		.click();
	await expect.element(rows.nth(1)).toHaveTextContent('You will no longer see it.');
	await rows.nth(1).getByRole('button', { name: 'Cancel' }).click();
	expect(fake.calls).toEqual([]);
	await rows
		.nth(1)
		.getByRole('button', { name: /^Delete the conversation from/ })
		.click();
	await rows.nth(1).getByRole('button', { name: 'Delete', exact: true }).click();
	await vi.waitFor(() => expect(rows.elements()).toHaveLength(1));
	expect(fake.calls).toEqual([['delete_support_conversation', { p_conversation_id: 'c1' }]]);
	expect(chat.reconciled).toBe(1);
});

it('deletes nothing if the settings do not allow it, and closes when history is turned off', async () => {
	const fake = new FakeConversation();
	fake.earlier = [ended()];
	if (fake.status) fake.status = { ...fake.status, delete_history: 'off' };
	const { chat, asChat } = fakeChat(fake);
	chat.show('history');
	const screen = await render(HistoryView, { chat: asChat, format, words });
	await expect.element(screen.getByRole('listitem')).toBeVisible();
	await expect.element(screen.getByRole('button', { name: /^Delete/ })).not.toBeInTheDocument();
	if (fake.status) fake.status = { ...fake.status, allow_view_history: false };
	await vi.waitFor(() => expect(chat.view).toBe(''));
});

it('ends an open conversation after a confirmation', async () => {
	const fake = new FakeConversation();
	const conversation = ended({ status: 'active' });
	if (fake.status) fake.status = { ...fake.status, conversation };
	const { chat, asChat } = fakeChat(fake);
	chat.show('menu');
	const screen = await render(ConversationMenu, { chat: asChat, words });
	await expect.element(screen.getByRole('button', { name: 'End conversation' })).toHaveFocus();
	await screen.getByRole('button', { name: 'End conversation' }).click();
	const question = screen.getByRole('alertdialog', { name: 'End this conversation?' });
	await expect.element(question.getByRole('button', { name: 'Cancel' })).toHaveFocus();
	await question.getByRole('button', { name: 'End conversation' }).click();
	await vi.waitFor(() => expect(chat.view).toBe(''));
	expect(fake.calls).toEqual([['end_support_conversation', { p_conversation_id: 'c1' }]]);
});
