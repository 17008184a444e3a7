import {bytes, count, counted} from '../../components/text/words.ts';
import type {Usage} from '../../src/logs/usage.ts';
import {oneLine} from '../../src/text.ts';
import {age} from '../../src/words.ts';

type Seen = {
  readonly usage: Usage<unknown> | undefined;
  readonly atMs: number | undefined;
  /** It is being counted, the first time or again. */
  readonly asking: boolean;
  /** The folder that is shown. */
  readonly place: string;
  readonly host: string | undefined;
  readonly marks: number;
};

/** What is being counted, how far it is, and how old it is. Two parts: the right one says what can be done. */
export function scanLine({usage, atMs, asking, place, host, marks}: Seen, nowMs: number): readonly [string, string] {
  const where = `${host === undefined ? '' : `${host} `}${oneLine(place)}`;
  const marked = marks === 0 ? '' : `${count(marks)} marked`;
  if (usage === undefined) return [where, marked];
  const sum = `${counted(usage.files, {one: 'file', many: 'files'})}, ${bytes(usage.bytes)}`;
  const took = age(usage.tookMs);
  if (usage.state === 'running') return [`${where}   scanning: ${sum}, ${took}`, '^C stops'];
  if (usage.state === 'stopped') return [`${where}   stopped after ${took}: ${sum}. s goes on from the start`, marked];
  if (asking) return [`${where}   ${sum}; counting again`, '^C stops'];
  const old = atMs === undefined ? '' : `, counted ${age(Math.max(1000, nowMs - atMs))} ago`;
  return [`${where}   ${sum}${old}`, marked];
}
