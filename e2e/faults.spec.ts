import { randomUUID } from 'node:crypto';
import { listenForSounds } from './support/sounds';
import { expect, test } from './support/fixtures';

test('without a socket messages arrive by polling, and polling ends when the socket is back', async ({
	customer: { widget, person, network },
	dashboard,
}) => {
	test.slow(); // It waits for a reconnect and for a heartbeat.
	await network.blockSockets();
	await widget.open();
	await widget.send('Through the firewall');
	await dashboard.openChat(person.email);
	await dashboard.send('Received, even so');
	await expect(widget.message('Received, even so')).toBeVisible();
	await expect(widget.status('Connected')).toBeHidden();

	network.allowSockets();
	await expect(widget.status('Connected')).toBeVisible({ timeout: 45_000 });
	const heartbeat = network.nextHeartbeat();
	let polls = 0;
	widget.page.on('request', (request) => {
		if (request.url().includes('/rpc/list_support_messages')) polls += 1;
	});
	await dashboard.send('Live again');
	await expect(widget.message('Live again')).toBeVisible({ timeout: 2_500 });
	// Until the heartbeat, polling would ask every 3 seconds. The one allowed request follows the join.
	await heartbeat;
	expect(polls).toBeLessThanOrEqual(1);
	await expect(widget.messages).toHaveCount(3);
});

test('messages written offline are sent once and in order when the network is back', async ({
	customer: { widget, network, person },
	dashboard,
	db,
}) => {
	await widget.open();
	await widget.send('Online');
	await dashboard.openChat(person.email);
	await network.goOffline();
	await expect(widget.status('Offline')).toBeVisible();
	for (const text of ['Offline 1', 'Offline 2', 'Offline 3']) await widget.send(text);
	await expect(dashboard.messages).toHaveCount(1);

	await network.goOnline();
	for (const text of ['Offline 1', 'Offline 2', 'Offline 3'])
		await expect(dashboard.message(text)).toHaveCount(1, { timeout: 20_000 });
	await expect
		.poll(() => dashboard.texts())
		.toEqual(['Online', 'Offline 1', 'Offline 2', 'Offline 3']);
	await expect(widget.messages).toHaveCount(4);
	const [row] = await db`select count(*)::int as stored
		from public.support_messages m join public.support_chats c on c.id = m.chat_id
		where c.user_id = ${person.id}`;
	expect(row).toEqual({ stored: 4 });
});

test('unsent messages and the draft survive a reload', async ({
	customer: { widget, context, person },
	dashboard,
}) => {
	await widget.open();
	await widget.send('Before');
	await expect(dashboard.row(person.email)).toContainText('Before');
	await context.route('**/rest/v1/rpc/send_support_message', (route) => route.abort());
	await widget.send('Written while the server was away');
	await widget.composer.fill('and a thought not yet');

	await widget.page.reload();
	await widget.open();
	await expect(widget.message('Written while the server was away')).toBeVisible();
	await expect(widget.composer).toHaveValue('and a thought not yet');

	await context.unroute('**/rest/v1/rpc/send_support_message');
	await dashboard.openChat(person.email);
	const waiting = widget.message('Written while the server was away');
	const retry = waiting.getByRole('button', { name: 'Retry' });
	await expect(async () => {
		if (await retry.isVisible()) await retry.click();
		await expect(dashboard.message('Written while the server was away')).toHaveCount(1, {
			timeout: 1_000,
		});
	}).toPass({ timeout: 40_000 });
	await expect(waiting).toHaveCount(1);
});

test('a lost response after the commit leads to one message, not two', async ({
	customer: { widget, context, person },
	dashboard,
}) => {
	let lost = 0;
	await context.route('**/rest/v1/rpc/send_support_message', async (route) => {
		if (lost > 0) return route.continue();
		lost += 1;
		await route.fetch();
		await route.abort('connectionreset');
	});
	await widget.open();
	await widget.send('Said once');
	await dashboard.openChat(person.email);
	await expect(dashboard.message('Said once')).toHaveCount(1);
	await expect.poll(() => lost).toBe(1);
	await expect(widget.messages).toHaveCount(1);
	await expect(widget.message('Said once').getByText('Not sent')).toHaveCount(0);
	await expect(dashboard.messages).toHaveCount(1);
});

test('a rejected message keeps its text and offers Retry, which sends it', async ({
	customer: { widget, context, person },
	dashboard,
}) => {
	await context.route('**/rest/v1/rpc/send_support_message', (route) =>
		route.fulfill({
			status: 403,
			contentType: 'application/json',
			headers: { 'access-control-allow-origin': '*' },
			body: JSON.stringify({
				code: 'PT403',
				message: 'support_forbidden',
				details: '',
				hint: null,
			}),
		}),
	);
	await widget.open();
	await widget.send('Let me in');
	const retry = widget.message('Let me in').getByRole('button', { name: 'Retry' });
	await expect(retry).toBeVisible();
	await context.unroute('**/rest/v1/rpc/send_support_message');
	await retry.click();
	await expect(retry).toHaveCount(0);
	await dashboard.openChat(person.email);
	await expect(dashboard.message('Let me in')).toHaveCount(1);
});

test('the same message sent twice is one message', async ({
	customer: { widget, context, person },
	dashboard,
}) => {
	await context.route('**/rest/v1/rpc/send_support_message', async (route) => {
		await route.fetch();
		await route.continue();
	});
	await widget.open();
	await widget.send('Stuttering');
	await dashboard.openChat(person.email);
	await expect(dashboard.messages).toHaveCount(1);
	await expect(widget.messages).toHaveCount(1);
});

test('a token that expires while the chat is open is renewed, and no message is missed', async ({
	newCustomer,
	dashboard,
}) => {
	const { widget, person } = await newCustomer({
		path: '/?embed=accessToken&user={user}&seconds=8',
	});
	let tokens = 0;
	widget.page.on('request', (request) => {
		if (request.url().includes('/token?')) tokens += 1;
	});
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	await widget.send('For a while now');
	await dashboard.openChat(person.email);
	// Three more tokens of eight seconds each; the first two have expired by then.
	const before = tokens;
	await expect.poll(() => tokens - before, { timeout: 40_000 }).toBeGreaterThanOrEqual(3);
	await dashboard.send('Still with you');
	await expect(widget.message('Still with you')).toBeVisible({ timeout: 3_000 });
	await widget.send('And I with you');
	await expect(dashboard.message('And I with you')).toBeVisible();
	await expect(widget.status('Connected')).toBeVisible();
});

test('two tabs of one customer share one socket, play one sound and agree on read messages', async ({
	customer,
	dashboard,
}) => {
	const first = customer.widget;
	const sounds = await listenForSounds(customer.context);
	let sockets = 0;
	customer.context.on('page', (page) => {
		page.on('websocket', (socket) => {
			sockets += 1;
			socket.on('close', () => (sockets -= 1));
		});
	});
	const one = await customer.openTab();
	const two = await customer.openTab();
	await first.page.close();
	for (const widget of [one, two]) {
		await widget.open();
		await expect(widget.status('Connected')).toBeVisible();
	}
	await one.send('From tab one');
	await expect(two.message('From tab one')).toBeVisible();
	expect(sockets).toBe(1);
	for (const widget of [one, two]) await widget.close();

	await dashboard.openChat(customer.person.email);
	await dashboard.send('To both tabs');
	for (const widget of [one, two]) await widget.expectUnread('1');
	await expect.poll(() => sounds).toHaveLength(1);

	await one.open();
	await expect(one.message('To both tabs')).toBeVisible();
	await two.expectUnread(null);
	expect(sounds).toHaveLength(1);
	await expect(one.messages).toHaveCount(2);
});

test('the next catch-up finds a message whose broadcast was lost', async ({
	customer: { widget, person, network },
	dashboard,
	db,
}) => {
	await widget.open();
	await widget.send('Anything new?');
	await expect(dashboard.row(person.email)).toBeVisible();
	// Sent while nothing is broadcast, as when the stream is silently dead.
	await db.begin(async (sql) => {
		await sql`alter table public.support_messages disable trigger support_messages_announce`;
		await sql`insert into public.support_messages (id, chat_id, content, sender_type, sender_id)
			select ${randomUUID()}, c.id, 'Nobody heard this', 'admin', a.user_id
			from public.support_chats c, (select user_id from public.support_agents limit 1) a
			where c.user_id = ${person.id}`;
		await sql`alter table public.support_messages enable trigger support_messages_announce`;
	});
	await network.goOffline();
	await network.goOnline();
	await expect(widget.message('Nobody heard this')).toBeVisible({ timeout: 20_000 });
	await expect(widget.messages).toHaveCount(2);
});
