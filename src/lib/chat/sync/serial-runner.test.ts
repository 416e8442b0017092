import { expect, it, vi } from 'vitest';
import { SerialRunner } from './serial-runner';

/** A runner whose runs end one by one, by hand. */
function manualRunner() {
	const ends: { resolve: (isGood: boolean) => void; reject: (error: Error) => void }[] = [];
	const onIdle = vi.fn();
	const run = (): Promise<boolean> =>
		new Promise((resolve, reject) => void ends.push({ resolve, reject }));
	return { runner: new SerialRunner({ run, onIdle }), ends, onIdle };
}

it('runs at once, and is idle when the run has ended', async () => {
	const { runner, ends, onIdle } = manualRunner();
	const finished = runner.request();
	expect(ends).toHaveLength(1);
	expect(runner.isRunning).toBe(true);
	expect(onIdle).not.toHaveBeenCalled();
	ends[0]?.resolve(true);
	await finished;
	expect(runner.isRunning).toBe(false);
	expect(onIdle).toHaveBeenCalledOnce();
});

it('runs once more for any number of requests during a run, and resolves after that', async () => {
	const { runner, ends, onIdle } = manualRunner();
	let isFinished = false;
	const finished = runner.request();
	void runner.request().then(() => (isFinished = true));
	void runner.request();
	expect(ends).toHaveLength(1);
	ends[0]?.resolve(true);
	await vi.waitFor(() => expect(ends).toHaveLength(2));
	expect(isFinished).toBe(false);
	expect(onIdle).not.toHaveBeenCalled();
	ends[1]?.resolve(true);
	await finished;
	expect(isFinished).toBe(true);
	expect(ends).toHaveLength(2);
	expect(onIdle).toHaveBeenCalledOnce();
});

it('drops a request made during a run that resolves to false', async () => {
	const { runner, ends } = manualRunner();
	const finished = runner.request();
	void runner.request();
	ends[0]?.resolve(false);
	await finished;
	expect(ends).toHaveLength(1);
	void runner.request();
	expect(ends).toHaveLength(2);
});

it('can run again after a run that failed', async () => {
	const { runner, ends } = manualRunner();
	const finished = runner.request();
	ends[0]?.reject(new Error('failed'));
	await expect(finished).rejects.toThrow('failed');
	expect(runner.isRunning).toBe(false);
	void runner.request();
	expect(ends).toHaveLength(2);
});
