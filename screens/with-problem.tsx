import {Text} from 'ink';
import type {ReactNode} from 'react';
import {clip} from '../components/text/fit.ts';
import type {Seen} from '../src/live/live.ts';
import {age} from '../src/words.ts';
import type {Size} from './context.tsx';
import {ProblemLines, problemLines} from './problem-lines.tsx';

type WithProblemProps = {
  readonly seen: Seen<unknown>;
  readonly body: Size;
  readonly title?: string;
  readonly children: (height: number) => ReactNode;
};

/** A list under its title and, while asking fails, over the lines that say why. */
export function WithProblem({seen, body, title, children}: WithProblemProps): ReactNode {
  const problem = seen.problem === undefined ? [] : problemLines(seen.problem, body.columns);
  const height = body.rows - (title === undefined ? 0 : 1) - problem.length;
  return (
    <>
      {title !== undefined && (
        <Text bold wrap="truncate">
          {clip(`   ${title}`, body.columns)}
        </Text>
      )}
      {children(height)}
      <ProblemLines lines={problem} />
    </>
  );
}

/** What stands in place of rows while there is none. */
export function emptyWords({value, problem}: Seen<unknown>, asking: string, none: string): string {
  if (value !== undefined) return none;
  return problem === undefined ? asking : 'Not known.';
}

export function ageNote({atMs}: Seen<unknown>, nowMs: number): string {
  return atMs === undefined ? '' : `${age(Math.max(0, nowMs - atMs))} old`;
}

/** Of a list whose pages are still coming how many there will be, of a whole one its age. */
export function listNote(seen: Seen<{readonly total: number; readonly complete: boolean}>, nowMs: number): string {
  const {value} = seen;
  return value === undefined || value.complete ? ageNote(seen, nowMs) : `${value.total} in all, the rest is coming`;
}
