// The phone's own id, where the platform must give one: made once, at random, and kept.
// It binds a pass to this phone; it proves no identity, and says nothing about the phone or its owner.

import type { Platform } from './platform.ts';

const DEVICE = 'zaichang.device';
const FIGURES = 32;

export function device_id_on({ storage, random }: Pick<Platform, 'storage' | 'random'>): string {
  const known = storage.read(DEVICE);
  if (known !== null && /^[0-9a-f]{32}$/.test(known)) return known;
  const made = Array.from({ length: FIGURES }, () => Math.floor(random() * 16).toString(16)).join('');
  storage.write(DEVICE, made);
  return made;
}
