import type {Patient} from './patient.ts';
import type {Diagnosed} from './planted.ts';

const old = {level: 'warning', check: 'end-of-life', text: /^Airflow 2 gets no fixes any more/} as const;
const broken = {
  level: 'warning',
  check: 'import-errors',
  text: /^1 DAG file cannot be imported: broken_import\.py \(ModuleNotFoundError/,
} as const;
const sqlite = {
  level: 'warning',
  check: 'database-kind',
  text: /^The metadata database of \S+ is an SQLite file: it allows one writer at a time\.$/,
} as const;
const sequential = {
  level: 'warning',
  check: 'executor',
  text: /^The executor on \S+ is SequentialExecutor: one task at a time, and the scheduler waits for it\.$/,
} as const;

const butBroken = {level: 'warning', sentence: /^Airflow is scheduling, but: 1 DAG file cannot be imported/} as const;

/** All that is said of a sound host, and of a plain one, before anything is planted. */
const healthy: Readonly<Record<'sound' | 'plain', Readonly<Record<2 | 3, Diagnosed>>>> = {
  sound: {
    2: {finds: [old], verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: Airflow 2 gets no fixes/}},
    3: {finds: [], verdict: {level: 'ok', sentence: /^Airflow is scheduling\. The scheduler reported .* ago\.$/}},
  },
  plain: {
    2: {finds: [broken, sequential, sqlite, old], verdict: butBroken},
    3: {finds: [broken, sqlite], verdict: butBroken},
  },
};

export const healthOf = ({sound, major}: Patient): Diagnosed => healthy[sound ? 'sound' : 'plain'][major];
