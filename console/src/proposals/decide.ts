// A decision on a proposed unit, sent as it was seen, and what is true no longer afterwards. It must not know how it is asked for.
import type { QueryKey } from '@tanstack/vue-query';
import { api, versioned } from '../api/client';
import type { NewUnitProposalVerdict, UnitProposal } from '../api/types';

export const changed: readonly QueryKey[] = [['unit-proposals'], ['units'], ['checklist']];

export function decide({ id, version }: Pick<UnitProposal, 'id' | 'version'>, body: NewUnitProposalVerdict) {
  const params = { path: { id }, header: { 'If-Match': version } };
  return versioned(api.POST('/api/v1/unit-proposals/{id}/verdicts', { params, body }));
}
