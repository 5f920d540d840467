// The one catalogue of the console's words: Chinese first, English beside it, one part per module.
// It must not hold a sentence twice; what the server says about a refusal comes from the server.
import type { Sentence } from '@zaichang/shared/sentence';
import { accountWords } from './account';
import { adminsWords } from './admins';
import { announcementWords } from './announcements';
import { assistWords } from './assist';
import { auditWords } from './audit';
import { claimWords } from './claims';
import { conflictWords } from './conflict';
import { courseWords } from './course';
import { editWords } from './edit';
import { frameWords } from './frame';
import { importWords } from './import';
import { invitationWords } from './invitations';
import { jobsWords } from './jobs';
import { listWords } from './list';
import { noticesWords } from './notices';
import { peopleWords } from './people';
import { personMergeWords } from './person-merges';
import { personStateWords } from './person-states';
import { personTitleWords } from './person-titles';
import { personTransferWords } from './person-transfers';
import { presenceWords } from './presence';
import { projectWords } from './projects';
import { proposalWords } from './proposals';
import { recordsWords } from './records';
import { refusalWords } from './refusals';
import { registrationWords } from './registrations';
import { reviewWords } from './review';
import { screensWords } from './screens';
import { settingsWords } from './settings';
import { startWords } from './start';
import { todayWords } from './today';
import { unitWords } from './units';
import { verdictWords } from './verdicts';

export const catalogue = {
  ...frameWords,
  ...todayWords,
  ...unitWords,
  ...proposalWords,
  ...personMergeWords,
  ...personStateWords,
  ...personTitleWords,
  ...personTransferWords,
  ...importWords,
  ...invitationWords,
  ...courseWords,
  ...screensWords,
  ...settingsWords,
  ...startWords,
  ...accountWords,
  ...adminsWords,
  ...editWords,
  ...conflictWords,
  ...listWords,
  ...noticesWords,
  ...announcementWords,
  ...peopleWords,
  ...presenceWords,
  ...projectWords,
  ...recordsWords,
  ...registrationWords,
  ...claimWords,
  ...reviewWords,
  ...verdictWords,
  ...assistWords,
  ...auditWords,
  ...jobsWords,
  ...refusalWords,
} as const satisfies Record<string, Sentence>;
