import {cronStep} from './cron.ts';

/** When a DAG runs, and how Airflow 3.3 writes it. */
export type Timetable =
  | {readonly kind: 'none'}
  | {readonly kind: 'asset'}
  | {readonly kind: 'cron'; readonly expression: string; readonly description: string}
  | {readonly kind: 'every'; readonly everyMs: number; readonly summary: string};

export const summary = (timetable: Timetable): string | null => {
  switch (timetable.kind) {
    case 'none':
      return null;
    case 'asset':
      return 'Asset';
    case 'cron':
      return timetable.expression;
    case 'every':
      return timetable.summary;
  }
};

export const description = (timetable: Timetable): string => {
  switch (timetable.kind) {
    case 'none':
      return 'Never, external triggers only';
    case 'asset':
      return 'Triggered by assets';
    case 'cron':
      return timetable.description;
    case 'every':
      return '';
  }
};

export const isPeriodic = (timetable: Timetable): boolean => timetable.kind === 'cron' || timetable.kind === 'every';

/** The first time after `ms`; undefined where no clock starts the DAG. */
export const nextAfter = (timetable: Timetable, ms: number): number | undefined => step(timetable, ms, 1);

/** The last time before `ms`; undefined where no clock starts the DAG. */
export const lastBefore = (timetable: Timetable, ms: number): number | undefined => step(timetable, ms, -1);

function step(timetable: Timetable, ms: number, direction: 1 | -1): number | undefined {
  if (timetable.kind === 'cron') return cronStep(timetable.expression, ms, direction);
  if (timetable.kind !== 'every') return undefined;
  const at = Math.floor(ms / timetable.everyMs) * timetable.everyMs;
  if (direction === 1) return at + timetable.everyMs;
  return at === ms ? at - timetable.everyMs : at;
}
