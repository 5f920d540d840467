// The display channel's frames, parsed into valid types. A frame with a fault is dropped.
// It must not know the page, the socket or the time.
import { type Day, parseDay } from './shanghai';

export interface Period {
  from: Day;
  to: Day;
}

export interface Course {
  title: string;
  projectNumber: string;
  projectName: string;
  venue: string;
  place: string;
  period: Period[];
  cap: number | null;
  opens: string;
  closes: string;
}

export type Welcome = { type: 'welcome'; resume: string; serverNow: number; course: Course };
export type Code = {
  type: 'code';
  seq: number;
  size: number;
  path: string;
  validFrom: number;
  validUntil: number;
  serverNow: number;
};
export type Count = {
  type: 'count';
  seq: number;
  attendees: number;
  checkIns: number;
  /** Distinct people of the whole period: what the cap counts. Null from a node of the release before. */
  seatsTaken: number | null;
  cap: number | null;
  at: number;
};
export type ScreenState = {
  type: 'state';
  seq: number;
  state: 'open' | 'not_open' | 'closed' | 'full';
  reason: string | null;
  opensAt: number | null;
};
/** All people present are asked for a second scan until `closesAt`; what is over has closed at 0. */
export type SpotCheck = { type: 'spot_check'; seq: number; closesAt: number; serverNow: number };
/** `reconnectWithinMs`: over so long its node's pages come back if it ends the connection; 0 where they are few. */
export type Pong = { type: 'pong'; serverNow: number; reconnectWithinMs: number };
export type Frame = Welcome | Code | Count | ScreenState | SpotCheck | Pong;

type Json = { [field: string]: unknown };

class Fault extends Error {}

/** Null for anything but a whole, known, valid frame: it is dropped and changes nothing. */
export function parseFrame(text: unknown): Frame | null {
  try {
    return frame(object(JSON.parse(text as string)));
  } catch {
    return null;
  }
}

function frame(json: Json): Frame | null {
  const seq = (): number => whole(json.seq);
  const serverNow = (): number => instant(json.server_now);
  switch (json.type) {
    case 'welcome':
      return {
        type: 'welcome',
        resume: filled(json.resume),
        serverNow: serverNow(),
        course: course(object(json.course)),
      };
    case 'code':
      return { type: 'code', seq: seq(), serverNow: serverNow(), ...picture(json), ...validity(json) };
    case 'count':
      return {
        type: 'count',
        seq: seq(),
        attendees: whole(json.attendees),
        checkIns: whole(json.check_ins),
        seatsTaken: orNull(json.seats_taken, whole),
        cap: orNull(json.cap, whole),
        at: instant(json.at),
      };
    case 'state':
      return {
        type: 'state',
        seq: seq(),
        state: stateName(json.state),
        reason: orNull(json.reason, filled),
        opensAt: orNull(json.opens_at, instant),
      };
    case 'spot_check':
      return {
        type: 'spot_check',
        seq: seq(),
        serverNow: serverNow(),
        closesAt: orNull(json.closes_at, instant) || 0,
      };
    case 'pong':
      return {
        type: 'pong',
        serverNow: serverNow(),
        reconnectWithinMs: orNull(json.reconnect_within_ms, whole) || 0,
      };
    default:
      return null;
  }
}

/** The address inside the code is left where it is: the page draws the picture and needs no more. */
function picture(json: Json): { size: number; path: string } {
  const size = whole(json.size);
  const path = filled(json.path);
  must(size >= 21 && size <= 177 && size % 4 === 1);
  must(path.length <= 65_536 && /^M[-MHVLZ\d ,.]+$/i.test(path));
  return { size, path };
}

function validity(json: Json): { validFrom: number; validUntil: number } {
  const validFrom = instant(json.valid_from);
  const validUntil = instant(json.valid_until);
  must(validFrom < validUntil);
  return { validFrom, validUntil };
}

function stateName(value: unknown): ScreenState['state'] {
  must(/^(open|not_open|closed|full)$/.test(filled(value)));
  return value as ScreenState['state'];
}

function course(json: Json): Course {
  return {
    title: filled(json.title),
    projectNumber: text(json.project_number),
    projectName: text(json.project_name),
    venue: text(json.venue),
    place: text(json.place),
    period: list(json.period).map(period),
    cap: orNull(json.cap, whole),
    opens: text(json.opens),
    closes: text(json.closes),
  };
}

function period(value: unknown): Period {
  const json = object(value);
  const from = parseDay(text(json.from));
  const to = parseDay(text(json.to));
  if (from === null || to === null || to < from) throw new Fault();
  return { from, to };
}

function must(sound: boolean): void {
  if (!sound) throw new Fault();
}

function object(value: unknown): Json {
  must(typeof value === 'object' && value !== null && !Array.isArray(value));
  return value as Json;
}

function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  must(Array.isArray(value));
  return value as unknown[];
}

/** A text that may be missing. */
function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  must(typeof value === 'string');
  return value as string;
}

function filled(value: unknown): string {
  must(text(value) !== '');
  return value as string;
}

function whole(value: unknown): number {
  must(typeof value === 'number' && value >= 0 && Number.isSafeInteger(value));
  return value as number;
}

function instant(value: unknown): number {
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/;
  const ms = shape.test(text(value)) ? Date.parse(value as string) : NaN;
  must(!Number.isNaN(ms));
  return ms;
}

function orNull<T>(value: unknown, parse: (value: unknown) => T): T | null {
  return value === undefined || value === null ? null : parse(value);
}
