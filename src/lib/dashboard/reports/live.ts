/** What the live page's numbers depend on; invalidating it loads them anew. */
export const LIVE = 'support:live';

/** How often they are loaded while somebody looks at them; news of a chat load them sooner. */
export const LIVE_POLL_MS = 15_000;
/** News come in bursts: one load answers those of this span. */
export const LIVE_PAUSE_MS = 1_000;
