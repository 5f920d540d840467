// Verdicts on the rows of a list: which are chosen, which verdict is being given on which of them, and what was done last.
// Another filter or page begins anew. It must not know the verdicts.
import { ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue';
import { useChosen, type Chosen } from './use-chosen';

export interface Judging<Row, Verdict> {
  chosen: Chosen<Row>;
  /** Under way: a dialog asks for the rest. */
  judging: ShallowRef<{ verdict: Verdict; rows: readonly Row[] } | null>;
  judge(verdict: Verdict, rows: readonly Row[]): void;
  /** What was done last, in words. */
  done: Ref<string>;
  /** What it was not done on, and why. */
  left: Ref<string>;
  judged(words: string, leftOut?: string): void;
}

/** `shown` is what the list shows: its filter and its page. */
export function useJudging<Row extends { id: string }, Verdict>(
  rows: () => readonly Row[],
  shown: WatchSource[],
): Judging<Row, Verdict> {
  const chosen = useChosen(rows);
  const done = ref('');
  const left = ref('');
  const judging = shallowRef<{ verdict: Verdict; rows: readonly Row[] } | null>(null);
  function judged(words: string, leftOut = ''): void {
    done.value = words;
    left.value = leftOut;
    chosen.none();
  }
  watch(shown, () => judged(''));
  const judge = (verdict: Verdict, rows: readonly Row[]) => (judging.value = { verdict, rows });
  return { chosen, judging, judge, done, left, judged };
}
