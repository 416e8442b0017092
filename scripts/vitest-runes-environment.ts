import { builtinEnvironments, type Environment } from 'vitest/runtime';

/**
 * Plain Node, with modules compiled as for a browser: `$state`, `$derived` and `$effect` of the `*.svelte.ts`
 * modules are alive, and no DOM is pretended.
 */
const environment: Environment = {
	...builtinEnvironments.node,
	name: 'runes',
	viteEnvironment: 'client',
};

export default environment;
