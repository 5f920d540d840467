// Reads filters out of an address and writes them into one. Invalid values are ignored.
// It must not know which filters a page has.
import type { LocationQuery, LocationQueryRaw, LocationQueryValue } from 'vue-router';
import { isDay, type Day } from '@zaichang/shared/shanghai';

type Value = LocationQuery[string] | undefined;

export function textIn(value: Value, longest = 50): string {
  return (first(value) ?? '').trim().slice(0, longest);
}

export function dayIn(value: Value): Day | null {
  const text = first(value);
  return text !== null && isDay(text) ? text : null;
}

export function choiceIn<T extends string>(value: Value, choices: readonly T[]): T | null {
  const text = first(value);
  return choices.find((choice) => choice === text) ?? null;
}

/** A positive id that fits into a screen number (u32). */
export function idIn(value: Value): number | null {
  const text = first(value);
  if (text === null || !/^[1-9]\d{0,9}$/.test(text)) return null;
  const id = Number(text);
  return id <= 0xffff_ffff ? id : null;
}

/** The query of these filters: what is empty does not appear in the address. */
export function queryOf(filters: Record<string, string | number | null>): LocationQueryRaw {
  const kept = Object.entries(filters).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function first(value: Value): string | null {
  const one: LocationQueryValue | undefined = Array.isArray(value) ? value[0] : value;
  return one ?? null;
}
