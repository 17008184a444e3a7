import type {Unit} from './unit.ts';

/** Linux, x86 and arm alike. */
const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/** How a unit ended, for a sentence: "killed, signal 9", "exit 1". Undefined where nothing is to be said. */
export function howItEnded({ended}: Pick<Unit, 'ended'>): string | undefined {
  if (ended === undefined) return undefined;
  if (ended.result === 'oom-kill') return 'killed: out of memory';
  if (ended.signal !== undefined) {
    const name = signals[ended.signal];
    return `killed, signal ${ended.signal}${name === undefined || ended.signal === 9 ? '' : ` ${name}`}`;
  }
  if (ended.exitCode !== undefined && ended.exitCode !== 0) return `exit ${ended.exitCode}`;
  if (ended.result === 'success' || ended.result === '') return undefined;
  return ended.result;
}

/** The name of a unit without its suffix, as people say it. */
export const shortName = (unit: {readonly name: string}): string => unit.name.replace(/\.service$/, '');
