import type postgres from 'postgres';
import { newWriter, openAgent, type AgentPage } from './support/agents';
import { expect, test as base } from './support/fixtures';
import { tick } from './support/outbox';
import { rpc } from '../local-stack/testing/api-client';

/** Two members of the team, Mika and Sam, without other agents, and with an empty inbox. */
const test = base.extend<{ mika: AgentPage; sam: AgentPage; emptyInbox: undefined }>({
	emptyInbox: [
		async ({ db }, use) => {
			await db`delete from public.support_chats`;
			await db`update public.support_agents set last_seen_at = null`;
			await use(undefined);
			await db`update public.support_settings set auto_assign = default,
				max_active_conversations = default, failover_minutes = default,
				only_assigned_may_write = default, end_message = default, welcome_message = default`;
		},
		{ auto: true },
	],
	mika: async ({ browser, site, db, emptyInbox: _ }, use) => {
		const agent = await openAgent(browser, site, db, 'Mika');
		await use(agent);
		await leave(agent, db);
	},
	sam: async ({ browser, site, db, emptyInbox: _ }, use) => {
		const agent = await openAgent(browser, site, db, 'Sam');
		await use(agent);
		await leave(agent, db);
	},
});

async function leave({ context, person }: AgentPage, db: postgres.Sql): Promise<void> {
	await context.close();
	await db`delete from public.support_agents where user_id = ${person.id}`;
}

const count = (agent: AgentPage, view: string) =>
	agent.page.getByRole('navigation', { name: 'More views' }).getByRole('link', { name: view });

test('two agents handle three customers live: waiting, taken, transferred, ended and rated', async ({
	mika,
	sam,
	site,
	db,
}) => {
	await db`update public.support_settings set end_message = '{"en": "Thank you for writing."}'`;
	await mika.openView('waiting');
	await sam.openView('waiting');
	await expect(mika.page.getByText('No one is waiting')).toBeVisible();
	const ada = await newWriter(site, db, 'My invoice is wrong');
	const grace = await newWriter(site, db, 'Where is my order?');
	const alan = await newWriter(site, db, 'Does it run on Mars?');
	for (const { person } of [ada, grace, alan])
		for (const agent of [mika, sam]) await expect(agent.row(person.email)).toContainText('Waiting');
	await expect(count(mika, 'Waiting')).toContainText('3');

	// After it is taken, it leaves every agent's queue.
	await mika.openChat(ada.person.email);
	await expect(mika.bar).toContainText('Waiting for an agent');
	await mika.button('Take').click();
	await expect(mika.bar).toContainText('You have this conversation');
	await expect(sam.row(ada.person.email)).toHaveCount(0);
	await expect(count(sam, 'Waiting')).toContainText('2');
	await expect(count(mika, 'Mine')).toContainText('1');

	// Replying also takes the conversation.
	await sam.openChat(grace.person.email);
	await sam.send('Let me look that up.');
	await expect(sam.bar).toContainText('You have this conversation');

	// After a transfer, both agents see the new owner at once.
	await mika.transferTo('Sam');
	await expect(mika.bar).toContainText('Sam has this conversation');
	await expect(mika.button('Release')).toHaveCount(0);
	await sam.openView('mine');
	for (const { person } of [ada, grace]) await expect(sam.row(person.email)).toContainText('You');
	await expect(sam.row(alan.person.email)).toHaveCount(0);

	// After the end, it leaves "Mine" and the log shows the end.
	await sam.openChat(ada.person.email);
	await sam.send('It is corrected.');
	await sam.end();
	await expect(sam.bar).toContainText('Ended by the team');
	await expect(sam.row(ada.person.email)).toHaveCount(0);
	await expect(sam.message('Thank you for writing.')).toHaveAttribute('data-sender', 'system');
	await expect(sam.log.getByRole('separator', { name: /Ended by the team/ })).toBeVisible();
	await expect(sam.log.getByRole('separator', { name: /Conversation started/ })).toBeVisible();

	// The rating appears live; the comment is on the customer's card.
	const { id } = await ada.conversation();
	const rated = await rpc(site, ada.person.accessToken, 'rate_support_conversation', {
		p_conversation_id: id,
		p_rating: 4,
		p_feedback: 'Quick and kind',
	});
	expect(rated.status).toBe(200);
	await expect(sam.bar.getByRole('img', { name: 'Rated 4 of 5' })).toBeVisible();
	await ada.write('One more thing');
	await expect(sam.bar).toContainText('Waiting for an agent');
	const earlier = sam.page.getByRole('list', { name: 'Earlier conversations' });
	await expect(earlier).toContainText('Quick and kind');
	await expect(earlier.getByRole('img', { name: 'Rated 4 of 5' })).toBeVisible();
	await sam.openView('ended');
	await expect(sam.row(ada.person.email)).toHaveCount(0);
	await sam.openView('waiting');
	await expect(sam.row(ada.person.email)).toBeVisible();
	await expect(sam.row(alan.person.email)).toBeVisible();
});

test('when two agents take a conversation at once, one wins; the other sees who and keeps their draft', async ({
	mika,
	sam,
	site,
	db,
}) => {
	const ada = await newWriter(site, db, 'Anybody there?');
	await mika.openChat(ada.person.email);
	await sam.openChat(ada.person.email);
	await sam.composer.fill('Hello Ada, I am');
	// Sam's click is in flight when Mika's arrives.
	let letPass = (): void => {};
	const arrived = new Promise<void>((resolve) => (letPass = resolve));
	await sam.page.route('**/rpc/take_support_conversation', async (route) => {
		await arrived;
		await route.continue();
	});
	await sam.button('Take').click();
	await mika.button('Take').click();
	await expect(mika.bar).toContainText('You have this conversation');
	letPass();
	await expect(sam.told('Another agent took this conversation first.')).toBeVisible();
	await expect(sam.bar).toContainText('Mika has this conversation');
	await expect(sam.button('Take')).toHaveCount(0);
	await expect(sam.composer).toHaveValue('Hello Ada, I am');
	await expect
		.poll(() => ada.conversation())
		.toMatchObject({ status: 'active', agent_id: mika.person.id });
});

test('no agent takes more than the limit; a released conversation waits again', async ({
	mika,
	site,
	db,
}) => {
	await db`update public.support_settings set max_active_conversations = 1`;
	const ada = await newWriter(site, db, 'First');
	const grace = await newWriter(site, db, 'Second');
	await mika.openChat(ada.person.email);
	await mika.button('Take').click();
	await expect(mika.bar).toContainText('You have this conversation');
	await expect(
		mika.page.getByRole('button', { name: 'Available, 1 of 1 active conversations' }),
	).toBeVisible();

	await mika.openChat(grace.person.email);
	await mika.button('Take').click();
	await expect(mika.told('You have reached your limit of active conversations.')).toBeVisible();
	await expect(mika.bar).toContainText('Waiting for an agent');
	await expect.poll(() => grace.conversation()).toMatchObject({ status: 'waiting' });

	await mika.openChat(ada.person.email);
	await mika.button('Release').click();
	await expect(mika.bar).toContainText('Waiting for an agent');
	await mika.openChat(grace.person.email);
	await mika.button('Take').click();
	await expect(mika.bar).toContainText('You have this conversation');
});

test('an urgent conversation is marked for all agents, and the mark can be removed', async ({
	mika,
	sam,
	site,
	db,
}) => {
	const ada = await newWriter(site, db, 'The shop is on fire');
	await mika.openChat(ada.person.email);
	await mika.button('Escalate').click();
	await expect(sam.row(ada.person.email)).toContainText('Priority');
	await mika.button('Remove priority').click();
	await expect(sam.row(ada.person.email)).not.toContainText('Priority');
});

test('an agent who is away gets no conversations, also after a reload, until they are back', async ({
	mika,
	sam,
	site,
	db,
}) => {
	await db`update public.support_settings set auto_assign = true`;
	await mika.choose('Away');
	await expect(mika.page.getByRole('button', { name: /^Away,/ })).toBeVisible();
	await mika.page.reload();
	await expect(mika.page.getByRole('button', { name: /^Away,/ })).toBeVisible();
	const ada = await newWriter(site, db, 'For Sam');
	await expect.poll(() => ada.conversation()).toMatchObject({ agent_id: sam.person.id });
	await expect(sam.row(ada.person.email)).toContainText('You');

	await sam.choose('Away');
	await expect(sam.page.getByRole('button', { name: /^Away,/ })).toBeVisible();
	const grace = await newWriter(site, db, 'For whoever comes');
	await expect.poll(() => grace.conversation()).toMatchObject({ status: 'waiting' });
	await mika.choose('Available');
	await expect(mika.row(grace.person.email)).toContainText('You');
	await expect.poll(() => grace.conversation()).toMatchObject({ agent_id: mika.person.id });
});

test('conversations are assigned up to the limit, and those of an agent who left go to another', async ({
	mika,
	sam,
	site,
	db,
}) => {
	await db`update public.support_settings
		set auto_assign = true, max_active_conversations = 1, failover_minutes = 1`;
	await mika.openView('mine');
	await sam.openView('mine');
	await expect.poll(() => online(db)).toBe(2);
	const writers = [];
	for (const text of ['One', 'Two', 'Three']) writers.push(await newWriter(site, db, text));
	const holders = await Promise.all(writers.map((writer) => writer.conversation()));
	expect(
		holders
			.slice(0, 2)
			.map(({ agent_id }) => agent_id)
			.sort(),
	).toEqual([mika.person.id, sam.person.id].sort());
	expect(holders[2]).toMatchObject({ status: 'waiting' });
	await expect(count(sam, 'Waiting')).toContainText('1');

	// A free place is filled at once.
	const ofSam = writers[holders.findIndex(({ agent_id }) => agent_id === sam.person.id)]!;
	const ofMika = writers[holders.findIndex(({ agent_id }) => agent_id === mika.person.id)]!;
	const third = writers[2]!;
	await sam.openChat(ofSam.person.email);
	await sam.end();
	await expect(sam.row(third.person.email)).toContainText('You');

	// Mika's computer is asleep for longer than the timeout in the settings.
	await mika.page.close();
	await db`update public.support_agents set last_seen_at = now() - interval '2 minutes'
		where user_id = ${mika.person.id}`;
	await db`update public.support_settings set max_active_conversations = 2`;
	await tick(db);
	await expect(sam.row(ofMika.person.email)).toContainText('You');
	await expect(count(sam, 'Mine')).toContainText('2');
	await expect.poll(() => ofMika.conversation()).toMatchObject({ agent_id: sam.person.id });
});

const online = async (db: postgres.Sql): Promise<number> => {
	const [row] = await db<{ count: number }[]>`select count(*)::int as count
		from public.support_agents where last_seen_at > now() - interval '1 minute'`;
	return row?.count ?? 0;
};

test('agents see who else views a chat, and who is typing there', async ({
	mika,
	sam,
	site,
	db,
}) => {
	const ada = await newWriter(site, db, 'Hello?');
	await mika.openChat(ada.person.email);
	await sam.openChat(ada.person.email);
	await expect(mika.bar.getByRole('img', { name: /viewing this chat: Sam/ })).toBeVisible();
	await expect(sam.bar.getByRole('img', { name: /viewing this chat: Mika/ })).toBeVisible();
	await sam.composer.pressSequentially('I know this one');
	await expect(mika.log.getByText('Sam is typing…')).toBeVisible();
	await sam.page.close();
	await expect(mika.bar.getByRole('img', { name: /viewing this chat/ })).toHaveCount(0);
});

test('when only the assigned agent may reply, the others see this before and after, and keep their text', async ({
	mika,
	sam,
	site,
	db,
}) => {
	const ada = await newWriter(site, db, 'For one of you');
	await sam.openChat(ada.person.email);
	await sam.button('Take').click();
	await expect(sam.bar).toContainText('You have this conversation');
	await mika.openChat(ada.person.email);
	// Open dashboards apply the new setting at once.
	await db`update public.support_settings set only_assigned_may_write = true`;
	await expect(mika.page.getByText('Only Sam can reply here.')).toBeVisible();
	await mika.composer.fill('Me, too');
	await mika.composer.press('Enter');
	const kept = mika.message('Me, too');
	await expect(kept).toHaveAttribute('data-status', 'failed');
	await expect(kept).toContainText('Another agent has this conversation');

	await sam.transferTo('Mika');
	await expect(mika.bar).toContainText('You have this conversation');
	await kept.getByRole('button', { name: 'Retry' }).click();
	await expect(kept).toHaveAttribute('data-status', 'sent');
});

test('details from a customer’s page are shown as text', async ({ mika, site, db }) => {
	const ada = await newWriter(site, db, 'Hello');
	await rpc(site, ada.person.accessToken, 'start_support_conversation', {
		p_context: {
			page: 'https://shop.example/billing',
			locale: 'fr',
			plan: '<img src=x onerror="document.title=1">',
		},
	});
	await mika.openChat(ada.person.email);
	const card = mika.page.getByRole('region', { name: 'Customer' });
	await expect(card).toContainText('https://shop.example/billing');
	await expect(card).toContainText('<img src=x onerror="document.title=1">');
	await expect(card.locator('img')).toHaveCount(0);
});
