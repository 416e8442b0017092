import { beforeEach, describe, expect, it } from 'vitest';
import { Availability } from './availability.svelte';
import { FakeBackend } from '../testing/fake-backend';

let row: { user_id: string; available: boolean; max_active: number | null };
let backend: FakeBackend;

beforeEach(() => {
	row = { user_id: 'mika', available: true, max_active: 3 };
	backend = new FakeBackend({
		support_heartbeat: () => row,
		set_support_availability: ({ p_available }) =>
			(row = { ...row, available: p_available === true }),
	});
});

async function open() {
	const { client, tab } = backend.openTab();
	const availability = new Availability(client, 'mika');
	availability.start();
	await backend.time.advance(100);
	return { availability, tab };
}

const beats = () => backend.named('support_heartbeat').length;

describe('a dashboard that is open', () => {
	it('sends a heartbeat at once and every 30 seconds, and has the earlier choice', async () => {
		row.available = false;
		const { availability } = await open();
		expect(availability.available).toBe(false);
		expect(availability.ownLimit).toBe(3);
		expect(beats()).toBe(1);
		await backend.time.advance(90_000);
		expect(beats()).toBe(4);
		availability.stop();
		await backend.time.advance(90_000);
		expect(beats()).toBe(4);
	});

	it('sends heartbeats in one of several tabs, and in the next when that one is closed', async () => {
		const first = await open();
		await open();
		await open();
		expect(beats()).toBe(3);
		await backend.time.advance(60_000);
		expect(beats()).toBe(5);
		first.tab.kill();
		await backend.time.advance(60_000);
		expect(beats()).toBe(7);
	});

	it('sends a heartbeat as soon as the page wakes up', async () => {
		const { tab } = await open();
		tab.emit('wake');
		await backend.time.advance(100);
		expect(beats()).toBe(2);
	});
});

describe('the choice between available and away', () => {
	it('is the same in every tab at once', async () => {
		const here = await open();
		const there = await open();
		expect(await here.availability.choose(false)).toBeNull();
		await backend.time.advance(100);
		expect(here.availability.available).toBe(false);
		expect(there.availability.available).toBe(false);
	});

	it('is undone when it could not be stored', async () => {
		const { availability } = await open();
		backend.answers.set_support_availability = () => {
			throw new Error('support_forbidden');
		};
		expect((await availability.choose(false))?.code).toBe('support_forbidden');
		expect(availability.available).toBe(true);
	});
});
