import type {Version} from './versions.ts';

/** A line of releases that the Airflow project gives no fixes any more, not even for security. */
export type EndOfLife = {
  /** "Airflow 2" */
  readonly of: string;
  readonly atMs: number;
  readonly source: string;
};

const source = 'the table "Version Life Cycle" in the README of apache/airflow, seen in November 2026';

/** 3.x has no date yet. */
const ends: Readonly<Partial<Record<Version['major'], EndOfLife>>> = {
  2: {of: 'Airflow 2', atMs: Date.UTC(2026, 3, 22), source},
};

/** When the support of a version ends or ended; undefined where no date is known. */
export const endOfLife = (version: Version): EndOfLife | undefined => ends[version.major];
