/** Limits that the database holds too; a database test keeps both sides equal. */

/** Characters of one message, counted as Postgres' `char_length` counts: code points, not UTF-16 units. */
export const MESSAGE_MAX_CHARACTERS = 4000;
/** Messages in the first page and in each older page; chats in a page of the inbox. */
export const PAGE_SIZE = 50;
/** The most rows that `list_support_messages` returns at once. */
export const CATCH_UP_PAGE_SIZE = 200;

/** Files of one message. */
export const ATTACHMENTS_MAX = 5;
