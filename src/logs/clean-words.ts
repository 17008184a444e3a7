import type {Volume} from '../host/agent-answers.ts';
import {oneLine} from '../text.ts';
import {age, bytes as sized} from '../words.ts';
import {classWords} from './class-words.ts';
import type {Tally} from './clean-result.ts';
import type {Listing} from './listing.ts';
import type {CleanPlan} from './plan.ts';
import type {Rule} from './rule.ts';
import type {Reason} from './selection.ts';

export const number = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
export const files = (amount: number): string => `${number(amount)} ${amount === 1 ? 'file' : 'files'}`;
const path = (text: string): string => oneLine(text, 160);

export const titleOf = (host: string, root: string): string => `Clean up ${oneLine(root, 100)} on ${host}`;

export function stepText({files: count, bytes, directories, emptied, rotated}: CleanPlan): string {
  return [
    ...(count === 0 ? [] : [`delete ${files(count)} (${sized(bytes)})`]),
    ...(directories === 0
      ? []
      : [
          `remove ${number(directories)} ${directories === 1 ? 'folder' : 'folders'} that ${directories === 1 ? 'is' : 'are'} then empty`,
        ]),
    ...(emptied.files === 0
      ? []
      : [`empty ${files(emptied.files)} that ${emptied.files === 1 ? 'grows' : 'grow'} (${sized(emptied.bytes)})`]),
    ...(rotated.files === 0
      ? []
      : [
          `copy ${files(rotated.files)} that ${rotated.files === 1 ? 'grows' : 'grow'} (${sized(rotated.bytes)}) to NAME.1 and empty ${rotated.files === 1 ? 'it' : 'them'}`,
        ]),
  ].join(', ');
}

/** What is to be known of a copy. */
export const rotationLines = ({rotated}: CleanPlan): readonly string[] =>
  rotated.files === 0
    ? []
    : [
        'Where the file system cannot cut a file at its beginning (ext4 and XFS can), what is written in the moment between the copy and the emptying is lost.',
        'The volume gets nothing back until the copy goes.',
      ];

/** By class and DAG, the oldest and the newest that go. */
export function previewLines({byClass, byDag, oldest, newest}: CleanPlan, {nowMs}: Listing): readonly string[] {
  const largest = <K>(map: ReadonlyMap<K, {readonly files: number; readonly bytes: number}>) =>
    [...map].sort((a, b) => b[1].bytes - a[1].bytes);
  const classes = largest(byClass).map(
    ([is, {files: count, bytes}]) => `${classWords[is].logs} ${sized(bytes)} in ${files(count)}`,
  );
  const dags = largest(byDag).map(([dagId, {bytes}]) => `${oneLine(dagId, 60)} ${sized(bytes)}`);
  const more = dags.length > 5 ? ` and ${number(dags.length - 5)} more` : '';
  return [
    ...(classes.length === 0 ? [] : [`By class: ${classes.join(', ')}.`]),
    ...(dags.length === 0 ? [] : [`By DAG: ${dags.slice(0, 5).join(', ')}${more}.`]),
    ...(oldest === undefined ? [] : [`Oldest: ${age(nowMs - oldest.mtimeMs)} old, ${path(oldest.path)}`]),
    ...(newest === undefined ? [] : [`Newest: ${age(nowMs - newest.mtimeMs)} old, ${path(newest.path)}`]),
  ];
}

const usedOf = ({totalBytes, freeBytes, availableBytes}: Volume): number => {
  const used = totalBytes - freeBytes;
  return used + availableBytes === 0 ? 0 : used / (used + availableBytes);
};
const inodesOf = ({totalInodes, freeInodes}: Volume): number => (totalInodes === 0 ? 0 : 1 - freeInodes / totalInodes);
const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** "71 %", of what the Airflow user can use. */
export const percentUsed = (volume: Volume): string => percent(usedOf(volume));

/** What the volume will then have. */
export function freedNote(plan: CleanPlan, volume: Volume): string {
  const freed = plan.bytes + plan.emptied.bytes;
  const then = {
    ...volume,
    freeBytes: Math.min(volume.totalBytes, volume.freeBytes + freed),
    availableBytes: volume.availableBytes + freed,
    freeInodes: Math.min(volume.totalInodes, volume.freeInodes + plan.files + plan.directories),
  };
  const inodes =
    volume.totalInodes === 0 ? '' : `, and of its inodes ${percent(inodesOf(then))} (now ${percent(inodesOf(volume))})`;
  return `Afterwards ${path(volume.mountPoint)} is about ${percent(usedOf(then))} full (now ${percent(usedOf(volume))}), ${sized(then.availableBytes)} free${inodes}.`;
}

const reasons: Readonly<Record<Reason, string>> = {
  open: 'open by a process',
  young: 'written in the last hour',
  running: 'of a task that has not ended, according to Airflow',
  'no-right': 'in a folder that the Airflow user may not change',
  'not-understood': 'not of a form that Airflow writes here',
  failed: 'of runs that failed',
  'no-room':
    'that would be copied before it is emptied, and the volume has no room for the copy: without it, it is emptied',
  'perhaps-failed': 'of runs of which Airflow does not tell whether they failed',
};

/** What stays though it is old enough, and why. */
export const stayLines = ({stays}: CleanPlan): readonly string[] =>
  [...stays].map(
    ([reason, {files: count, bytes, example}]) =>
      `Left: ${files(count)} (${sized(bytes)}) ${reasons[reason]}, like ${path(example)}`,
  );

/** A task may be about to write its first line there. */
export const youngLines = ({youngDirectories: young}: CleanPlan): readonly string[] =>
  young === 0
    ? []
    : [
        `Left: ${number(young)} ${young === 1 ? 'folder that is empty, or will be, and was' : 'folders that are empty, or will be, and were'} changed in the last hour`,
      ];

/** DAGs that are misspelt, or have no such logs. */
export const absentLines = ({absent}: CleanPlan, {olderThanMs}: Pick<Rule, 'olderThanMs'>): readonly string[] =>
  absent.map(
    dagId =>
      `No log${olderThanMs === undefined ? '' : ` older than ${age(olderThanMs)}`} is of a DAG called ${oneLine(dagId, 100)}.`,
  );

const outcomeWords: Readonly<Record<string, string>> = {
  g: 'were gone already',
  c: 'had changed',
  n: 'were something else by then',
  o: 'were open by a process',
  r: 'were written in the last hour',
  w: 'are written at a fixed place',
  s: 'were left because the volume had no room for the copy',
  p: 'may not be removed by the Airflow user',
  f: 'failed',
  N: 'folders were not empty after all',
};

/** What became of those that are neither deleted nor emptied. */
export const othersWords = (tally: Tally): readonly string[] =>
  Object.entries(outcomeWords).flatMap(([letter, words]) =>
    tally.of(letter) === 0 ? [] : [`${number(tally.of(letter))} ${words}`],
  );

/** "59,980 of 60,000 files were deleted, 11.8 GB; 15 had changed, 5 were open by a process". */
export function deletedWords(plan: CleanPlan, tally: Tally): string {
  const emptied = tally.of('e');
  const rotated = tally.of('R');
  const others = othersWords(tally);
  const isOnlyGrowing = plan.files === 0 && emptied + rotated > 0;
  const went = [
    ...(isOnlyGrowing ? [] : [`${number(tally.of('d'))} of ${files(plan.files)} were deleted`]),
    ...(emptied === 0 ? [] : [`${files(emptied)} emptied`]),
    ...(rotated === 0 ? [] : [`${files(rotated)} copied and emptied`]),
    sized(tally.freedBytes),
    ...(plan.directories === 0 ? [] : [`${number(tally.of('D'))} of ${number(plan.directories)} folders were removed`]),
  ];
  return [went.join(', '), ...(others.length === 0 ? [] : [others.join(', ')])].join('; ');
}

/** How far it is, and how fast. */
export function progressWords(plan: CleanPlan, tally: Tally, tookMs: number): string {
  const all = plan.files + plan.directories + plan.emptied.files + plan.rotated.files;
  const done = [...tally.counts.values()].reduce((sum, one) => sum + one, 0);
  const perSecond = done / Math.max(0.001, tookMs / 1000);
  const leftMs = ((all - done) / Math.max(1, perSecond)) * 1000;
  return `${number(done)} of ${number(all)} files and folders, ${sized(tally.freedBytes)} freed, ${number(Math.round(perSecond))} a second, ${age(leftMs)} left`;
}

/** Planned against freed, and why they differ. */
export function measuredWords(
  plan: CleanPlan,
  tally: Tally,
  before: Volume | undefined,
  after: Volume | undefined,
): string {
  if (before === undefined || after === undefined) return 'The volume could not be measured again.';
  const planned = plan.bytes + plan.emptied.bytes;
  const gained = after.freeBytes - before.freeBytes;
  const off = gained - tally.freedBytes;
  const slack = Math.max(10e6, tally.freedBytes / 50);
  const why = [
    ...(planned - tally.freedBytes > 1e5 ? ['what was left as it is had the rest of what was planned'] : []),
    ...(tally.freedBytes - planned > slack ? ['the folders had blocks of their own'] : []),
    ...(off < -slack ? ['others wrote meanwhile, or a process still has deleted files open'] : []),
    ...(off > slack ? ['others deleted meanwhile'] : []),
  ];
  const inodes = after.totalInodes === 0 ? '' : `, ${percent(inodesOf(after))} of its inodes used`;
  return `${path(after.mountPoint)} is ${percent(usedOf(after))} full (before ${percent(usedOf(before))}), ${sized(after.availableBytes)} free${inodes}. Planned ${sized(planned)}, freed ${sized(tally.freedBytes)}, the volume has ${sized(Math.max(0, gained))} more${why.length === 0 ? '' : `: ${why.join('; ')}`}`;
}

/** For programs. */
export function factsOf(
  plan: CleanPlan,
  {root, volume}: Listing,
  file: string | undefined,
): Readonly<Record<string, unknown>> {
  return {
    root,
    files: plan.files,
    bytes: plan.bytes,
    directories: plan.directories,
    youngDirectories: plan.youngDirectories,
    emptied: plan.emptied,
    rotated: plan.rotated,
    byClass: Object.fromEntries(plan.byClass),
    byDag: Object.fromEntries(plan.byDag),
    ...(plan.oldest === undefined ? {} : {oldest: plan.oldest}),
    ...(plan.newest === undefined ? {} : {newest: plan.newest}),
    left: Object.fromEntries(plan.stays),
    volume,
    ...(file === undefined ? {} : {plan: file}),
  };
}
