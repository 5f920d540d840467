// The shapes that travel between phone and server, under the names this package uses for them. Those of the API come from
// its document (`npm run types`); those of the page's own addresses, which the document leaves out, stand here.

import type { components } from '@zaichang/shared/openapi';
import type { PhoneRefusalCode, StrangeCode } from '@zaichang/shared/refusal-code';

type Schemas = components['schemas'];

export type Person = Schemas['Me'];
export type Days = Schemas['Period'];
export type Course = Schemas['ScannedCourse'];
export type Scan = Schemas['Scan'];
export type CheckIn = Schemas['CheckIn'];
/** Whether the organiser recognises it is shown in one's list of records, and not in the check-in's answer. */
export type CheckInRecord = Omit<Schemas['MyCheckIn'], 'recognised'> &
  Partial<Pick<Schemas['MyCheckIn'], 'recognised'>>;
export type CheckInReply = Schemas['CheckInAnswer'];
/** Nodes of the release before say nothing of rows that they cannot read. */
export type RecordPage = Omit<Schemas['MyCheckIns'], 'unreadable'> & { unreadable?: number };
export type SmsCodeSent = Schemas['SmsCodeSent'];
export type Login = Schemas['LoggedIn'];
export type Client = Schemas['Client'];
/** What a page says by itself, where no server has refused. */
export type OwnCode =
  'no_answer' | 'line_lost' | 'other_person' | 'face_not_passed' | 'face_unfinished' | 'receipt_invalid';
/** What a request may be refused with before it reaches any operation of the API. */
type LayerCode = 'method_not_allowed';
/** Every refusal that a phone has words for. */
export type PhoneCode = PhoneRefusalCode | LayerCode | OwnCode;
/** Why the app around a page does not vouch for anybody: the page in an app has words for it (app/src/words.ts). */
export type AppCode = `app_${string}`;
export type Problem = { code: PhoneCode | AppCode | StrangeCode; status: number } & Partial<
  Omit<Schemas['Problem'], 'code' | 'status'>
>;

/** What a receipt attests to anyone who opens its page; the name is masked. */
export interface Attested {
  name: string;
  unit: string;
  course_title: string;
  project_number: string;
  project_name: string;
  at: string;
  recorded_at: string;
  day: string;
  source: CheckIn['source'];
  /** What is read out, whatever the receipt's address. */
  ending?: string;
  /** False once the organiser has struck the record. */
  recognised?: boolean;
}

/** What the server writes into the H5 shell. On the scan page one of scan, refusal, recorded is set. */
export interface Boot {
  page: 'scan' | 'home' | 'records' | 'login' | 'receipt';
  server_now: string;
  me: Person | null;
  code: string | null;
  scan: Scan | null;
  refusal: Problem | null;
  recorded: CheckInRecord | null;
  attested: Attested | null;
  repeat_s: number;
  /** The Official Account's AppID: only inside WeChat, and only where there is one. */
  wechat?: string;
}
