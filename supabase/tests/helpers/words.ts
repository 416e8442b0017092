import { randomUUID } from 'node:crypto';

/** A word that no other test uses, so that a search finds this test's rows only. */
export const word = (): string => `w${randomUUID().replaceAll('-', '')}`;
