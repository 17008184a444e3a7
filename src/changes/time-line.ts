import type {Problem} from '../problems/problem.ts';
import {type Entry, fold} from './fold.ts';
import type {Told} from './source.ts';

/** What became of one question: an answer, a failure, both (the answer is then older), or nothing yet. */
export type Answer = {
  readonly whom: string;
  readonly title: string;
  readonly told: Told | undefined;
  readonly problem: Problem | undefined;
};

/** What is not known of somebody, and why. */
export type Gap = {readonly whom: string; readonly titles: readonly string[]; readonly problem: Problem};

export type TimeLine = {
  /** Newest first. */
  readonly entries: readonly Entry[];
  /** Whole sentences, each once. */
  readonly remarks: readonly string[];
  /** One for each reason: three sources that may not read the journal are one. */
  readonly gaps: readonly Gap[];
  /** Who has not answered yet. */
  readonly waiting: readonly string[];
};

/** All answers on one time line. A source that fails leaves the others as they are. */
export function timeLine(answers: readonly Answer[]): TimeLine {
  const told = answers.flatMap(answer => answer.told ?? []);
  const failed = answers.flatMap(({whom, title, problem}) => (problem === undefined ? [] : [{whom, title, problem}]));
  const gaps = [...Map.groupBy(failed, ({whom, problem}) => `${whom}\n${problem.message}`).values()].flatMap(group => {
    const [first] = group;
    return first === undefined
      ? []
      : [{whom: first.whom, titles: group.map(({title}) => title), problem: first.problem}];
  });
  const silent = answers.filter(answer => answer.told === undefined && answer.problem === undefined);
  return {
    entries: fold(told.flatMap(({changes}) => changes)),
    remarks: [...new Set(told.flatMap(({remarks}) => remarks))],
    gaps,
    waiting: [...new Set(silent.map(({whom}) => whom))],
  };
}

/** "Not known of af-1: boots, packages of the system. The login user may not read the journal: …. Add …" */
export function gapSentence({whom, titles, problem}: Gap): string {
  const what = titles.map(title => title.charAt(0).toLowerCase() + title.slice(1)).join(', ');
  return `Not known of ${whom}: ${what}. ${problem.message.replace(/\.$/, '')}. ${problem.hint}`;
}
