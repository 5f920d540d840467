// One's own check-ins, newest first, grouped by day, page by page.
// It must not show another person's: without a login it asks for one.

import { RECORDS, SHELL, SOURCES, add_records, by_day, day_of, day_words, time_of } from '@zaichang/core';
import type { CheckInRecord } from '@zaichang/core';
import { beside, context, t } from '../../context.ts';
import { problem_in, trouble_line } from '../../trouble.ts';
import { go, look, name_page, scan } from '../page.ts';

interface Kept {
  stage: 'out' | 'loading' | 'more' | 'all' | 'failed';
  records: CheckInRecord[];
  cursor: string | null;
  /** Records that the server could not read. */
  left_out: number;
  trouble: string;
  /** Whose records these are. */
  person: number | null;
}

Component({
  data: { look: look(), view: null as ReturnType<typeof view_of> | null },

  methods: {
    kept(): Kept {
      const self = this as unknown as { own?: Kept };
      self.own ??= { stage: 'loading', records: [], cursor: null, left_out: 0, trouble: '', person: null };
      return self.own;
    },

    onLoad() {
      name_page(RECORDS.title);
      this.show();
    },

    /** Also after a login on the page on top. */
    async onShow() {
      await this.begin();
    },

    async begin() {
      const kept = this.kept();
      await context().login.quietly();
      const me = context().who.read();
      if (me === null) {
        Object.assign(kept, { stage: 'out', records: [], cursor: null, left_out: 0, person: null });
        return this.show();
      }
      if (kept.person === me.id) return;
      Object.assign(kept, { records: [], cursor: null, left_out: 0, person: me.id });
      await this.load();
    },

    async load() {
      const kept = this.kept();
      kept.stage = 'loading';
      kept.trouble = '';
      this.show();
      const answer = await context().api.records(kept.cursor);
      if (answer.is === 'value') {
        kept.records = add_records(kept.records, answer.value.items);
        kept.left_out += answer.value.unreadable ?? 0;
        kept.cursor = answer.value.next ?? null;
        kept.stage = kept.cursor === null ? 'all' : 'more';
      } else if (answer.is === 'refused' && answer.problem.code === 'login_required') {
        context().outbox.logged_out();
        context().login.lost();
        kept.person = null;
        return this.begin();
      } else {
        kept.trouble = trouble_line(problem_in(answer));
        kept.stage = 'failed';
      }
      this.show();
    },

    show() {
      const data = { look: look(), view: view_of(this.kept()) };
      if (JSON.stringify(data) !== JSON.stringify(this.data)) this.setData(data);
    },

    log_in() {
      go('bind');
    },

    async scan() {
      const found = await scan();
      if (found !== null) {
        go('home', { seen: found === 'failed' ? 'failed' : found.is === 'damaged' ? 'damaged' : found.kind });
      }
    },

    receipt(tap: { currentTarget: { dataset: { receipt: string } } }) {
      go('receipt', { receipt: tap.currentTarget.dataset.receipt });
    },
  },
});

function view_of({ stage, records, left_out, trouble }: Kept) {
  const { preferences, clock } = context();
  const language = preferences.language();
  const today = day_of(clock.now());
  const none = stage === 'all' && records.length === 0 && left_out === 0;
  return {
    title: { text: t(RECORDS.title), beside: beside(RECORDS.title) },
    days: by_day(records).map(({ day, records: of_day }) => ({
      day,
      words: day_words(day, language, today),
      count: t(RECORDS.on_day, { count: of_day.length }),
      rows: of_day.map(({ check_in, receipt, recognised }) => ({
        receipt,
        time: time_of(check_in.at),
        title: check_in.course_title,
        under: [
          check_in.project_name,
          check_in.source === 'scan' ? '' : t(SOURCES[check_in.source]),
          recognised === false ? t(RECORDS.not_recognised) : '',
        ]
          .filter(Boolean)
          .join(' · '),
      })),
    })),
    left_out: left_out > 0 ? t(RECORDS.left_out, { count: left_out }) : '',
    none: none ? { text: t(RECORDS.none), why: t(RECORDS.none_why) } : null,
    loading: stage === 'loading' ? t(SHELL.loading) : '',
    end: stage === 'all' && !none ? t(RECORDS.no_more) : '',
    trouble,
    action:
      stage === 'out'
        ? { text: t(SHELL.log_in), does: 'log_in', second: false }
        : stage === 'failed'
          ? { text: t(SHELL.try_again), does: 'load', second: false }
          : stage === 'more'
            ? { text: t(RECORDS.more), does: 'load', second: true }
            : none
              ? { text: t(SHELL.scan), does: 'scan', second: false }
              : null,
  };
}
