import type {RunAs} from './host.ts';

/** "as airflow": beside a step, so that it is seen whose rights it takes. */
export const runAsWords = (as: RunAs | undefined): string =>
  typeof as === 'object' ? `as ${as.user}` : as === 'root' ? 'as root' : 'as the login user';
