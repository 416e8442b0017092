import { expectNoViolations } from './support/accessibility';
import {
	conversationsOf,
	ConversationPart,
	newAgent,
	type Agent,
} from './support/conversation-page';
import { expect, test as base, type Customer } from './support/fixtures';
import { WidgetPage } from './support/widget-page';
import { addAgent } from '../local-stack/testing/people';

/** Starts with an empty queue and one agent, Mika, online. */
const test = base.extend<{ emptyInbox: undefined; agent: Agent }>({
	emptyInbox: [
		async ({ db }, use) => {
			await db`delete from public.support_chats`;
			await db`update public.support_agents set last_seen_at = null`;
			await use(undefined);
			await db`update public.support_settings set message_before_accept = default,
				allow_view_history = default, delete_history = default, inactivity_minutes = default,
				expected_reply_minutes = default, dashboard_url = default`;
		},
		{ auto: true },
	],
	agent: async ({ site, db, emptyInbox: _ }, use) => {
		const agent = await newAgent(site, db);
		await use(agent);
		await agent.leave();
	},
});

/** Opens the widget and sends a message; returns the conversation's part of the panel, and its id. */
async function writeIn({ widget, person }: Customer, db: Parameters<typeof conversationsOf>[0]) {
	await widget.open();
	await widget.send('Is anybody there?');
	await expect.poll(async () => (await conversationsOf(db, person)).length).toBe(1);
	const [row] = await conversationsOf(db, person);
	return { part: new ConversationPart(widget), id: row?.id ?? '' };
}

const taking = (id: string) => ({ p_conversation_id: id });
const pathWith = (options: object): string =>
	`/?embed=options&options=${encodeURIComponent(JSON.stringify(options))}`;

test("a customer sees their place in the queue, the agent's name and the end, and rates once", async ({
	newCustomer,
	agent,
	db,
}) => {
	const [first, second] = [await newCustomer(), await newCustomer()];
	const ahead = await writeIn(first, db);
	const { part, id } = await writeIn(second, db);
	await expect(ahead.part.line('Waiting: you are 1st in line')).toBeVisible();
	await expect(part.line('Waiting: you are 2nd in line')).toBeVisible();
	await expect(second.widget.status('Connected')).toBeVisible();

	await agent.call('take_support_conversation', taking(id));
	await expect(part.line('Chatting with Mika')).toBeVisible();
	await agent.call('end_support_conversation', taking(id));
	await expect(part.line('Conversation ended')).toBeVisible();

	await expect(part.rating).toBeVisible();
	await part.rating.getByRole('radio', { name: '3 stars' }).focus();
	await second.widget.page.keyboard.press('ArrowRight');
	await expect(part.rating.getByRole('radio', { name: '4 stars' })).toBeChecked();
	await part.rating.getByRole('textbox', { name: 'Comment' }).fill('Quick and kind');
	await expectNoViolations(second.widget.page, 'support-chat');
	await part.rating.getByRole('button', { name: 'Send rating' }).click();
	await expect(part.line('Thank you')).toBeVisible();
	expect(await conversationsOf(db, second.person)).toMatchObject([
		{ status: 'ended', rating: 4, feedback: 'Quick and kind' },
	]);

	const again = new ConversationPart(await second.openTab());
	await again.widget.open();
	await expect(again.line('Conversation ended')).toBeVisible();
	await expect(again.rating).toHaveCount(0);
});

test('a customer ends the conversation; the next message opens another in the same chat', async ({
	customer,
	agent,
	db,
}) => {
	const { part, id } = await writeIn(customer, db);
	await agent.call('take_support_conversation', taking(id));
	await part.openMenu();
	await expect(
		customer.widget.panel.getByRole('button', { name: 'End conversation' }),
	).toBeFocused();
	await expectNoViolations(customer.widget.page, 'support-chat');
	await customer.widget.page.keyboard.press('Escape');
	await expect(
		customer.widget.panel.getByRole('button', { name: 'Conversation', exact: true }),
	).toBeFocused();
	await expect(customer.widget.panel).toBeVisible();
	await part.end();
	expect(await conversationsOf(db, customer.person)).toMatchObject([{ ended_by: 'user' }]);

	await customer.widget.send('One more thing');
	await expect(part.line('Waiting: you are 1st in line')).toBeVisible();
	await expect(customer.widget.message('Is anybody there?')).toBeVisible();
	await expect(
		customer.widget.log.getByRole('separator', { name: 'New conversation' }),
	).toBeVisible();
	await expect(part.rating).toHaveCount(0);
	expect(await conversationsOf(db, customer.person)).toHaveLength(2);
});

test('when an agent has to join first, the first click starts a conversation without a reload', async ({
	customer,
	agent,
	db,
}) => {
	await db`update public.support_settings set message_before_accept = false`;
	const { widget, person } = customer;
	const part = new ConversationPart(widget);
	await widget.page.evaluate(() => Reflect.set(window, 'stillHere', true));
	await widget.open();
	await part.startButton.click();
	await expect(part.line('Waiting: you are 1st in line')).toBeVisible();
	await expect(widget.composer).toHaveAttribute('placeholder', /^Please wait/);
	await expect(widget.composer).not.toBeEditable();
	const [row] = await conversationsOf(db, person);
	expect(row?.user_snapshot).toMatchObject({ title: 'A shop', locale: 'en' });
	expect(row?.user_snapshot.page).toBe(new URL('/', widget.page.url()).href);

	await agent.call('take_support_conversation', taking(row?.id ?? ''));
	await expect(part.line('Chatting with Mika')).toBeVisible();
	await widget.send('Now I may write');
	expect(await widget.page.evaluate(() => Reflect.get(window, 'stillHere'))).toBe(true);
});

test("the conversation keeps the page's address without secrets, and the context of the app", async ({
	newCustomer,
	db,
}) => {
	const options = { context: { plan: 'gold', seats: 5, tags: ['a', 'b'], page: 'forged' } };
	const customer = await newCustomer({ path: `${pathWith(options)}&token=secret#part` });
	await writeIn(customer, db);
	await expect
		.poll(async () => (await conversationsOf(db, customer.person))[0]?.user_snapshot)
		.toEqual({
			...{ plan: 'gold', seats: 5, tags: ['a', 'b'] },
			...{ title: 'A shop', locale: 'en' },
			page: new URL('/', customer.widget.page.url()).href,
		});
});

test('earlier conversations are listed; erased or hidden ones disappear in all tabs', async ({
	customer,
	agent,
	db,
}) => {
	await db`update public.support_settings set delete_history = 'erase'`;
	const { part, id } = await writeIn(customer, db);
	await agent.call('take_support_conversation', taking(id));
	await part.end();
	await customer.widget.send('A second matter');
	await expect.poll(async () => (await conversationsOf(db, customer.person)).length).toBe(2);
	await expect(part.line('Waiting')).toBeVisible();
	await part.end();
	const other = await customer.openTab();
	await other.open();
	await expect(other.message('Is anybody there?')).toBeVisible();

	await part.openHistory();
	const rows = part.history.getByRole('listitem');
	await expect(rows).toHaveCount(2);
	await expect(rows.nth(1)).toContainText('With Mika');
	await rows
		.nth(1)
		.getByRole('button', { name: /^Delete the conversation/ })
		.click();
	await expect(rows.nth(1)).toContainText('deleted for everyone');
	await expectNoViolations(customer.widget.page, 'support-chat');
	await rows.nth(1).getByRole('button', { name: 'Delete', exact: true }).click();
	await expect(rows).toHaveCount(1);
	await expect(other.message('Is anybody there?')).toHaveCount(0);
	await expect(other.message('A second matter')).toBeVisible();
	expect(await db`select id from public.support_messages where conversation_id = ${id}`).toEqual(
		[],
	);

	await db`update public.support_settings set delete_history = 'hide'`;
	await rows.getByRole('button', { name: /^Delete the conversation/ }).click();
	await expect(rows).toContainText('no longer see it');
	await rows.getByRole('button', { name: 'Delete', exact: true }).click();
	await expect(part.history.getByText('No earlier conversations.')).toBeVisible();
	await part.history.getByRole('button', { name: 'Back to the chat' }).click();
	await expect(customer.widget.messages).toHaveCount(0);
	await expect(other.messages).toHaveCount(0);
	expect(
		await db`select content from public.support_messages where content = 'A second matter'`,
	).toHaveLength(1);
});

test('an open widget applies changed settings: writing, history, deleting', async ({
	customer,
	agent,
	db,
}) => {
	const { part, id } = await writeIn(customer, db);
	await db`update public.support_settings set message_before_accept = false`;
	await expect(customer.widget.composer).not.toBeEditable();
	await db`update public.support_settings set message_before_accept = true`;
	await expect(customer.widget.composer).toBeEditable();
	await agent.call('take_support_conversation', taking(id));
	await part.end();
	await part.openHistory();
	await expect(part.history.getByRole('button', { name: /^Delete/ })).toHaveCount(0);
	await db`update public.support_settings set delete_history = 'hide'`;
	await expect(part.history.getByRole('button', { name: /^Delete/ })).toHaveCount(1);

	await db`update public.support_settings set allow_view_history = false`;
	await expect(part.history).toHaveCount(0);
	await expect(customer.widget.messages).toHaveCount(0);
	await db`update public.support_settings set allow_view_history = true`;
	await expect(customer.widget.message('Is anybody there?')).toBeVisible();
});

test('when history is off, earlier messages go when the next conversation starts', async ({
	customer,
	db,
}) => {
	await db`update public.support_settings set allow_view_history = false`;
	const { part } = await writeIn(customer, db);
	await part.end();
	await expect(customer.widget.message('Is anybody there?')).toBeVisible();
	await customer.widget.send('Something new');
	await expect(customer.widget.message('Is anybody there?')).toHaveCount(0);
	await expect(customer.widget.message('Something new')).toBeVisible();
});

test('an idle conversation ends, and the open widget shows it', async ({ customer, agent, db }) => {
	await db`update public.support_settings set inactivity_minutes = 10`;
	const { part, id } = await writeIn(customer, db);
	await agent.call('take_support_conversation', taking(id));
	await expect(part.line('Chatting with Mika')).toBeVisible();
	await db`update public.support_conversations
		set last_message_at = now() - interval '11 minutes' where id = ${id}`;
	// A conversation that is being changed at that moment is left for the next run, as cron starts one each minute.
	await expect
		.poll(async () => {
			await db`select support_private.end_inactive_conversations()`;
			const [row] = await db`select status from public.support_conversations where id = ${id}`;
			return row?.status;
		})
		.toBe('ended');
	await expect(part.line('Conversation ended')).toBeVisible();
	await expect(part.rating).toBeVisible();
});

test('when no agent is online the widget says so and mentions the email; otherwise the reply time', async ({
	customer,
	site,
	db,
}) => {
	await db`update public.support_settings set expected_reply_minutes = 5`;
	const { widget } = customer;
	await widget.open();
	await expect(
		widget.panel.getByText('We are away right now. You will also get the reply by email.'),
	).toBeVisible();
	const agent = await newAgent(site, db);
	await db`update public.support_settings set expected_reply_minutes = 7`;
	await expect(widget.panel.getByText('We usually reply within 7 minutes.')).toBeVisible();
	await agent.leave();
});

test('for an agent the launcher shows how many customers wait and opens the dashboard', async ({
	newCustomer,
	site,
	db,
}) => {
	await db`update public.support_settings set dashboard_url = 'https://desk.example/chats'`;
	const colleague = await newCustomer();
	await addAgent(db, colleague.person, 'agent', 'Sam');
	await colleague.widget.page.reload();
	const link = colleague.widget.page
		.locator('support-chat')
		.getByRole('link', { name: /^Open support dashboard/ });
	await expect(link).toHaveAttribute('href', 'https://desk.example/chats');
	await expect(colleague.widget.launcher).toHaveCount(0);
	const customer = await newCustomer();
	await writeIn(customer, db);
	await expect(link).toHaveAccessibleName('Open support dashboard (1)');

	await db`delete from public.support_agents where user_id = ${colleague.person.id}`;
	await db`update public.support_settings set dashboard_url = ${site.dashboardUrl}`;
	await colleague.widget.page.reload();
	await colleague.widget.open();
	await expect(colleague.widget.status('Connected')).toBeVisible();
});

test('inline mode shows the chat open in its place on the page', async ({ newCustomer }) => {
	const { widget } = await newCustomer({ path: pathWith({ mode: 'inline', target: '#place' }) });
	await expect(widget.panel).toBeVisible();
	await expect(widget.launcher).toBeHidden();
	await expect(widget.composer).not.toBeFocused();
	const box = await widget.panel.boundingBox();
	const place = await widget.page.locator('#place').boundingBox();
	expect(Math.abs((box?.y ?? 0) - (place?.y ?? 0))).toBeLessThan(3);
	expect(Math.abs((box?.height ?? 0) - (place?.height ?? 0))).toBeLessThan(3);
	await widget.send('From within the page');
	await widget.page.keyboard.press('Escape');
	await expect(widget.panel).toBeVisible();

	await widget.page.evaluate(() => {
		const place = document.getElementById('place');
		const fresh = document.createElement('div');
		fresh.id = 'place';
		fresh.setAttribute('style', 'height: 500px');
		place?.replaceWith(fresh);
	});
	await expect(widget.page.locator('#place support-chat')).toHaveCount(1);
	await expect(widget.message('From within the page')).toBeVisible();
});

test('the page’s own button opens the chat and shows the number of unread replies', async ({
	newCustomer,
	agent,
	db,
}) => {
	const customer = await newCustomer({ path: pathWith({ launcher: '#help' }) });
	const { page } = customer.widget;
	const widget = new WidgetPage(page);
	const help = page.locator('#help');
	await expect(widget.launcher).toBeHidden();
	await page.evaluate(() => {
		const counts: number[] = [];
		Reflect.set(window, 'counts', counts);
		window.SupportChat?.on('unread', ({ count }) => void counts.push(count));
	});
	await help.click();
	await expect(widget.panel).toBeVisible();
	await expect(help).toHaveAttribute('aria-expanded', 'true');
	await widget.send('Is anybody there?');
	await expect.poll(async () => (await conversationsOf(db, customer.person)).length).toBe(1);
	await help.click();
	await expect(help).toHaveAttribute('aria-expanded', 'false');

	const [chat] = await db<{ id: string }[]>`
		select id from public.support_chats where user_id = ${customer.person.id}`;
	const answer = { p_id: crypto.randomUUID(), p_chat_id: chat?.id, p_content: 'Yes' };
	await agent.call('send_support_message', answer);
	await expect(page.locator('#count')).toHaveText('1');
	expect(await page.evaluate(() => Reflect.get(window, 'counts'))).toContain(1);
	await help.click();
	await expect(page.locator('#count')).toHaveText('');
});

test('the page gets events for messages, start, end and rating of the conversation', async ({
	customer: { widget, person },
	dashboard,
}) => {
	await widget.page.evaluate(() => {
		const heard: string[] = [];
		Reflect.set(window, 'heard', heard);
		for (const name of [
			'sent',
			'message',
			'conversation-started',
			'conversation-ended',
			'conversation-rated',
		])
			document.addEventListener(`support-chat:${name}`, (event) => {
				const detail: unknown = event instanceof CustomEvent ? event.detail : null;
				const of = (field: string): string => {
					const value: unknown = Reflect.get(Object(detail), field);
					return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
				};
				heard.push(`${name} ${of('content') || of('rating') || of('endedBy')}`.trim());
			});
	});
	const heard = () => widget.page.evaluate(() => [...(Reflect.get(window, 'heard') as string[])]);
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	await widget.send('Do you hear me?');
	await expect.poll(heard).toContain('conversation-started');
	await dashboard.openChat(person.email);
	await dashboard.send('We do');
	await expect.poll(heard).toContain('message We do');
	await widget.panel.getByRole('button', { name: 'Conversation' }).click();
	await widget.panel.getByRole('button', { name: 'End conversation' }).click();
	await widget.panel
		.getByRole('alertdialog')
		.getByRole('button', { name: 'End conversation' })
		.click();
	await expect.poll(heard).toContain('conversation-ended user');
	await widget.panel.getByRole('radio', { name: '5 stars' }).click({ force: true });
	await widget.panel.getByRole('button', { name: 'Send rating' }).click();
	await expect.poll(heard).toContain('conversation-rated 5');
	expect(await heard()).toContain('sent Do you hear me?');
});
