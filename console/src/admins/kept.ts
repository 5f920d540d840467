// What is about to be done to a unit's administrators, and to which. It must not do it.
import type { UnitAdmin, WaitingAdminLink } from '../api/types';

export type Kept =
  { about: 'disable' | 'enable'; of: UnitAdmin } | { about: 'revoke'; link: WaitingAdminLink };
