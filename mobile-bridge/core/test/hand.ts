// What a person does with the phone: opens the scanned address, logs in, closes the page. Pages come and go; the phone stays.
// Shared by the outbox's stories and its property test.

import { api_over } from '../src/api.ts';
import { is_answered, type Attempt } from '../src/attempt.ts';
import { courier } from '../src/courier.ts';
import { make_outbox, type Outbox } from '../src/outbox.ts';
import type { Wake } from '../src/platform.ts';
import { server_clock } from '../src/server-clock.ts';
import { shelf_in } from '../src/shelf.ts';
import { FakePhone, type Line } from './fake-phone.ts';
import { FakeServer } from './fake-server.ts';

export interface OpenPage {
  outbox: Outbox;
  wake(why: Wake): void;
  close(): void;
}

export class Hand {
  server: FakeServer;
  phone: FakePhone;
  pages: OpenPage[] = [];
  /** Every answer that any page ever showed, by scan: a code scanned anew after a refusal is another scan. */
  shown = new Map<string, Set<string>>();

  constructor(random?: () => number) {
    this.server = new FakeServer(() => this.phone.now);
    this.phone = new FakePhone((request) => {
      const session = this.server.session;
      return () => this.server.answer(request, session);
    }, random);
  }

  /** Opens any page of ours. Null when there is no line: then the browser shows its own error page. */
  open(): OpenPage | null {
    if (this.phone.line !== 'up' || this.server.mood === 'broken') return null;
    const page = this.phone.page();
    const { platform } = page;
    const clock = server_clock(platform.clock, new Date(this.phone.now).toISOString());
    const outbox = make_outbox({
      platform,
      clock,
      courier: courier(api_over(platform, { kind: 'h5' }), clock.now, platform.random),
      shelf: shelf_in(platform.storage),
      on_session_lost: () => {},
    });
    outbox.watch(() => outbox.all().forEach((attempt) => this.#look(attempt)));
    const opened = { outbox, wake: page.wake, close: () => (outbox.close(), page.close()) };
    this.pages.push(opened);
    outbox.open(this.server.session);
    return opened;
  }

  /** Opens the address in a scanned QR, as the phone's own scanner does; the line may change right after. */
  open_code(code: string, line_then: Line = this.phone.line): OpenPage | null {
    const page = this.open();
    if (page === null) return null;
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
    this.server.session = person;
    const handed_in = page.outbox.anonymous_pass();
    const bound = handed_in === null ? null : this.server.bind(handed_in, person);
    page.outbox.logged_in(person, handed_in, bound);
  }

  log_out(): void {
    this.server.session = null;
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
