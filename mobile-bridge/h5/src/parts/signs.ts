// The line drawings that the first load needs, as paths on a 24 × 24 grid; each only ever stands beside a word.
// Those of later pages are in signs-later.ts.

export const SEAL = 'M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4M7.8 12.4l3 3 5.6-6.1';
export const BACK = 'M14.5 5l-7 7 7 7';
export const ON = 'M9 5l7 7-7 7';
