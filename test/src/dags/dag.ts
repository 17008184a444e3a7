import type {Dag, DagDetails, Schedule} from '../../../src/airflow/api.ts';

export const dag = (id: string, changes: Partial<Dag> = {}): Dag => ({
  id,
  displayName: id,
  paused: true,
  owners: ['data'],
  tags: [],
  schedule: {kind: 'none'},
  hasImportErrors: false,
  ...changes,
});

export const details = (id: string, changes: Partial<DagDetails> = {}): DagDetails => ({
  ...dag(id),
  params: [],
  catchup: true,
  ...changes,
});

export const cron = (expression: string): Schedule => ({kind: 'cron', expression});
export const every = (everyMs: number): Schedule => ({kind: 'every', everyMs});
