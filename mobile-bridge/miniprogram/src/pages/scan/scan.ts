// Where every scan arrives: opened by the ordinary link's QR, by our own scanner, or from a notice on the start page.
// Shows the one state the scan is in; the outbox moves it on. It must not send anything itself.

import {
  SHELL,
  is_answered,
  may_follow,
  nth_today,
  present_again,
  watch_spot_check,
  type Attempt,
  type CheckIn,
  type Problem,
  type SpotCheckWatch,
} from '@zaichang/core';
import { context } from '../../context.ts';
import { scanned_in, type ScanQuery } from '../../scan-entry.ts';
import { tell_position } from '../../position.ts';
import { subscribe, subscription_wanted, type Subscribed } from '../../subscription.ts';
import { refusal_view, type Refusal, type RefusalView } from '../../views/refusal-view.ts';
import { result_view, type ResultView } from '../../views/result-view.ts';
import { face_view, login_view, way_view, type WayView } from '../../views/way-view.ts';
import { each_second, go, go_home, look, name_page, replace, scan, type Tap } from '../page.ts';

/** What this page has besides the outbox. */
interface Kept {
  code: string | null;
  for_staff: boolean;
  subscribed: Subscribed | null;
  spot: { receipt: string; watch: SpotCheckWatch } | null;
  /** Which of the day's the result is, once the person's records have been read. */
  nth: ReturnType<typeof nth_today>;
  /** The server has this phone's distance from the hall. */
  located: boolean;
  visible: boolean;
  /** Server Unix ms: when a kept pass was last presented by itself. */
  presented_at: number;
  ends: (() => void)[];
}

const AGAIN_AFTER_MS = 60_000;

const MALFORMED: Problem = { code: 'code_malformed', status: 0 };
const OTHERS: Problem = { code: 'other_person', status: 0 };
const GONE: Problem = { code: 'pass_expired', status: 0 };

type View = WayView | ResultView | RefusalView | { kind: 'none'; actions: [] };

function fresh(): Kept {
  return {
    code: null,
    for_staff: false,
    subscribed: null,
    spot: null,
    nth: null,
    located: false,
    visible: true,
    presented_at: -Infinity,
    ends: [],
  };
}

/** Which view an attempt is shown by. */
function view_of(attempt: Attempt | null, kept: Kept): View {
  const refused = (refusal: Omit<Refusal, 'for_staff'>): RefusalView =>
    refusal_view({ ...refusal, for_staff: kept.for_staff });
  if (kept.code === null) return refused({ problem: MALFORMED });
  if (attempt === null) return refused({ problem: GONE });
  switch (attempt.state) {
    case 'recorded':
    case 'already':
      return result_view(attempt, {
        spot: kept.spot?.watch.notice() ?? null,
        subscribed: subscription_wanted(attempt) ? kept.subscribed : undefined,
        located: kept.located,
        nth: kept.nth,
      });
    case 'refused':
      return refused(attempt);
    case 'needs_face': {
      const trouble = attempt.at.step === 'waits' ? attempt.at.trouble : null;
      return kept.for_staff && trouble
        ? refused({ ...attempt, problem: { code: 'face_required', status: 403 } })
        : face_view(attempt);
    }
    case 'needs_login': {
      const someone_else = context().who.read() !== null;
      return someone_else ? refused({ ...attempt, problem: OTHERS }) : login_view(attempt);
    }
    default:
      return way_view(attempt);
  }
}

Component({
  data: { look: look(), view: { kind: 'none', actions: [] } as View },

  methods: {
    kept(): Kept {
      const self = this as unknown as { own?: Kept };
      self.own ??= fresh();
      return self.own;
    },

    onLoad(query: ScanQuery) {
      const kept = this.kept();
      const { outbox, login } = context();
      name_page(SHELL.scan);
      const scanned = scanned_in(query);
      if (scanned.is === 'code') {
        kept.code = scanned.code;
        if (outbox.find(scanned.code) === null || query.q !== undefined) outbox.scan(scanned.code);
      }
      kept.ends.push(
        outbox.watch(() => this.follow()),
        login.watch(() => this.follow()),
      );
      kept.ends.push(each_second(() => this.show()));
      this.follow();
      void login.quietly();
    },

    onShow() {
      this.kept().visible = true;
      this.follow();
    },

    onHide() {
      this.kept().visible = false;
      this.kept().spot?.watch.rest();
    },

    onUnload() {
      const { ends, spot } = this.kept();
      spot?.watch.rest();
      ends.splice(0).forEach((end) => end());
    },

    attempt(): Attempt | null {
      const { code } = this.kept();
      return code === null ? null : context().outbox.find(code);
    },

    /** What a change of the attempt asks for, then the view. */
    follow() {
      const kept = this.kept();
      const attempt = this.attempt();
      if (attempt !== null && is_answered(attempt)) context().outbox.seen(attempt.code);
      if (attempt !== null && 'receipt' in attempt && kept.spot?.receipt !== attempt.receipt) {
        kept.spot?.watch.rest();
        const { receipt } = attempt;
        const changed = () => this.show();
        const watch = watch_spot_check(context().platform, receipt, changed, () => void this.locate(receipt));
        kept.spot = { receipt, watch };
        void this.count(attempt.check_in);
      }
      if (kept.visible) kept.spot?.watch.look();
      this.look_again(attempt);
      this.show();
    },

    /** Read after the result is on screen, from the person's own records. */
    async count(check_in: CheckIn) {
      const answer = await context().api.records(null);
      this.kept().nth = answer.is === 'value' ? nth_today(check_in, answer.value) : null;
      this.show();
    },

    /** Opened or looked at again: the approval that the scan waits for may have come. */
    look_again(attempt: Attempt | null) {
      const kept = this.kept();
      const { outbox, who, clock } = context();
      const me = who.read();
      const now = clock.now();
      const once = kept.visible && now > kept.presented_at + AGAIN_AFTER_MS;
      if (!once || me === null || attempt === null || !may_follow(attempt, now)) return;
      kept.presented_at = now;
      present_again(outbox, attempt, me.id);
    },

    async submit_again() {
      const { outbox, who, login } = context();
      if (who.read() === null) await login.on_request();
      const attempt = this.attempt();
      const me = who.read();
      if (me === null) go('bind', { back: '1' });
      else if (attempt !== null) present_again(outbox, attempt, me.id);
    },

    async locate(receipt: string) {
      if (!(await tell_position(receipt))) return;
      this.kept().located = true;
      this.show();
    },

    show() {
      const kept = this.kept();
      const view = view_of(this.attempt(), kept);
      const data = { look: look(), view };
      // Each second most of it is the same: WeChat is only handed what is not.
      if (JSON.stringify(data) !== JSON.stringify(this.data)) this.setData(data);
    },

    async press(tap: Tap) {
      const kept = this.kept();
      const { code } = kept;
      const { outbox, login } = context();
      switch (tap.currentTarget.dataset.does) {
        case 'try_now':
          return code === null ? undefined : outbox.try_now(code);
        case 'log_in_now':
          return login.try_now();
        case 'log_in_by_phone':
          return go('bind', { back: '1', by: 'phone' });
        case 'try_again':
          return code === null ? undefined : (outbox.scan(code), this.show());
        case 'present_again':
          return void (await this.submit_again());
        case 'show_staff':
          kept.for_staff = !kept.for_staff;
          return this.show();
        case 'scan':
          return void (await this.scan_again());
        case 'bind':
        case 'log_in':
          return go('bind', { back: '1' });
        case 'switch_person':
          if (await login.log_out()) go('bind', { back: '1', by: 'phone' });
          return;
        case 'records':
          return replace('records');
        case 'subscribe':
          kept.subscribed = await subscribe();
          return this.show();
        case 'home':
          return go_home();
      }
    },

    async scan_again() {
      const found = await scan(replace);
      if (found === null) return;
      go('home', { seen: found === 'failed' ? 'failed' : found.is === 'damaged' ? 'damaged' : found.kind });
    },

    receipt() {
      const attempt = this.attempt();
      if (attempt !== null && 'receipt' in attempt) go('receipt', { receipt: attempt.receipt });
    },
  },
});
