// What admins may change comes with its version, which a change sends back: `ETag` of a read, `If-Match` of a write.
// It must not know what is changed, nor show anything.

/** What was read, with the version that a change of it sends back. */
export type Versioned<T> = T & { readonly version: string };

/** What stands instead of the version a change was based on, as the server's refusal reports it. */
export interface Meanwhile {
  current: object;
  version: string;
  /** Null if no account changed it. */
  changedBy: string | null;
  changedAt: string | null;
}

/** A proxy that compresses marks the tag as weak (`W/"7"`), by which nothing may be changed; the version is the same. */
export function versionIn(headers: Headers): string {
  return (headers.get('ETag') ?? '').replace(/^W\//, '');
}

/** The parts of a `changed_meanwhile` body, if they are valid. */
export function meanwhileIn(body: Record<string, unknown>, headers: Headers | undefined): Meanwhile | null {
  const { code, current, changed_by, changed_at } = body;
  if (code !== 'changed_meanwhile' || headers === undefined) return null;
  if (typeof current !== 'object' || current === null) return null;
  return {
    current,
    version: versionIn(headers),
    changedBy: typeof changed_by === 'string' ? changed_by : null,
    changedAt: typeof changed_at === 'string' ? changed_at : null,
  };
}
