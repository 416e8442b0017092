/** Stands in for `svelte` in the widget: see `client.ts`. */
export { mount, unmount } from './components';
export { flush as flushSync, tick, untrack } from './signals';
