// What a person does with the phone: opens the scanned address, logs in, closes the page. Pages come and go; the phone stays.
// Shared by the outbox's stories and its property test.

import { api_over } from '../src/api.ts';
import { is_answered, type Attempt } from '../src/attempt.ts';
import { sender } from '../src/sender.ts';
import { with_face } from '../src/face.ts';
import { next_with_face } from '../src/next-face.ts';
import { make_outbox, type Outbox } from '../src/outbox.ts';
import type { HttpRequest, Platform, Wake } from '../src/platform.ts';
import { server_clock, type ServerClock } from '../src/server-clock.ts';
import { session_in, with_session, type Session } from '../src/session.ts';
import { store_in } from '../src/store.ts';
import { FakePhone, type Line } from './fake-phone.ts';
import { FakeServer } from './fake-server.ts';

/** A browser has a cookie and no face check; a mini-program keeps its session itself and can run one. */
export type Program = 'browser' | 'mini_program';

export interface OpenPage {
  outbox: Outbox;
  session: Session;
  wake(why: Wake): void;
  close(): void;
}

export class Hand {
  server: FakeServer;
  phone: FakePhone;
  pages: OpenPage[] = [];
  /** Every answer that any page ever showed, by scan: a code scanned anew after a refusal is another scan. */
  shown = new Map<string, Set<string>>();
  /** What people do on the provider's page, and whether they ever come back from it. */
  face: 'passed' | 'failed' | 'pending' | 'killed' = 'passed';
  #program: Program;

  constructor(random?: () => number, program: Program = 'browser') {
    this.#program = program;
    this.server = new FakeServer(() => this.phone.now);
    this.phone = new FakePhone((request) => {
      const session = this.#session_of(request);
      return () => this.server.answer(request, session);
    }, random);
  }

  /** Whose request it is when it leaves: a cookie names a living session or none, a token may name one that has ended. */
  #session_of({ bearer }: HttpRequest): number | null | undefined {
    if (this.#program === 'browser') return this.server.session;
    return bearer === undefined ? null : this.server.tokens.get(bearer);
  }

  /** Opens any page of ours. Null when there is no line: then the browser shows its own error page. */
  open(): OpenPage | null {
    if (this.phone.line !== 'up' || this.server.mood === 'broken') return null;
    const page = this.phone.page();
    const session = session_in(page.platform.storage);
    const outbox =
      this.#program === 'browser' ? this.#browsers(page.platform) : this.#mini_programs(page.platform);
    outbox.watch(() => outbox.all().forEach((attempt) => this.#look(attempt)));
    const opened = { outbox, session, wake: page.wake, close: () => (outbox.close(), page.close()) };
    this.pages.push(opened);
    outbox.open(this.#who_is_here(page.platform));
    return opened;
  }

  /** A browser learns from the server who it is; a mini-program knows only what it stored. */
  #who_is_here({ storage }: Platform): number | null {
    if (this.#program === 'browser') return this.server.session;
    return session_in(storage).read() === null ? null : (store_in(storage).person() ?? null);
  }

  #browsers(platform: Platform): Outbox {
    const clock = this.#clock(platform);
    return make_outbox({
      platform,
      clock,
      sender: sender(api_over(platform, { kind: 'h5' }), clock.now, platform.random),
      store: store_in(platform.storage),
      on_session_lost: () => {},
    });
  }

  #mini_programs(plain: Platform): Outbox {
    const session = session_in(plain.storage);
    const platform = with_session(plain, session);
    const clock = this.#clock(platform);
    const client = { kind: 'wechat', device_id: '0123456789abcdef' } as const;
    const plain_sender = sender(api_over(platform, client), clock.now, platform.random);
    const page = { show: (verify_id: string) => this.#show_face(verify_id) };
    return make_outbox({
      platform,
      clock,
      sender: with_face(plain_sender, { platform, client, page, now: clock.now }),
      store: store_in(platform.storage),
      next: next_with_face,
      on_session_lost: session.forget,
    });
  }

  #clock = (platform: Platform): ServerClock =>
    server_clock(platform.clock, new Date(this.phone.now).toISOString());

  #show_face(verify_id: string): Promise<void> {
    const check = this.server.face_checks[Number(verify_id.slice(2))];
    if (check !== undefined && this.face !== 'killed') check.said = this.face;
    return this.face === 'killed' ? new Promise(() => {}) : Promise.resolve();
  }

  /** Opens the address in a scanned QR, as the phone's own scanner does; the line may change right after. */
  open_code(code: string, line_then: Line = this.phone.line): OpenPage | null {
    const page = this.open();
    if (page === null) return null;
    if (this.#program === 'mini_program') {
      // The address is handed to the mini-program, which exchanges the code itself.
      this.phone.line = line_then;
      page.outbox.scan(code);
      page.outbox.seen(code);
      return page;
    }
    const { scan, recorded, kept } = this.server.judge(code);
    this.phone.line = line_then;
    if (scan) page.outbox.admit(code, scan);
    if (recorded) page.outbox.found(code, recorded);
    if (kept) page.outbox.keep(code, kept, 2_000);
    page.outbox.seen(code);
    return page;
  }

  log_in(person: number): void {
    const page = this.pages[this.pages.length - 1];
    if (this.phone.line !== 'up' || this.server.mood === 'broken' || page === undefined) return;
    this.become(person);
    const handed_in = page.outbox.anonymous_pass();
    const bound = handed_in === null ? null : this.server.bind(handed_in, person);
    page.outbox.logged_in(person, handed_in, bound);
  }

  /** The session itself, without notice to the outbox. */
  become(person: number): void {
    this.server.session = person;
    const session = session_in(this.phone.page().platform.storage);
    if (this.#program === 'mini_program') {
      session.keep(this.server.issue(person));
      store_in(this.phone.page().platform.storage).note_person(person);
    }
  }

  /** The server forgets who is logged in; the phone does not know it yet. */
  session_ends(): void {
    this.server.session = null;
    this.server.tokens.clear();
  }

  log_out(): void {
    this.session_ends();
    session_in(this.phone.page().platform.storage).forget();
    this.pages[this.pages.length - 1]?.outbox.logged_out();
  }

  close_all(): void {
    for (const page of this.pages.splice(0)) page.close();
  }

  /** The answers shown for every scan of the code. */
  answers(code: string): string[] {
    return [...this.shown].flatMap(([scan, answers]) => (scan.startsWith(code) ? [...answers] : []));
  }

  #look(attempt: Attempt): void {
    if (!is_answered(attempt)) return;
    const answer = attempt.state === 'refused' ? attempt.problem.code : attempt.receipt;
    const scan = `${attempt.code}@${attempt.scanned_at}`;
    this.shown.set(scan, (this.shown.get(scan) ?? new Set()).add(answer));
  }
}
