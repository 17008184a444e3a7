import {oneLine} from '../../text.ts';
import {age, bytes as sized} from '../../words.ts';
import type {Tally} from '../clean-result.ts';
import {files, number, othersWords} from '../clean-words.ts';
import type {CleanPlan} from '../plan.ts';

/** What was packed and verified so far. */
export type Stock = {archives: number; files: number; bytes: number};

export const archiveTitle = (host: string, root: string, where: string): string =>
  `Archive ${oneLine(root, 100)} of ${host} in ${oneLine(where, 100)}`;

export const intoLine = (where: string): string =>
  `Into ${oneLine(where, 200)}: a .tar.gz with its index for each DAG and day. It is read back before its originals go.`;

export const sameVolume = 'The archive is on the volume of the logs: only what compression saves comes free.';

export const noRoom = (free: number, needed: number): string =>
  `There are ${sized(free)} free for the archive, and the logs have ${sized(needed)} before they are compressed.`;

export const growingStay = (count: number): string =>
  `${files(count)} that ${count === 1 ? 'grows is' : 'grow are'} not archived: a clean-up empties ${count === 1 ? 'it' : 'them'}.`;

export function archiveText({files: count, bytes, directories}: CleanPlan, where: string): string {
  const folders =
    directories === 0 ? '' : `, remove ${number(directories)} ${directories === 1 ? 'folder' : 'folders'} then empty`;
  return `archive ${files(count)} (${sized(bytes)}) in ${oneLine(where, 100)}, delete what was read back whole${folders}`;
}

/** "9,998 of 10,000 files were archived and deleted, 1.2 GB; 120 archives have 34 MB; 2 had changed". */
export function archivedWords(plan: CleanPlan, tally: Tally, stock: Stock): string {
  const gone = tally.of('d');
  const both = stock.files - gone;
  const others = othersWords(tally);
  return [
    `${number(gone)} of ${files(plan.files)} were archived and deleted, ${sized(tally.freedBytes)}`,
    `; ${number(stock.archives)} ${stock.archives === 1 ? 'archive has' : 'archives have'} ${sized(stock.bytes)}`,
    ...(both <= 0 ? [] : [`; ${files(both)} ${both === 1 ? 'is' : 'are'} in the archive and still in place`]),
    ...(plan.directories === 0
      ? []
      : [`, ${number(tally.of('D'))} of ${number(plan.directories)} folders were removed`]),
    ...(others.length === 0 ? [] : [`; ${others.join(', ')}`]),
  ].join('');
}

/** How far it is, and how fast. */
export function archivingWords(plan: CleanPlan, stock: Stock, onTheWay: number, tookMs: number): string {
  const perSecond = stock.files / Math.max(0.001, tookMs / 1000);
  const left = plan.files - stock.files;
  const rest = stock.files === 0 ? '' : `, ${age((left / Math.max(0.1, perSecond)) * 1000)} left`;
  return `${number(stock.files)} of ${files(plan.files)} archived, ${sized(stock.bytes + onTheWay)} packed, ${number(Math.round(perSecond))} a second${rest}`;
}
