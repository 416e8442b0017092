/** A cookie that scripts may read; it changes whenever the session does, and contains nothing of it. */
export const SESSION_MARK = 'support-session';
