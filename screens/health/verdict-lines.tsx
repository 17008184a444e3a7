import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import type {Sign} from '../../components/table/column.ts';
import {clip} from '../../components/text/fit.ts';
import {steady} from '../../components/text/steady.ts';
import {wrap} from '../../components/text/wrap.ts';
import type {Verdict} from '../../src/health/verdict.ts';

export type VerdictLine = {readonly text: string; readonly bold: boolean};

/** So many lines are enough for any verdict; what is longer is cut. */
const mostLines = 4;

/** What is so, in bold; then why, and the next key to press. */
export function verdictLines(verdict: Verdict, columns: number): readonly VerdictLine[] {
  const width = columns - 4;
  const next = verdict.next === undefined ? '' : `${verdict.next.key} ${verdict.next.does}.`;
  const second = [verdict.why ?? '', next].filter(text => text !== '').join(' ');
  const lines = [
    ...wrap(steady(verdict.sentence), width).map(text => ({text, bold: true})),
    ...(second === '' ? [] : wrap(steady(second), width).map(text => ({text, bold: false}))),
  ];
  const [last] = lines.slice(mostLines - 1, mostLines);
  if (last === undefined || lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines - 1), {...last, text: clip(`${last.text} …`, width)}];
}

type VerdictProps = {readonly lines: readonly VerdictLine[]; readonly sign: Sign};

export function VerdictLines({lines, sign}: VerdictProps): ReactNode {
  const colour = sign.colour === undefined || sign.colour === 'dim' ? {} : {color: sign.colour};
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map(({text, bold}, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={index} wrap="truncate" bold={bold} {...(bold ? colour : {})}>
          {index === 0 ? ` ${sign.text} ` : '   '}
          {text}
        </Text>
      ))}
    </Box>
  );
}
