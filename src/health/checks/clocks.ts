import type {ClockAhead} from '../../host/clock.ts';
import {age} from '../../words.ts';
import type {Check} from '../check.ts';
import {answered, type Evidence, fresh} from '../evidence.ts';

/** 3.x refuses a token that comes from more than 10 s in the future. */
const muchMs = 10_000;

type Clock = {readonly of: string; readonly ahead: ClockAhead; readonly atMs: number};

/** The API, the hosts and this machine agree about the time. */
export const clocksCheck: Check = {
  id: 'clocks',
  question: 'Do the clocks of the API, the hosts and this machine agree?',
  judge: evidence => {
    const clocks = clocksOf(evidence);
    if (clocks.length === 0) return [];
    const facts = clocks.map(({of, ahead, atMs}) => ({
      name: of,
      value: offset(ahead),
      source: 'compared with this machine',
      atMs,
    }));
    const pairs = clocks.flatMap((a, index) => clocks.slice(index + 1).map(b => ({a, b, apartMs: apartMs(a, b)})));
    const worst = pairs.toSorted((one, other) => Math.abs(other.apartMs) - Math.abs(one.apartMs))[0];
    if (worst !== undefined && Math.abs(worst.apartMs) >= muchMs) {
      const [fast, slow] = worst.apartMs > 0 ? [worst.a, worst.b] : [worst.b, worst.a];
      return [
        {
          about: 'clocks',
          level: 'warning',
          text: `The clock of ${fast.of} is ${age(Math.abs(worst.apartMs))} ahead of that of ${slow.of}: tokens and logs may be refused.`,
          hint: 'Let both follow the same time server: "timedatectl" there says whether they do.',
          evidence: facts,
        },
      ];
    }
    const here: Clock = {of: 'this machine', ahead: {atLeastMs: 0, atMostMs: 0}, atMs: evidence.nowMs};
    // It is this one that is wrong where none of the others agrees with it.
    const offMs = clocks.map(clock => apartMs(clock, here)).toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0;
    if (Math.abs(offMs) >= muchMs) {
      const how = offMs > 0 ? 'behind' : 'ahead';
      return [
        {
          about: 'clocks',
          level: 'note',
          text: `The clock of this machine is ${age(Math.abs(offMs))} ${how}; ages are told by the clocks of the servers.`,
          evidence: facts,
        },
      ];
    }
    return [{about: 'clocks', level: 'ok', text: 'All clocks agree to 10 s.', evidence: facts}];
  },
};

function clocksOf(evidence: Evidence): readonly Clock[] {
  const airflow = answered(evidence);
  const ofHosts = evidence.hosts.flatMap(({host, units}) => {
    const seen = fresh(units);
    return seen?.clockAhead === undefined ? [] : [{of: host, ahead: seen.clockAhead, atMs: seen.seenAtMs}];
  });
  if (airflow?.clockAheadMs === undefined) return ofHosts;
  // The API tells it to a second and half of the time that the answer took.
  const slackMs = 1000 + airflow.tookMs / 2;
  const ahead = {atLeastMs: airflow.clockAheadMs - slackMs, atMostMs: airflow.clockAheadMs + slackMs};
  return [{of: 'the API', ahead, atMs: airflow.answeredAtMs}, ...ofHosts];
}

/** How far `a` is ahead of `b` at least; 0 where they may be the same. */
function apartMs({ahead: a}: Clock, {ahead: b}: Clock): number {
  if (a.atLeastMs > b.atMostMs) return a.atLeastMs - b.atMostMs;
  if (b.atLeastMs > a.atMostMs) return a.atMostMs - b.atLeastMs;
  return 0;
}

function offset({atLeastMs, atMostMs}: ClockAhead): string {
  if (atLeastMs > 0) return `${age(atLeastMs)} ahead`;
  return atMostMs < 0 ? `${age(-atMostMs)} behind` : 'the same';
}
