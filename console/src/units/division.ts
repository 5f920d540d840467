// Codes of divisions: the code of what a division lies in is a beginning of its own, filled up with zeros. Pure.

export type Level = 'province' | 'city' | 'county';

export const levels: readonly Level[] = ['province', 'city', 'county'];

/** Which level a code stands for; none of what is no code. */
export function levelOf(code: string): Level | null {
  if (!/^\d{6}$/.test(code)) return null;
  if (code.endsWith('0000')) return 'province';
  return code.endsWith('00') ? 'city' : 'county';
}

/** The code of the division of this level that a division lies in or is; empty if it is larger than that. */
export function partAt(code: string, level: Level): string {
  const own = levelOf(code);
  if (own === null || levels.indexOf(own) < levels.indexOf(level)) return '';
  return { province: `${code.slice(0, 2)}0000`, city: `${code.slice(0, 4)}00`, county: code }[level];
}

/** The levels that are chosen below a division; all of them where there is none. */
export function levelsBelow(within: string): readonly Level[] {
  const own = levelOf(within);
  return own === null ? levels : levels.slice(levels.indexOf(own) + 1);
}
