import {Box, renderToString, Text} from 'ink';
import type {ComponentProps, ReactElement} from 'react';

/** Draws random trees and prints their frames, a line of JSON each: with Ink as it is, or as it is patched. */
const amount = Number(process.argv[2]);
/** Ink itself runs out of memory on these. */
const skipped: ReadonlySet<number> = new Set([307]);

const words = [
  'hello',
  'DAG_run',
  '●',
  '…',
  '日本語',
  '한국어',
  '🚀',
  '👩‍👩‍👧',
  'é',
  'e\u0301',
  '│─┌',
  '⠋',
  '▸',
  '✔',
  '⚠️',
  '⚠',
  'a\tb',
  'ﾊﾟ',
  '\u200b',
  '  ',
  'x\ny',
  '\x1b[31mred\x1b[39m',
  '\x1b[1;38;5;200mbold\x1b[0m',
  '½',
  '™',
  '↔',
  '☑',
  '◽',
  '⏰',
  '0️⃣',
  '🇪🇺',
  'עברית',
  'हिन्दी',
  '\r\nz',
  '▏█▌',
] as const;

let seed = 0;
const random = (): number => {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return seed / 0x7fffffff;
};
const pick = <Value,>(values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length) % values.length] as Value;
const often = (part: number): boolean => random() < part;

function given<Props extends object>(props: Props): {[Name in keyof Props]: Exclude<Props[Name], undefined>} {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Props]: Exclude<Props[Name], undefined>;
  };
}

const phrase = (): string =>
  Array.from({length: 1 + Math.floor(random() * 6)}, () => pick(words)).join(pick(['', ' ']));

function text(key: number, depth = 0): ReactElement {
  const props: ComponentProps<typeof Text> = given({
    color: pick([undefined, undefined, 'red', 'green', '#ff00aa', 'ansi256(33)']),
    backgroundColor: pick([undefined, undefined, 'blue']),
    bold: often(0.2),
    dimColor: often(0.2),
    inverse: often(0.2),
    underline: often(0.1),
    wrap: pick(['wrap', 'truncate', 'truncate-middle', 'truncate-start', 'hard'] as const),
  });
  return (
    <Text key={key} {...props}>
      {phrase()}
      {depth < 2 && often(0.3) ? text(0, depth + 1) : null}
      {often(0.3) ? phrase() : null}
    </Text>
  );
}

function box(key: number, depth: number): ReactElement {
  const props: ComponentProps<typeof Box> = given({
    flexDirection: pick(['row', 'column', 'row-reverse'] as const),
    borderStyle: pick([undefined, undefined, 'round', 'single'] as const),
    padding: pick([0, 0, 1]),
    width: pick([undefined, undefined, 10, 24, 60]),
    height: pick([undefined, undefined, 3, 6]),
    overflow: pick([undefined, 'hidden'] as const),
    marginLeft: pick([0, 0, 2, -3]),
    marginTop: pick([0, 0, -1]),
    backgroundColor: pick([undefined, undefined, 'green']),
    position: pick([undefined, undefined, undefined, 'absolute'] as const),
    contentOffsetY: pick([0, 0, 1, 2]),
    contentOffsetX: pick([0, 0, 0, 3]),
  });
  return (
    <Box key={key} {...props}>
      {Array.from({length: 1 + Math.floor(random() * 4)}, (_, index) =>
        depth > 0 && often(0.5) ? box(index, depth - 1) : text(index),
      )}
    </Box>
  );
}

for (let index = 0; index < amount; index++) {
  if (skipped.has(index)) continue;
  seed = index + 1;
  const tree = box(0, 3);
  const columns = pick([20, 40, 80, 200]);
  process.stdout.write(`${JSON.stringify({columns, frame: renderToString(tree, {columns})})}\n`);
  // Lets Ink free what it holds for a tree.
  if (index % 5 === 0) await new Promise(resolve => setImmediate(resolve));
}
