import { describe, expect, it, vi } from 'vitest';
import { branch, derived, effect, end, flush, get, set, state, tick, untrack } from './signals';

describe('signals', () => {
	it('reckons a derived value once, and only when asked', () => {
		const count = state(1);
		const double = vi.fn(() => get(count) * 2);
		const doubled = derived(double);
		expect(double).not.toHaveBeenCalled();
		expect([get(doubled), get(doubled)]).toEqual([2, 2]);
		expect(double).toHaveBeenCalledTimes(1);
		set(count, 2);
		expect(get(doubled)).toBe(4);
	});

	it('runs an effect again when something it read is another, once per turn', async () => {
		const [first, second] = [state(1), state(1)];
		const seen: number[] = [];
		effect(true, () => void seen.push(get(first) + get(second)));
		await tick();
		set(first, 2);
		set(second, 2);
		await tick();
		set(first, 2);
		await tick();
		expect(seen).toEqual([2, 4]);
	});

	it('leaves an effect alone when a derived value turns out the same', async () => {
		const count = state(1);
		const parity = derived(() => get(derived(() => get(count))) ?? 0);
		const odd = derived(() => (get(parity) ?? 0) % 2 === 1);
		const run = vi.fn(() => void get(odd));
		effect(true, run);
		await tick();
		set(count, 3);
		await tick();
		expect(run).toHaveBeenCalledTimes(1);
		set(count, 4);
		await tick();
		expect(run).toHaveBeenCalledTimes(2);
	});

	it('forgets what is no longer read', async () => {
		const [which, one, other] = [state(true), state('a'), state('b')];
		const seen: string[] = [];
		effect(false, () => void seen.push(get(which) ? get(one) : get(other)));
		set(which, false);
		await tick();
		set(one, 'c');
		await tick();
		expect(seen).toEqual(['a', 'b']);
		expect(one.readers.size).toBe(0);
	});

	it('renders before it runs the components’ own effects', async () => {
		const count = state(0);
		const order: string[] = [];
		effect(true, () => void order.push(`user ${get(count)}`));
		effect(false, () => void order.push(`render ${get(count)}`));
		await tick();
		set(count, 1);
		await tick();
		expect(order).toEqual(['render 0', 'user 0', 'render 1', 'user 1']);
	});

	it('cleans up before an effect runs again, and when it ends', async () => {
		const count = state(0);
		const events: string[] = [];
		const root = branch(() => {
			effect(false, () => {
				const now = get(count);
				events.push(`start ${now}`);
				return () => events.push(`stop ${now}`);
			});
		}, null);
		set(count, 1);
		await tick();
		end(root);
		set(count, 2);
		await tick();
		expect(events).toEqual(['start 0', 'stop 0', 'start 1', 'stop 1']);
		expect(count.readers.size).toBe(0);
	});

	it('ends inner effects with the outer one', async () => {
		const [shown, count] = [state(true), state(0)];
		const inner = vi.fn(() => void get(count));
		effect(false, () => {
			if (get(shown)) effect(false, inner);
		});
		set(count, 1);
		set(shown, false);
		await tick();
		set(count, 2);
		await tick();
		expect(inner).toHaveBeenCalledTimes(1);
	});

	it('does not depend on what is read untracked', async () => {
		const count = state(0);
		const run = vi.fn(() => untrack(() => void get(count)));
		effect(false, run);
		set(count, 1);
		await tick();
		expect(run).toHaveBeenCalledTimes(1);
	});

	it('goes on after an effect that throws, and gives up on those that never settle', async () => {
		const report = vi.fn();
		vi.stubGlobal('reportError', report);
		const count = state(0);
		const after = vi.fn(() => void get(count));
		effect(true, () => {
			throw new Error(`broken ${get(count)}`);
		});
		effect(true, after);
		flush();
		expect(report).toHaveBeenCalledTimes(1);
		expect(after).toHaveBeenCalledTimes(1);
		const endless = state(0);
		effect(true, () => void set(endless, get(endless) + 1));
		flush();
		expect(endless.v).toBeGreaterThan(10);
		vi.unstubAllGlobals();
	});
});
