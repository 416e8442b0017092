/**
 * How much the widget may weigh: bytes after `gzip -9`, all files together that a page has loaded before anyone opens the
 * chat, and once it is open.
 * docs/adr/0006 says where the weight comes from.
 */
export const BUDGET = { closed: 4_000, open: 51_500 };
