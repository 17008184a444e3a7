import {classWords} from './class-words.ts';
import type {AgeRow, ClassRow} from './views.ts';

/** "task logs". */
export function className({class: is, entries}: Pick<ClassRow, 'class' | 'entries'>): string {
  if (is === 'leftovers') return is;
  if (is === 'journal') return 'journald';
  if (is === 'deleted') return 'deleted, but still open';
  // `scheduler` up to 2.11, `dag_processor` since 3.0; an upgraded installation has both.
  const folders = is === 'dag-file' ? [...new Set(entries.flatMap(entry => entry.places))] : [];
  const [only] = folders;
  if (only === undefined || folders.length > 1) return classWords[is].row;
  return only === 'scheduler' ? 'scheduler, per DAG file' : `${only}, per file`;
}

/** "30 to 90 days". */
export function ageName({fromDays, toDays}: AgeRow): string {
  if (toDays === undefined) return `older than ${fromDays} days`;
  if (fromDays === 0) return 'the last 24 hours';
  return `${fromDays} to ${toDays} days`;
}
