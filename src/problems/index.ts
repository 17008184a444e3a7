import {activityProblems} from './activity.ts';
import {airflowProblems} from './airflow.ts';
import {configProblems} from './config.ts';
import {hostProblems} from './host.ts';
import {logProblems} from './logs.ts';
import {operationProblems} from './operation.ts';
import {profileProblems} from './profile.ts';
import {readerProblems} from './reader.ts';
import {storeProblems} from './store.ts';

/** Every expected failure: its title says what is so, its hint what to do. */
export const catalogue = {
  ...airflowProblems,
  ...hostProblems,
  ...configProblems,
  ...logProblems,
  ...profileProblems,
  ...operationProblems,
  ...activityProblems,
  ...readerProblems,
  ...storeProblems,
} as const satisfies Record<string, {readonly title: string; readonly hint: string}>;

export type ProblemCode = keyof typeof catalogue;
