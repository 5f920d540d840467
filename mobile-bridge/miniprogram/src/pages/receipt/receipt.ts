// What a receipt attests, shown on this phone; the name is masked by the server.
// It must not need a login, and knows nothing beyond what the receipt says.

import { RECEIPT, SHELL, SOURCES, CHECK_IN, day_of, day_words, receipt_tail, time_of } from '@zaichang/core';
import type { Attested, Problem } from '@zaichang/core';
import { beside, context, t } from '../../context.ts';
import { problem_in } from '../../trouble.ts';
import { refusal_view, type RefusalView } from '../../views/refusal-view.ts';
import { go_home, look, name_page, replace, scan, type Tap } from '../page.ts';

interface Kept {
  receipt: string;
  attested: Attested | null;
  problem: Problem | null;
  for_staff: boolean;
}

Component({
  data: { look: look(), view: null as ReturnType<typeof view_of> | RefusalView | null },

  methods: {
    kept(): Kept {
      const self = this as unknown as { own?: Kept };
      self.own ??= { receipt: '', attested: null, problem: null, for_staff: false };
      return self.own;
    },

    async onLoad({ receipt = '' }: { receipt?: string }) {
      this.kept().receipt = decodeURIComponent(receipt);
      name_page(RECEIPT.valid);
      await this.load();
    },

    async load() {
      const kept = this.kept();
      kept.problem = null;
      this.show();
      const answer = await context().api.attested(kept.receipt);
      if (answer.is === 'value') kept.attested = answer.value;
      else kept.problem = receipt_problem(problem_in(answer));
      this.show();
    },

    show() {
      const kept = this.kept();
      const { problem, for_staff } = kept;
      const view = problem === null ? view_of(kept) : refusal_view({ problem, for_staff });
      const data = { look: look(), view };
      if (JSON.stringify(data) !== JSON.stringify(this.data)) this.setData(data);
    },

    async press(tap: Tap) {
      const kept = this.kept();
      switch (tap.currentTarget.dataset.does) {
        case 'try_again':
          return this.load();
        case 'show_staff':
          kept.for_staff = !kept.for_staff;
          return this.show();
        case 'scan':
          return void (await scan(replace));
        case 'home':
          return go_home();
      }
    },
  },
});

/** Whatever the server calls it, an unknown or damaged receipt reads the same. */
const receipt_problem = (found: Problem): Problem =>
  found.status >= 400 && found.status < 429 ? { ...found, code: 'receipt_invalid' } : found;

function view_of({ receipt, attested }: Kept) {
  const actions = [{ text: t(SHELL.home), does: 'home', second: true }];
  if (attested === null) return { kind: 'loading' as const, text: t(SHELL.loading), actions };
  const struck = attested.recognised === false;
  const seal = struck ? RECEIPT.seal_not_recognised : RECEIPT.seal;
  const title = struck ? RECEIPT.not_recognised : RECEIPT.valid;
  return {
    kind: 'attested' as const,
    seal: {
      word: t(seal),
      beside: beside(seal),
      around: t(CHECK_IN.seal_around),
      date: attested.day.replace(/-/g, '.'),
      mood: struck ? ('waiting' as const) : ('done' as const),
    },
    title: { text: t(title), beside: beside(title) },
    attests: t(struck ? RECEIPT.not_recognised_why : RECEIPT.attests),
    rows: [
      { name: t(RECEIPT.name), value: attested.name, strong: true },
      { name: t(RECEIPT.unit), value: attested.unit },
      { name: t(RECEIPT.course), value: attested.course_title },
      { name: t(RECEIPT.project), value: `${attested.project_number} ${attested.project_name}` },
      { name: t(RECEIPT.at), value: instant_words(attested.at), strong: true },
      { name: t(RECEIPT.recorded_at), value: instant_words(attested.recorded_at) },
      { name: t(RECEIPT.source), value: t(SOURCES[attested.source]) },
      { name: t(RECEIPT.tail), value: receipt_tail(attested.ending ?? receipt) },
    ].filter(({ value }) => value),
    masked: t(RECEIPT.masked),
    actions,
  };
}

function instant_words(instant: string): string {
  const { preferences, clock } = context();
  return `${day_words(day_of(instant), preferences.language(), day_of(clock.now()))} ${time_of(instant)}`;
}
