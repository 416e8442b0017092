import { builtinEnvironments, type Environment } from 'vitest/runtime';

/**
 * Plain Node, with modules compiled as for a browser: `$state`, `$derived` and `$effect` in `*.svelte.ts` modules work,
 * without a simulated DOM.
 */
const environment: Environment = {
	...builtinEnvironments.node,
	name: 'runes',
	viteEnvironment: 'client',
};

export default environment;
