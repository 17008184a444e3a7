import type {ComponentType} from 'react';

/** One tab. */
export type Screen = {
  readonly id: string;
  /** The digit that opens it, the same for ever: a screen that is missing leaves a gap. */
  readonly key: string;
  readonly title: string;
  readonly component: ComponentType;
};
