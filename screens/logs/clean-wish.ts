/** That somebody wants to clean up or archive the logs of a host, and what is proposed for it. */
export type CleanWish = {
  readonly host: string;
  /** The log folder that is meant; absent: the installation's `base_log_folder`. */
  readonly folder?: string;
  /** The volume is full: what brings it down at once is proposed. */
  readonly isFull: boolean;
  /** The journal of the host is meant, in place of Airflow's files. */
  readonly journal?: true;
  /** Only the logs of this DAG are proposed. */
  readonly dagId?: string;
  /** What is marked: whole paths. */
  readonly under?: readonly string[];
  /** They are archived in place of deleted; the place that is proposed, or nothing. */
  readonly into?: string;
};
