import {howItEnded, shortName} from '../units/words.ts';
import {age} from '../words.ts';
import type {Change} from './change.ts';
import type {JournalEvent} from './journal-events.ts';

/** What systemd says of units, by the numbers of its catalogue (232 to 257; `succeeded` since 244, `pressure` since 248). */
export const unitMessages = {
  started: '39f53479d3a045ac8e11786248231fbf',
  notStarted: 'be02cf6855d2428ba40df7e9d022f03d',
  stopped: '9d1aaa27d60140bd96365438aad20286',
  succeeded: '7ad2d189f7e94e70a38c781354912448',
  exited: '98e322203f7a4ed290d09fe03c09fe15',
  failed: 'd9b373ed55a64feb8242e02dbe79a49c',
  restarting: '5eb03494b6584870a536b337290809b3',
  outOfMemory: 'fe6faa94e7774663a0da52717891d8ef',
  pressure: 'd989611b15e44c9dbf31e3c81256e4ed',
} as const;

/** A start so soon after a stop is one restart. */
const restartMs = 2 * 60_000;

/** What is so far known of a unit that is on its way to another state. */
type Way =
  | {readonly at: 'exited'; readonly atMs: number; readonly how: string}
  | {readonly at: 'ended'; readonly atMs: number; readonly restarting: boolean}
  | {readonly at: 'failed'; readonly atMs: number; readonly how: string; readonly restarting: boolean}
  | {readonly at: 'stopped'; readonly atMs: number};

/**
 * What happened to units, out of what systemd wrote on the way: a process that ended, the failure and the start after it are one
 * change, and so are a stop and the start after it. Events oldest first; times stay those of the host.
 */
export function unitChanges(host: string, events: readonly JournalEvent[]): readonly Change[] {
  const changes: Change[] = [];
  const ways = new Map<string, Way>();
  const tell = (
    unit: string,
    atMs: number,
    kind: Change['kind'],
    verb: string,
    says: Change['says'],
    detail?: string,
  ) =>
    changes.push({
      atMs,
      host,
      kind,
      subject: shortName({name: unit}),
      says,
      // Units that fail are told apart; those that are started together belong together.
      group: kind === 'unit' ? verb : `${unit} ${verb}`,
      ...(detail === undefined ? {} : {detail}),
    });
  const settle = (unit: string) => {
    const way = ways.get(unit);
    ways.delete(unit);
    if (way?.at === 'failed') tell(unit, way.atMs, 'failure', 'failed', same(`failed (${way.how})`));
    if (way?.at === 'stopped') tell(unit, way.atMs, 'unit', 'stopped', {one: 'was stopped', many: 'were stopped'});
    if (way?.at === 'ended') tell(unit, way.atMs, 'unit', 'ended', same('ended by itself, without a failure'));
  };
  for (const {atMs, id, unit, exit, result} of events) {
    const way = ways.get(unit);
    switch (id) {
      case unitMessages.exited:
        if (way?.at !== 'exited') settle(unit);
        ways.set(unit, {at: 'exited', atMs, how: ending(exit, '')});
        break;
      case unitMessages.failed: {
        const began = way?.at === 'exited' ? way : {atMs, how: ending(undefined, result)};
        if (way?.at !== 'exited') settle(unit);
        ways.set(unit, {
          at: 'failed',
          atMs: began.atMs,
          how:
            result === 'oom-kill'
              ? ending(exit, result)
              : result === 'timeout'
                ? `${began.how}: the time limit of its stop or start was over`
                : began.how,
          restarting: false,
        });
        break;
      }
      case unitMessages.succeeded:
        ways.set(unit, {at: 'ended', atMs, restarting: false});
        break;
      case unitMessages.restarting:
        if (way?.at === 'failed' || way?.at === 'ended') ways.set(unit, {...way, restarting: true});
        break;
      case unitMessages.stopped:
        // systemd before 250 calls a unit stopped that it restarts by itself.
        if ((way?.at === 'failed' || way?.at === 'ended') && way.restarting) break;
        if (way?.at !== 'ended') settle(unit);
        ways.set(unit, {at: 'stopped', atMs});
        break;
      case unitMessages.started:
        ways.delete(unit);
        if (way?.at === 'failed' && way.restarting) {
          const after = `started it again ${age(atMs - way.atMs)} later`;
          tell(unit, way.atMs, 'failure', 'failed', same(`failed (${way.how}), and systemd started it again`), after);
        } else if (way?.at === 'ended' && way.restarting) {
          tell(unit, way.atMs, 'unit', 'came back', same('ended by itself, and systemd started it again'));
        } else if (way?.at === 'stopped' && atMs - way.atMs <= restartMs) {
          tell(unit, way.atMs, 'unit', 'restarted', {one: 'was restarted', many: 'were restarted'});
        } else if (way?.at === 'ended' && atMs - way.atMs < 1000) {
          // What runs once is called started when it has ended.
          break;
        } else {
          if (way !== undefined) {
            ways.set(unit, way);
            settle(unit);
          }
          tell(unit, atMs, 'unit', 'started', {one: 'was started', many: 'were started'});
        }
        break;
      case unitMessages.notStarted:
        if (way?.at !== 'failed') settle(unit);
        ways.delete(unit);
        tell(
          unit,
          atMs,
          'failure',
          'not started',
          same(way?.at === 'failed' ? `could not be started (${way.how})` : 'could not be started'),
        );
        break;
      case unitMessages.outOfMemory:
        tell(unit, atMs, 'memory', 'memory', same('lost a process: the kernel killed it for lack of memory'));
        break;
      case unitMessages.pressure:
        tell(unit, atMs, 'memory', 'pressure', same('lost processes: systemd-oomd killed them for lack of memory'));
        break;
      default:
    }
  }
  for (const unit of [...ways.keys()]) settle(unit);
  return changes;
}

const same = (says: string): Change['says'] => ({one: says, many: says});

/** "killed, signal 9", "exit 1", or systemd's own word. */
function ending(exit: JournalEvent['exit'], result: string): string {
  const by = exit === undefined ? {} : exit.code === 'exited' ? {exitCode: exit.status} : {signal: exit.status};
  return howItEnded({ended: {result, ...by}}) ?? 'the reason is in its journal';
}
