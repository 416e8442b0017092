/**
 * `npm test` runs every check; `npm test -- unit e2e` runs parts of it. Continues after a failure, prints all failures
 * again at the end, and ends with the line `N passed, N failed`.
 */
import { runNode, stopCommands } from './test/run-command';
import { type Failure, type StepResult } from './test/reports';
import { steps, type Step } from './test/steps';

interface Outcome extends StepResult {
	step: Step;
}

process.chdir(new URL('..', import.meta.url).pathname);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
	process.once(signal, () => {
		void stopCommands().then(() => process.exit(130));
	});

const outcomes = await runSteps(chooseSteps(process.argv.slice(2)));
const failures = outcomes.flatMap(({ step, failures }) =>
	failures.map((failure) => ({ ...failure, name: `${step.name}: ${failure.name}` })),
);
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
showFailures(failures);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

function chooseSteps(names: string[]): Step[] {
	const unknown = names.filter((name) => !steps.some((step) => step.name === name));
	if (unknown.length > 0) {
		const known = steps.map((step) => step.name).join(', ');
		console.error(`There is no part called ${unknown.join(', ')}. The parts are: ${known}.`);
		process.exit(2);
	}
	return names.length === 0 ? steps : steps.filter((step) => names.includes(step.name));
}

/** Runs light steps two at a time, then the others one by one, because those start servers and browsers. */
async function runSteps(chosen: Step[]): Promise<Outcome[]> {
	await runNode(['node_modules/@sveltejs/kit/svelte-kit.js', 'sync']);
	const light = chosen.filter((step) => step.light);
	const done: Outcome[] = [];
	const worker = async (): Promise<void> => {
		for (let step = light.shift(); step; step = light.shift()) done.push(await runStep(step));
	};
	await Promise.all([worker(), worker()]);
	for (const step of chosen.filter((step) => !step.light)) {
		console.log(`\n— ${step.what}`);
		done.push(await runStep(step));
	}
	return done;
}

async function runStep(step: Step): Promise<Outcome> {
	const started = Date.now();
	const result = await step.run().catch((error: unknown): StepResult => {
		const detail = error instanceof Error ? error.message : String(error);
		return { passed: 0, failures: [{ name: step.what, detail }] };
	});
	const mark = result.failures.length === 0 ? '✓' : '✗';
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	const count = `${result.passed} passed, ${result.failures.length} failed`;
	console.log(`${mark} ${step.name}: ${count} (${seconds} s)`);
	if (step.light) showFailures(result.failures);
	return { ...result, step };
}

function showFailures(failures: Failure[]): void {
	for (const { name, detail } of failures)
		console.log(`\n✗ ${name}\n${detail.replace(/^/gm, '    ')}\n`);
}
