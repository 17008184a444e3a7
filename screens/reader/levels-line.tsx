import {Text} from 'ink';
import type {ReactNode} from 'react';
import {counted, sparkline} from '../../components/text/words.ts';
import type {Levels} from '../../src/host/agent-log.ts';

const errors = {one: 'error', many: 'errors'};
const warnings = {one: 'warning', many: 'warnings'};

type Bucket = Levels['buckets'][number];

const colourOf = ([, warnings, errors]: Bucket): 'red' | 'yellow' | undefined =>
  errors > 0 ? 'red' : warnings > 0 ? 'yellow' : undefined;

/** How many columns the bars may take. */
export const levelColumns = (columns: number): number => Math.max(10, Math.min(120, columns - 46));

/** How much was written when, and how much of it was bad: one line. */
export function LevelsLine({levels, ascii}: {readonly levels: Levels | undefined; readonly ascii: boolean}): ReactNode {
  if (levels?.firstMs === undefined || levels.lastMs === undefined) return <Text> </Text>;
  const {buckets, firstMs, lastMs, isSampled, isDone} = levels;
  const bars = [
    ...sparkline(
      buckets.map(([entries]) => entries),
      ascii,
    ),
  ];
  const parts: {text: string; colour: ReturnType<typeof colourOf>}[] = [];
  for (const [index, bucket] of buckets.entries()) {
    const colour = colourOf(bucket);
    const last = parts.at(-1);
    if (last !== undefined && last.colour === colour) last.text += bars[index];
    else parts.push({text: bars[index] ?? '', colour});
  }
  const sum = (place: 1 | 2) => buckets.reduce((all, bucket) => all + bucket[place], 0);
  const about = isSampled ? ', looked at in parts' : isDone ? '' : ' …';
  return (
    <Text wrap="truncate">
      {`   ${span(firstMs, lastMs)[0]} `}
      {parts.map(({text, colour}, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
        <Text key={index} {...(colour === undefined ? {} : {color: colour})}>
          {text}
        </Text>
      ))}
      {` ${span(firstMs, lastMs)[1]}  ${counted(sum(2), errors)}, ${counted(sum(1), warnings)}${about}`}
    </Text>
  );
}

/** The day only where it is not the same. */
function span(firstMs: number, lastMs: number): readonly [string, string] {
  const [first, last] = [new Date(firstMs), new Date(lastMs)];
  const time = (date: Date) => date.toTimeString().slice(0, 5);
  if (first.toDateString() === last.toDateString()) return [time(first), time(last)];
  return [day(firstMs), day(lastMs)];
}

/** "22 Nov". */
export const day = (ms: number): string => new Date(ms).toLocaleDateString('en-GB', {day: '2-digit', month: 'short'});
