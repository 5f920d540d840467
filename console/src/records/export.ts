// One export from the request to the saved file: the server writes the file in the background. It must not know how it is drawn.
import { Refusal } from '../api/refusal';
import type { Export } from '../api/types';

/** What is being waited for. */
export type Progress = 'queued' | 'running' | 'loading';

export interface Way {
  ask(): Promise<Export>;
  look(id: string): Promise<Export>;
  /** Keeps the file; gives the name it was kept under. */
  keep(id: string): Promise<string>;
  pause(ms: number): Promise<void>;
}

/** A file lies on one server; a balancer may route to another one first, several times. */
const elsewhereTries = 20;
const longestPauseMs = 3000;

/** The name the file was kept under; what went wrong is thrown as a refusal. */
export async function carryOut(way: Way, tell: (progress: Progress) => void): Promise<string> {
  let one = await way.ask();
  for (let looks = 1; one.state === 'queued' || one.state === 'running'; looks++) {
    tell(one.state);
    await way.pause(Math.min(250 * looks, longestPauseMs));
    one = await way.look(one.id);
  }
  tell('loading');
  for (let tries = 1; ; tries++) {
    try {
      return await way.keep(one.id);
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.code !== 'export_elsewhere' || tries === elsewhereTries)
        throw thrown;
      await way.pause(thrown.retryAfterMs ?? 200);
    }
  }
}
