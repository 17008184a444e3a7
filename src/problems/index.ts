import {airflowProblems} from './airflow.ts';
import {hostProblems} from './host.ts';
import {operationProblems} from './operation.ts';
import {profileProblems} from './profile.ts';
import {readerProblems} from './reader.ts';

/** Every expected failure: its title says what is so, its hint what to do. */
export const catalogue = {
  ...airflowProblems,
  ...hostProblems,
  ...profileProblems,
  ...operationProblems,
  ...readerProblems,
} as const satisfies Record<string, {readonly title: string; readonly hint: string}>;

export type ProblemCode = keyof typeof catalogue;
