import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {steady} from '../components/text/steady.ts';
import {wrap} from '../components/text/wrap.ts';
import type {Problem} from '../src/problems/problem.ts';

/** So many lines a problem may take below a list. */
const most = 4;

/** What is so and what to do, in whole sentences. */
export function problemLines(problem: Problem, columns: number): readonly string[] {
  const detail = problem.detail === '' ? '' : `: ${problem.detail}`;
  return wrap(steady(`${problem.title}${detail}. ${problem.hint}`), columns - 4).slice(0, most);
}

export function ProblemLines({lines}: {readonly lines: readonly string[]}): ReactNode {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={index} color="red" wrap="truncate">
          {index === 0 ? ' ✖ ' : '   '}
          {line}
        </Text>
      ))}
    </Box>
  );
}
