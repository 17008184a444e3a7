import type {Seen} from '../live/live.ts';
import type {ProblemCode} from '../problems/index.ts';
import type {Judgement} from './check.ts';
import {type Evidence, failedAt} from './evidence.ts';
import {isWithoutDatabase} from './heartbeat.ts';

/** Found by checks of their own: the login, and an API that went away since it told its health. */
const toldElsewhere: readonly ProblemCode[] = ['airflow.unauthorised', 'airflow.forbidden', 'airflow.unreachable'];

/**
 * What a check says when it was asked for and failed: nothing is fine because nobody could look. Where the API does not even tell its
 * health, or Airflow has no database, that is found once, and says why the rest is not known.
 */
export function notFoundOut(
  evidence: Evidence,
  seen: Seen<unknown> | undefined,
  about: string,
  what: string,
): readonly Judgement[] {
  if (evidence.airflow?.problem !== undefined || isWithoutDatabase(evidence)) return [];
  const problem = seen?.problem;
  if (problem === undefined || toldElsewhere.includes(problem.code)) return [];
  return [
    {
      about,
      level: 'unknown',
      text: `${what} is not known: ${problem.title.toLowerCase()}.`,
      hint: problem.hint,
      evidence: [{name: 'answer', value: problem.message, source: 'the API', ...failedAt(seen)}],
    },
  ];
}
