/** Components of a chat for widget and dashboard. They need the custom properties of `styles/tokens.css` and an
 * outline for `:focus-visible`. */
export { default as Avatar } from './Avatar.svelte';
export { default as Composer } from './composer/Composer.svelte';
export { default as ConnectionStatus } from './ConnectionStatus.svelte';
export { default as Icon } from './Icon.svelte';
export { default as LogSkeleton } from './log/LogSkeleton.svelte';
export { default as MessageLog } from './log/MessageLog.svelte';
export { createTone, type Tone } from './tone';
export type { LogMark } from './log/log-entries';
export { hueOf, initialsOf } from './avatar';
