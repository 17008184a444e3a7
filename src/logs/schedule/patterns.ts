import type {Layout, LogClass} from '../layout.ts';
import type {Rule} from '../rule.ts';
import {paths, posix, split} from './regex.ts';

/** What GNU find compares the paths of a log folder with, each a path from `./` on, whole. */
export type FindPatterns = {
  /** A file goes where the first that fits is chosen. */
  readonly files: readonly {readonly class: LogClass; readonly pattern: string; readonly not: readonly string[]}[];
  /** Folders that may go once the last file in them was deleted. */
  readonly emptied: readonly string[];
  /** Folders that may go though nothing was in them. */
  readonly empty: readonly string[];
  /** Folders that their components make only once: they stay. */
  readonly kept: readonly string[];
};

export function findPatterns(layout: Layout, {classes = [], dagIds = []}: Rule): FindPatterns {
  const isWanted = (of: LogClass) => classes.length === 0 || classes.includes(of);
  const files: FindPatterns['files'][number][] = [];
  const seen: {readonly class: LogClass; readonly pattern: string}[] = [];
  for (const {class: of, pattern} of layout.patterns) {
    const chosen = posix(pattern, dagIds);
    const whole = posix(pattern);
    if (seen.some(each => each.pattern === whole)) continue;
    if (isWanted(of) && (dagIds.length === 0 || chosen !== whole)) {
      // What fits an earlier pattern is something else, or of another DAG.
      const not = dagIds.length > 0 ? seen : seen.filter(each => !isWanted(each.class));
      files.push({class: of, pattern: chosen, not: not.map(each => each.pattern)});
    }
    seen.push({class: of, pattern: whole});
  }
  const own = (of: LogClass) => (isWanted(of) ? layout.patterns.filter(each => each.class === of) : []);
  const isOfDags = (pattern: string) => dagIds.length === 0 || posix(pattern, dagIds) !== posix(pattern);
  const tries = own('task')
    .filter(({pattern}) => isOfDags(pattern))
    .flatMap(({pattern}) => paths(posix(pattern, dagIds)));
  const days = dagIds.length > 0 ? [] : own('dag-file').map(({pattern}) => split(posix(pattern), '/'));
  const all = classes.length === 0 && dagIds.length === 0;
  return {
    files,
    emptied: unique([...tries.flatMap(nested), ...days.flatMap(day => [...above(day.slice(0, -2)), ofDay(day)])]),
    empty: all ? unique([...tries.flatMap(ofOneTry), ...days.map(ofDay)]) : [],
    kept: unique(layout.patterns.flatMap(each => keptOf(each.class, each.pattern))),
  };
}

const unique = (patterns: readonly string[]): readonly string[] => [...new Set(patterns)];

/** "a(/b(/c)?)?" for the file a/b/c/d: each folder above it. */
function nested(file: readonly string[]): readonly string[] {
  const [first, ...others] = file.slice(0, -1);
  if (first === undefined) return [];
  return [first + others.reduceRight((below, name) => `(/${name}${below})?`, '')];
}

/** The folders deeper than one name on the way to this one, and itself. */
const above = (folder: readonly string[]): readonly string[] =>
  folder.flatMap((_, at) => (at === 0 ? [] : [folder.slice(0, at + 1).join('/')]));

/** Of a day's logs of DAG files: its folder, and all below. */
const ofDay = (file: readonly string[]): string => `${file.slice(0, -1).join('/')}(/[^/]+)*`;

const fits = (name: string | undefined, sample: string): boolean =>
  name !== undefined && new RegExp(`^(?:${name})$`).test(sample);

/** The folders of a task in a run, and of a run: where no file is in them they show by their names what they were for. */
function ofOneTry(file: readonly string[]): readonly string[] {
  const last = file.at(-1);
  const isTry = ['attempt=1.log', '1.log', 'x.py.log'].some(sample => fits(last, sample));
  const isOfTask = fits(last, 'attempt=1.log') && fits(file.at(-2), 'task_id=x');
  return [...(isTry ? [file.slice(0, -1)] : []), ...(isOfTask ? [file.slice(0, -2)] : [])]
    .filter(folder => folder.length > 1)
    .map(folder => folder.join('/'));
}

function keptOf(of: LogClass, pattern: string): readonly string[] {
  if (of === 'task') return [];
  // A day directly in the log folder is made anew each day.
  if (of === 'dag-file') return split(posix(pattern), '/').slice(0, -2).slice(0, 1);
  const files = paths(posix(pattern));
  return files.flatMap(file => file.slice(0, -1).map((_, at) => file.slice(0, at + 1).join('/')));
}
