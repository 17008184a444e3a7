import type {Level} from '../../../src/health/finding.ts';
import type {Patient} from './patient.ts';

/** A finding that must be there. */
export type Expected = {readonly level: Level; readonly check: string; readonly text: RegExp};

export type Diagnosed = {
  readonly finds: readonly Expected[];
  readonly verdict: {readonly level: Level; readonly sentence: RegExp; readonly why?: RegExp; readonly key?: 'R' | 'U'};
};

/** A state of ill health, and what windsock must say of it. */
export type PlantedState = {
  /** "a scheduler that was killed" */
  readonly name: string;
  /** Where it can be planted; absent: on both. */
  readonly only?: 2 | 3;
  /** Left to `npm run test:lab:full`. */
  readonly slow?: true;
  readonly plant: (patient: Patient) => Promise<unknown>;
  readonly heal: (patient: Patient) => Promise<unknown>;
  /** All of these and those of the healthy host, and no others. */
  readonly finds: readonly Expected[];
  /** Findings that may come with it: what could not be found out because of it. */
  readonly mayFind?: RegExp;
  /** Absent: that of the healthy host. */
  readonly verdict?: Diagnosed['verdict'];
  /** From the moment that it is planted. Default: 30 s. */
  readonly withinMs?: number;
};
