import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { createFormatter, createTranslator, type ChatMessage } from '../../index';
import { en } from '../../i18n/en';
import MessageLog from './MessageLog.svelte';

const t = createTranslator('en', en);
const format = createFormatter('en', { now: () => Date.UTC(2026, 10, 21, 12) }, 'UTC');
const base = { t, format, side: 'user', onretry: vi.fn(), ondiscard: vi.fn() } as const;

const message = (at: number, changes: Partial<ChatMessage> = {}): ChatMessage => ({
	id: `m${at}`,
	seq: at,
	content: `Message ${at}`,
	sender_type: 'admin',
	sender_id: null,
	sender_name: 'Mika',
	created_at: new Date(Date.UTC(2026, 10, 21, 9, 0, at)).toISOString(),
	read_at: null,
	own: false,
	seen: false,
	status: 'sent',
	error: null,
	...changes,
});
const many = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, i) => message(from + i));

async function show(messages: ChatMessage[], props: object = {}) {
	const screen = await render(MessageLog, { ...base, messages, ...props });
	const log = screen.getByRole('log', { name: 'Messages' });
	const scroller = log.element();
	const frame = scroller.parentElement?.parentElement;
	if (frame)
		Object.assign(frame.style, { display: 'flex', flexDirection: 'column', height: '300px' });
	await vi.waitFor(() => expect(scroller.clientHeight).toBeLessThan(310));
	const distance = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
	return { screen, log, scroller, distance };
}

it("shows each message with its time and its sender's name", async () => {
	const { screen, scroller } = await show([
		message(1),
		message(2, { own: true, sender_type: 'user', sender_name: null, seen: true }),
	]);
	await expect.element(screen.getByText('Mika')).toBeVisible();
	const senders = [...scroller.querySelectorAll('[data-sender]')];
	expect(senders.map((element) => element.getAttribute('data-sender'))).toEqual(['admin', 'user']);
	expect(scroller.querySelectorAll('time[datetime]')).toHaveLength(2);
	await expect.element(screen.getByText('Seen')).toBeVisible();
	await expect.element(screen.getByText('Today')).toBeVisible();
});

it('stays at the newest message when messages arrive', async () => {
	const { screen, distance } = await show(many(1, 30));
	await vi.waitFor(() => expect(distance()).toBeLessThan(2));
	await screen.rerender({ messages: many(1, 40) });
	await vi.waitFor(() => expect(distance()).toBeLessThan(2));
});

it('does not scroll a reader who scrolled up, and has a button back to the end', async () => {
	const { screen, scroller, distance } = await show(many(1, 30));
	await vi.waitFor(() => expect(distance()).toBeLessThan(2));
	scroller.scrollTop -= 200;
	const jump = screen.getByRole('button', { name: /Jump to latest/ });
	await expect.element(jump).toBeVisible();
	const top = scroller.scrollTop;
	await screen.rerender({ messages: many(1, 32) });
	await expect.element(jump).toHaveTextContent('2 new messages');
	expect(Math.abs(scroller.scrollTop - top)).toBeLessThan(2);
	await jump.click();
	await vi.waitFor(() => expect(distance()).toBeLessThan(2));
	await expect.element(jump).not.toBeInTheDocument();
});

it('loads older messages at the top without moving the visible ones', async () => {
	const onolder = vi.fn();
	const { screen, scroller, distance } = await show(many(51, 100), { hasOlder: true, onolder });
	await vi.waitFor(() => expect(distance()).toBeLessThan(2));
	expect(onolder).not.toHaveBeenCalled();
	scroller.scrollTop = 100;
	await vi.waitFor(() => expect(onolder).toHaveBeenCalled());
	const place = () =>
		scroller.querySelector('[data-id="m55"]')?.getBoundingClientRect().top ?? Number.NaN;
	const before = place();
	await screen.rerender({ messages: many(1, 100), hasOlder: false });
	await vi.waitFor(() => expect(Math.abs(place() - before)).toBeLessThan(4));
});

it("scrolls to the end when the writer's own message appears", async () => {
	const { screen, scroller, distance } = await show(many(1, 30));
	await vi.waitFor(() => expect(distance()).toBeLessThan(2));
	scroller.scrollTop -= 300;
	await expect.element(screen.getByRole('button', { name: /Jump/ })).toBeVisible();
	const own = message(31, { own: true, sender_type: 'user', seq: null, status: 'sending' });
	await screen.rerender({ messages: [...many(1, 30), own] });
	await vi.waitFor(() => expect(distance()).toBeLessThan(2));
});

it('offers to send a failed message again, or to discard it', async () => {
	const [onretry, ondiscard] = [vi.fn(), vi.fn()];
	const failed = message(1, { own: true, sender_type: 'user', status: 'failed', error: 'network' });
	const { screen } = await show([failed], { onretry, ondiscard });
	await expect.element(screen.getByText('Not sent')).toBeVisible();
	await screen.getByRole('button', { name: 'Retry' }).click();
	await screen.getByRole('button', { name: 'Discard' }).click();
	expect([onretry.mock.calls, ondiscard.mock.calls]).toEqual([[['m1']], [['m1']]]);
});

it('shows ten thousand messages without keeping the page busy', async () => {
	const began = performance.now();
	const { distance } = await show(many(1, 10_000));
	await vi.waitFor(() => expect(distance()).toBeLessThan(2), 10_000);
	expect(performance.now() - began).toBeLessThan(15_000);
}, 30_000);
