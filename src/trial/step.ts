import type {Problem} from '../problems/problem.ts';

/** One question of a trial. */
export type StepQuestion = {
  /** A host as the profile names it, or "API". */
  readonly subject: string;
  /** "host key": its name, the same in each release. */
  readonly step: string;
  readonly question: string;
};

export type StepAnswer = StepQuestion & {readonly tookMs: number} & (
    | {readonly outcome: 'passed'; readonly found: string}
    | {readonly outcome: 'failed'; readonly problem: Problem}
    | {readonly outcome: 'not-asked'; readonly why: string}
  );

/** A question, and how it is answered. */
export type Step = {
  readonly name: string;
  readonly question: string;
  /** How long it may take, without the time that questions to a person take. */
  readonly limitMs: number;
  /** Steps that must not have failed. */
  readonly needs: readonly string[];
  /** What was found, in words. Throws `Problem` where the step fails. Only reads. */
  readonly ask: (signal: AbortSignal) => Promise<string | NotAsked>;
};

/** There is nothing to ask, for a reason that is no failure. */
export class NotAsked {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}
