/** That somebody wants to clean up or archive the logs of a host, and what is proposed for it. */
export type CleanWish = {
  readonly host: string;
  /** The volume is full: what brings it down at once is proposed. */
  readonly isFull: boolean;
  /** What is marked: whole paths. */
  readonly under?: readonly string[];
  /** They are archived in place of deleted; the place that is proposed, or nothing. */
  readonly into?: string;
};
