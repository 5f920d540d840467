// The line drawings of pages and views that come later, as paths on a 24 × 24 grid.
// Like those of signs.ts they only ever stand beside a word.

export const SOON = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7.5V12l3 2';
export const NO = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12h8';
export const SCAN =
  'M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16';
export const TORCH = 'M8 3h8v4l-2 3v11h-4V10L8 7zM8 7h8M12 13v2';
export const RECORD = 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6';
export const PERSON = 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20a7.5 7.5 0 0 1 15 0';
