/** One stroked path each, for `Icon`. */
export const DOCUMENT = 'M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h7';
export const PICTURE = 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01';
export const DOWNLOAD = 'M12 4v11M7 11l5 5 5-5M5 20h14';
export const CROSS = 'M6 6l12 12M18 6L6 18';
export const BACK = 'M15 5l-7 7 7 7';
export const FORWARD = 'M9 5l7 7-7 7';
