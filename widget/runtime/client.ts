/**
 * Stands in for `svelte/internal/client` in the widget: what the compiler's output calls of it, in about 3 kB instead of 15
 * (docs/adr/0004-the-widget-runs-on-a-small-runtime.md). The build fails if a component needs something that is not here.
 */
export * from './blocks';
export * from './components';
export * from './elements';
export { derived, get, set, state, update } from './signals';
export * from './template';
