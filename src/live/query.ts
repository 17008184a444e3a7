/** Something that is asked again and again while somebody looks at it. Defined once, beside its subject or in live/. */
export type Query<T> = {
  /** What an operation names in `touches`. */
  readonly name: string;
  /** What tells two queries of one name apart. */
  readonly args: readonly string[];
  /** Whom it asks: the API, a host. When one query is answered again, the others of the same that failed are asked at once. */
  readonly asks?: string;
  /** The pace while all goes well. */
  readonly everyMs: number;
  /**
   * Asks. `show` may be called with what is there so far: it is shown when there is nothing older to show.
   * Throws `Problem`.
   */
  readonly read: (signal: AbortSignal, show: (partial: T) => void) => Promise<T>;
};
