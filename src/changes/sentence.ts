import {oneLine} from '../text.ts';
import {age, count} from '../words.ts';
import {type Change, kinds} from './change.ts';

/** So many subjects are named; the others are counted. */
const named = 3;

/** What happened, in one sentence without its time; for several changes of one group with their number and span. */
export function sentence(changes: readonly Change[]): string {
  const last = changes.at(-1);
  if (last === undefined) return '';
  const subjects = [...new Set(changes.map(({subject}) => oneLine(subject, 120)))];
  const says = subjects.length === 1 ? last.says.one : last.says.many;
  return oneLine(`${enumerated(subjects, kinds[last.kind].noun)} ${says}${repeated(changes, subjects.length)}`, 600);
}

function enumerated(subjects: readonly string[], noun: {readonly one: string; readonly many: string}): string {
  const shown = subjects.length <= named ? subjects : subjects.slice(0, named - 1);
  const rest = subjects.length - shown.length;
  const parts = rest === 0 ? shown : [...shown, `${count(rest)} other ${rest === 1 ? noun.one : noun.many}`];
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function repeated(changes: readonly Change[], subjects: number): string {
  const spanMs = (changes.at(-1)?.atMs ?? 0) - (changes[0]?.atMs ?? 0);
  if (changes.length <= subjects) return spanMs < 60_000 ? '' : ` within ${age(spanMs)}`;
  const span = spanMs < 1000 ? '' : ` in ${age(spanMs)}`;
  return subjects === 1 ? `, ${times(changes.length)}${span}` : `, ${times(changes.length)} in all${span}`;
}

const times = (amount: number): string => (amount === 2 ? 'twice' : `${count(amount)} times`);
