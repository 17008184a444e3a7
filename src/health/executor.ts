import {lookup} from '../config/lookup.ts';
import type {Evidence} from './evidence.ts';
import {unitsOf} from './heartbeat.ts';
import {installations, isVersion, type Stands, standing} from './settings.ts';

/** The executor of each host. SequentialExecutor is the default up to 2.11; 3.0 removed it and reads LocalExecutor in its place. */
export const executorOf = (evidence: Evidence): readonly Stands[] =>
  standing(evidence, {
    section: 'core',
    option: 'executor',
    byDefault: installation => (isVersion(installation, 3) ? 'LocalExecutor' : 'SequentialExecutor'),
  });

/** How many tasks may run at once: each scheduler takes `parallelism` of them (2.0 to 3.3). Undefined: unlimited (0), or not known. */
export function executorSlots(evidence: Evidence): number | undefined {
  const read = installations(evidence);
  const each = unitsOf(evidence, 'scheduler')
    .filter(({state}) => state === 'active')
    .map(unit => {
      const installation = read.find(({host}) => host === unit.host)?.installation;
      if (installation === undefined) return 0;
      return Number(lookup(installation.settings, 'core', 'parallelism', installation)?.value ?? 32);
    });
  if (each.length === 0 || each.some(slots => !(slots > 0))) return undefined;
  return each.reduce((sum, slots) => sum + slots, 0);
}
