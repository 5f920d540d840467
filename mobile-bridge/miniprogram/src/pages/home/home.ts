// The start page: scan, one's records, the account, the reader's preferences; and scans that are still under way.
// It must not decide anything about a check-in.

import {
  CAMERA_FAULTS,
  HOME,
  MINI_PROGRAM,
  NOTICES,
  PRIVACY,
  SEEN_INSTEAD,
  SHELL,
  UNBIND,
  is_answered,
  time_of,
  type Attempt,
  type Sentence,
} from '@zaichang/core';
import { beside, context, t } from '../../context.ts';
import { NO_ANSWER, one_after_another, trouble_line } from '../../trouble.ts';
import { go, look, name_page, scan, type Tap } from '../page.ts';

interface Kept {
  alert: { text: string; settings: boolean } | null;
  asked_to_log_out: boolean;
  unbound: boolean;
  ends: (() => void)[];
}

Component({
  data: { look: look(), view: null as ReturnType<typeof view_of> | null },

  methods: {
    kept(): Kept {
      const self = this as unknown as { own?: Kept };
      self.own ??= { alert: null, asked_to_log_out: false, unbound: false, ends: [] };
      return self.own;
    },

    onLoad(query: { seen?: string }) {
      const { outbox, login } = context();
      if (query.seen !== undefined) this.seen_instead(query.seen);
      this.kept().ends.push(
        outbox.watch(() => this.show()),
        login.watch(() => this.show()),
      );
      this.show();
      void login.quietly();
    },

    onShow() {
      this.show();
    },

    onUnload() {
      this.kept()
        .ends.splice(0)
        .forEach((end) => end());
    },

    show() {
      name_page(HOME.title);
      const data = { look: look(), view: view_of(this.kept()) };
      if (JSON.stringify(data) !== JSON.stringify(this.data)) this.setData(data);
    },

    /** A foreign QR code is named, so that a scan without effect is explained. */
    seen_instead(seen: string) {
      const failed = seen === 'failed';
      const words = failed ? null : SEEN_INSTEAD[seen as keyof typeof SEEN_INSTEAD];
      const text = words
        ? t(words)
        : failed
          ? one_after_another(t(CAMERA_FAULTS.denied.what), t(MINI_PROGRAM.scanner_failed_why))
          : '';
      this.kept().alert = text === '' ? null : { text, settings: failed };
    },

    async scan() {
      this.kept().alert = null;
      const found = await scan();
      if (found === 'failed') this.seen_instead('failed');
      else if (found !== null) this.seen_instead(found.is === 'damaged' ? 'damaged' : found.kind);
      this.show();
    },

    open(tap: Tap) {
      go(tap.currentTarget.dataset.does);
    },

    open_scan(tap: { currentTarget: { dataset: { code: string } } }) {
      go('scan', { code: tap.currentTarget.dataset.code });
    },

    settings() {
      wx.openAppAuthorizeSetting({});
    },

    change_size() {
      context().preferences.change_size();
      this.show();
    },

    change_language() {
      context().preferences.change_language();
      this.show();
    },

    async log_out() {
      const kept = this.kept();
      if (under_way().length > 0 && !kept.asked_to_log_out) {
        kept.asked_to_log_out = true;
        return this.show();
      }
      kept.asked_to_log_out = false;
      if (!(await context().login.log_out())) {
        kept.alert = { text: trouble_line(NO_ANSWER), settings: false };
      }
      this.show();
    },

    async unbind() {
      const kept = this.kept();
      kept.alert = null;
      if (!(await confirmed_unbinding())) return;
      const problem = await context().login.unbind();
      kept.unbound = problem === null;
      if (problem !== null) kept.alert = { text: trouble_line(problem), settings: false };
      this.show();
    },

    stay() {
      this.kept().asked_to_log_out = false;
      this.show();
    },
  },
});

/** Under way, or answered while the page was closed; another person's scans are not shown. */
function notices(): Attempt[] {
  const { outbox, who } = context();
  const me = who.read();
  return outbox.all().filter((attempt) => {
    const theirs = 'person' in attempt && attempt.person !== null && attempt.person !== me?.id;
    return !(is_answered(attempt) && attempt.seen) && !(theirs && me !== null);
  });
}

const under_way = (): Attempt[] =>
  notices().filter(({ state }) => state === 'sending' || state === 'deferred');

/** WeChat's own dialogue, which a tap beside it does not answer with yes. */
const confirmed_unbinding = (): Promise<boolean> =>
  new Promise((resolve) => {
    const left = under_way().length;
    wx.showModal({
      title: t(UNBIND.title),
      content: t(UNBIND.asked) + (left > 0 ? `\n${t(HOME.log_out_pauses, { count: left })}` : ''),
      confirmText: t(UNBIND.yes),
      cancelText: t(UNBIND.no),
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    });
  });

function view_of({ alert, asked_to_log_out, unbound }: Kept) {
  const { who, preferences } = context();
  const me = who.read();
  return {
    title: heading(HOME.title),
    what: t(HOME.what_to_do),
    done: me === null && unbound ? t(UNBIND.done) : '',
    hint: me === null ? t(HOME.not_logged_in) : '',
    alert: alert?.text ?? '',
    settings: alert?.settings ? t(MINI_PROGRAM.settings) : '',
    notices: notices().map((attempt) => ({
      code: attempt.code,
      sign: attempt.state === 'refused' ? 'no' : is_answered(attempt) ? 'seal' : 'soon',
      text: t(NOTICES[attempt.state]),
      under: notice_under(attempt),
    })),
    me: me && {
      name: me.name,
      under: [me.unit, me.department].filter(Boolean).join(' · '),
      log_out: t(SHELL.log_out),
    },
    unbind: t(UNBIND.title),
    records: t(SHELL.my_records),
    log_in: t(SHELL.log_in),
    privacy: t(PRIVACY.title),
    size: {
      text: t(MINI_PROGRAM.large_text),
      value: t(preferences.large() ? MINI_PROGRAM.on : MINI_PROGRAM.off),
    },
    language: t(MINI_PROGRAM.language),
    asked: asked_to_log_out
      ? {
          text: t(HOME.log_out_pauses, { count: under_way().length }),
          stay: t(HOME.stay),
          anyway: t(HOME.log_out_anyway),
        }
      : null,
    scan: t(SHELL.scan),
  };
}

function notice_under(attempt: Attempt): string {
  const scanned = t(HOME.scanned_at, { time: time_of(attempt.scanned_at) });
  const course = 'course' in attempt ? attempt.course : null;
  return course ? `${scanned} · ${course.title}` : scanned;
}

const heading = (sentence: Sentence) => ({ text: t(sentence), beside: beside(sentence) });
