import type {Evidence} from './evidence.ts';
import type {Finding, Place} from './finding.ts';

/** One question about health. Judges what was seen and asks nobody; "not found out" is a finding too. */
export type Check = {
  readonly id: string;
  /** The question, for the documentation: "Does the scheduler report?" */
  readonly question: string;
  /** The screen where it is cured, when no key of this one does it. */
  readonly see?: Place;
  readonly judge: (evidence: Evidence) => readonly Judgement[];
};

/** A finding without the name of its check and the place that is the same for all of them. */
export type Judgement = Omit<Finding, 'check' | 'see'>;
