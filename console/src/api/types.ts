// The API's nouns under the names this console uses. It must not define anything that the generated schema does not.
import type { components, paths } from '@zaichang/shared/openapi';

type Schemas = components['schemas'];

export type Admin = Schemas['Account'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditLog = Schemas['AuditLog'];
/** Something an admin may be allowed to do. */
export type Act = Schemas['Act'];
export type Course = Schemas['Course'];
export type CourseState = Schemas['CourseState'];
export type Profile = Schemas['Profile'];
export type CourseSettings = Schemas['Change'];
export type Screen = Schemas['ListedScreen'];
/** Which screen, and where it stands. */
export type PlacedScreen = Pick<Screen, 'screen' | 'place'>;
export type OpenedScreen = Schemas['OpenedScreen'];
/** The screen that the page of another computer has become. */
export type EnteredPairing = Schemas['EnteredPairing'];
export type AttendanceRecord = Schemas['AttendanceRecord'];
export type Export = Schemas['Export'];
export type ExportWanted = Schemas['ExportWanted'];
export type VerdictWord = Schemas['VerdictWord'];
export type Source = Schemas['Source'];
export type SpotCheck = Schemas['SpotCheck'];
export type MissingPerson = Schemas['MissingPerson'];
export type SpotCheckOrder = Schemas['Order'];
export type HeadCount = Schemas['HeadCount'];
export type Candidate = Schemas['Candidate'];
export type CheckIn = Schemas['CheckIn'];
/** A file that is imported. */
export type Import = Schemas['Import'];
export type ImportState = Schemas['ImportState'];
export type ImportFault = Schemas['ImportFault'];
export type ImportedRows = Schemas['ImportedRows'];
export type Project = Schemas['Project'];
export type ProjectState = Schemas['ProjectState'];
export type ProjectPlan = Schemas['ProjectPlan'];
export type ProjectChange = Schemas['ProjectChange'];
/** What is found of anything that is reviewed. */
export type Verdict = Schemas['ReviewVerdict'];
export type ReviewStepWord = Schemas['ReviewStep'];
export type NewReviewPreview = Schemas['NewReviewPreview'];
export type NewReviewVerdicts = Schemas['NewReviewVerdicts'];
/** One on which a verdict is not given, and why. */
export type LeftByVerdict = Schemas['LeftByVerdict'];
export type Registration = Schemas['Registration'];
/** A claim of a document number that is taken. */
export type NumberClaim = Schemas['NumberClaim'];
/** Somebody whom a unit keeps. */
export type Person = Schemas['Person'];
export type PersonState = Schemas['PersonState'];
export type PersonChange = Schemas['PersonChange'];
export type PersonCorrection = Schemas['PersonCorrection'];
/** Somebody's states, and how far a change of them is. */
export type PersonStates = Schemas['PersonStates'];
export type PreviewedInvitations = Schemas['PreviewedInvitations'];
export type InvitedPeople = Schemas['InvitedPeople'];
export type ReviewedPersonState = Schemas['ReviewedPersonState'];
export type PersonWithStateChange = Schemas['PersonWithStateChange'];
export type NewPersonStateChange = Schemas['NewPersonStateChange'];
export type PersonTitle = Schemas['PersonTitle'];
export type PersonTransfer = Schemas['PersonTransfer'];
export type PersonMerged = Schemas['PersonMerged'];
export type MergedPhone = Schemas['MergedPhone'];
export type TransferState = Schemas['TransferState'];
export type FoundTransfer = Schemas['FoundTransfer'];
export type DocumentKind = Schemas['DocumentKind'];
export type NamedUnit = Schemas['NamedUnit'];
export type RegistrationEntry = Schemas['RegistrationEntry'];
/** How far its review is. */
export type RegistrationState = Schemas['ReviewState'];
export type TitleSeries = Schemas['TitleSeries'];
export type TitleLevel = Schemas['TitleLevel'];
/** An account as other admins see it. */
export type UnitAdmin = Schemas['UnitAdmin'];
export type WaitingAdminLink = Schemas['WaitingAdminLink'];
/** A link with its address, which is told once. */
export type MadeAdminLink = Schemas['MadeAdminLink'];
/** What a sub-account may do of what its role may. */
export type Right = Schemas['Right'];
export type Role = Schemas['Role'];
/** A session of the account that is signed in. */
export type OwnSession = Schemas['OwnSession'];
export type Unit = Schemas['Unit'];
export type UnitCategory = Schemas['UnitCategory'];
export type UnitGrade = Schemas['UnitGrade'];
export type HospitalClass = Schemas['HospitalClass'];
/** Whether units are open. */
export type UnitState = NonNullable<
  NonNullable<paths['/api/v1/units']['get']['parameters']['query']>['state']
>;
export type NewUnit = Schemas['NewUnit'];
export type UnitChange = Schemas['UnitChange'];
/** A unit that is missing, as people who register have proposed it. */
export type UnitProposal = Schemas['UnitProposal'];
export type NewUnitProposalVerdict = Schemas['NewUnitProposalVerdict'];
/** How far a review is. */
export type ReviewState = Schemas['ReviewState'];
/** What becomes of the accounts of a unit that is merged. */
export type MergedAdmins = Schemas['MergedAdmins'];
/** What hangs on a unit. */
export type UnitEffects = Schemas['UnitEffects'];
export type Department = Schemas['Department'];
/** What an admin link is for. */
export type OpenedLink = Schemas['OpenedLink'];
/** How often a link was used before. */
export type LinkUse = Schemas['LinkUse'];
export type Authenticator = Schemas['Authenticator'];
export type DeploymentChecks = Schemas['DeploymentChecks'];
export type ServiceCheck = Schemas['ServiceCheck'];
export type CheckOutcome = Schemas['CheckOutcome'];
export type InboxNotice = Schemas['InboxNotice'];
export type Announcement = Schemas['Announcement'];
export type AnnouncementState = Schemas['AnnouncementState'];
export type AnnouncementChange = Schemas['AnnouncementChange'];
export type NoticeDelivery = Schemas['NoticeDelivery'];
/** Why a text message wants somebody. */
export type NoticeDeliveryWants = Extract<NoticeDelivery['state'], 'failed' | 'unknown'>;
