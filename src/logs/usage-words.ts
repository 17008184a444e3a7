import type {AgeRow, ClassRow} from './views.ts';

/** "task logs". */
export function className({class: is, entries}: Pick<ClassRow, 'class' | 'entries'>): string {
  switch (is) {
    case 'task':
      return 'task logs';
    case 'dag-file': {
      // `scheduler` up to 2.11, `dag_processor` since 3.0; an upgraded installation has both.
      const folders = new Set(entries.flatMap(entry => entry.places));
      if (folders.size !== 1) return 'logs per DAG file';
      return folders.has('scheduler') ? 'scheduler, per DAG file' : `${[...folders][0]}, per file`;
    }
    case 'manager':
      return 'dag_processor_manager';
    case 'webserver':
      return 'web server';
    case 'component':
      return 'other components';
    case 'unknown':
      return 'not understood';
    case 'journal':
      return 'journald';
    case 'deleted':
      return 'deleted, but still open';
    default:
      return is;
  }
}

/** "30 to 90 days". */
export function ageName({fromDays, toDays}: AgeRow): string {
  if (toDays === undefined) return `older than ${fromDays} days`;
  if (fromDays === 0) return 'the last 24 hours';
  return `${fromDays} to ${toDays} days`;
}
