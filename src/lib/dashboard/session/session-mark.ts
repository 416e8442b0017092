/** A cookie that scripts may read: it changes whenever the session does, which they may not read, and says nothing else. */
export const SESSION_MARK = 'support-session';
