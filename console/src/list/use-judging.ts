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
  judged(words: string): void;
}

/** `shown` is what the list shows: its filter and its page. */
export function useJudging<Row extends { id: string }, Verdict>(
  rows: () => readonly Row[],
  shown: WatchSource[],
): Judging<Row, Verdict> {
  const chosen = useChosen(rows);
  const done = ref('');
  const judging = shallowRef<{ verdict: Verdict; rows: readonly Row[] } | null>(null);
  function judged(words: string): void {
    done.value = words;
    chosen.none();
  }
  watch(shown, () => judged(''));
  return { chosen, judging, judge: (verdict, rows) => (judging.value = { verdict, rows }), done, judged };
}
