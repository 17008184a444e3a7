import type {Evidence} from './evidence.ts';
import {isVersion, type Stands, standing} from './settings.ts';

/** The executor of each host. SequentialExecutor is the default up to 2.11; 3.0 removed it and reads LocalExecutor in its place. */
export const executorOf = (evidence: Evidence): readonly Stands[] =>
  standing(evidence, {
    section: 'core',
    option: 'executor',
    byDefault: installation => (isVersion(installation, 3) ? 'LocalExecutor' : 'SequentialExecutor'),
  });
