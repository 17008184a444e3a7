import type {Evidence} from './evidence.ts';
import type {Finding} from './finding.ts';

/** One question about health. Judges what was seen and asks nobody; "not found out" is a finding too. */
export type Check = {
  readonly id: string;
  /** The question, for the documentation: "Does the scheduler report?" */
  readonly question: string;
  readonly judge: (evidence: Evidence) => readonly Judgement[];
};

/** A finding without the name of its check. */
export type Judgement = Omit<Finding, 'check'>;
