import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import {afterEach, describe, expect, test} from 'vitest';
import {Dialog, type DialogLine, dialogWidth, paragraph, spread} from '../../../components/dialog/dialog.tsx';
import {renderScreen, type Screen} from '../../screen.tsx';
import {hostile} from '../hostile.ts';

let screen: Screen | undefined;
afterEach(() => screen?.unmount());

type Shown = {readonly lines: readonly DialogLine[]; readonly title?: string; readonly focus?: number};

async function show(
  {lines, title = 'Title', focus}: Shown,
  columns: number,
  rows: number,
  more: {ascii?: boolean; below?: string} = {},
): Promise<Screen> {
  screen = renderScreen(
    <Box width={columns} height={rows} flexDirection="column">
      {Array.from({length: rows}, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={index} wrap="truncate">
          {more.below ?? ' '}
        </Text>
      ))}
      <Dialog
        title={title}
        lines={lines}
        keys="y do it   Esc leave"
        columns={columns}
        rows={rows}
        ascii={more.ascii === true}
        {...(focus === undefined ? {} : {focus})}
      />
    </Box>,
    {columns, rows},
  );
  await screen.until(/Esc leave/);
  return screen;
}

/** The lines of the frame. */
const framed = (shown: Screen) => shown.lines().filter(line => /[┌│└]/.test(line));

/** The cell where the line has the last of these characters, as the terminal counts cells. */
function lastCell(shown: Screen, y: number, wanted: string): number {
  for (let x = shown.terminal.cols - 1; x >= 0; x--) if (wanted.includes(shown.cell(x, y).text)) return x;
  return -1;
}

describe.each([40, 80, 120])('at %i columns', columns => {
  test.each(hostile.map((text, index) => [index, text] as const))(
    'each line of the frame is as wide as the others: hostile text %i',
    async (_, text) => {
      const width = dialogWidth(columns);
      const lines = [
        [{text}],
        [{text: 'before '}, {text, bold: true}, {text: ' after'}],
        ...paragraph(text, width, {}, '! ').slice(0, 4),
        spread(text, 'right', width),
        spread('left', text, width),
        [{text: 'last'}],
      ];
      const shown = await show({lines, title: text}, columns, 20);
      const drawn = framed(shown);
      expect(drawn.length).toBe(lines.length + 4);
      expect(new Set(drawn.map(line => stringWidth(line))).size, drawn.join('\n')).toBe(1);
      expect(drawn.join('\n')).not.toMatch(/[\p{Cc}--\n]|\p{Bidi_Control}/v);
      const first = shown.lines().findIndex(line => line.includes('┌'));
      const edges = drawn.map((_line, index) => lastCell(shown, first + index, '┐│┘'));
      expect(new Set(edges)).toEqual(new Set([Math.floor((columns + width + 6) / 2) - 2]));
    },
  );

  test.each([5, 8, 20, 40])('never takes more than its %i rows, and says what is cut', async rows => {
    const lines = Array.from({length: 100}, (_, index) => [{text: `line ${index}`}]);
    const shown = await show({lines}, columns, rows);
    const drawn = framed(shown);
    expect(drawn.length).toBe(rows);
    expect(drawn.at(-3)).toContain(`${100 - (rows - 4)} more lines`);
    expect(drawn.at(-2)).toContain('y do it   Esc leave');
  });
});

test('the line that has the focus is shown, and what is above and below is said', async () => {
  const lines = Array.from({length: 100}, (_, index) => [{text: `line ${index}`}]);
  const shown = await show({lines, focus: 50}, 80, 14);
  expect(shown.text()).toContain('line 50');
  expect(shown.text()).toContain('45 more lines above, 45 below');
  await shown.unmount();
  const atEnd = await show({lines, focus: 99}, 80, 14);
  expect(atEnd.text()).toContain('line 99');
  expect(atEnd.text()).toContain('90 more lines above');
});

test('a single line that is cut is one line', async () => {
  const lines = Array.from({length: 11}, (_, index) => [{text: `line ${index}`}]);
  expect((await show({lines}, 80, 14)).text()).toMatch(/1 more line /);
});

test('what fits is not said to be cut', async () => {
  expect((await show({lines: [[{text: 'all'}]]}, 80, 20)).text()).not.toContain('more');
});

test.each(['x'.repeat(200), '日本語'.repeat(70), 'a日本語'.repeat(60), '🚀'.repeat(100)])(
  'nothing shines through, whatever is beneath: %#',
  async below => {
    for (const columns of [84, 85, 101, 120]) {
      const shown = await show({lines: [[{text: 'one'}], [], [{text: '日本'}]]}, columns, 12, {below});
      const first = shown.lines().findIndex(line => line.includes('┌'));
      const right = shown.lines().map((_, y) => lastCell(shown, y, '┐│┘'));
      expect(new Set(right.slice(first, first + 7)).size, shown.text()).toBe(1);
      for (const line of framed(shown)) expect(line).toMatch(/ [┌│└].*[┐│┘] /);
      expect(shown.text()).toMatch(/│ {76}│/);
      await shown.unmount();
    }
  },
);

test('an ASCII terminal gets an ASCII frame', async () => {
  const shown = await show({lines: [[{text: 'one'}]]}, 60, 10, {ascii: true});
  expect(shown.text()).toMatch(/^[\x20-\x7e\n]*$/);
  expect(shown.text()).toContain('+ Title ---');
});

test('a sentence is broken between words and indented like its first line', () => {
  const lines = paragraph('Ends 2 running tasks: etl.load, ml.train.', 20, {}, '! ').map(line => line[0]?.text);
  expect(lines).toEqual(['! Ends 2 running', '  tasks: etl.load,', '  ml.train.']);
});

test('what was laid out keeps its blanks, also beside wide characters', async () => {
  const width = dialogWidth(60);
  const lines = [
    [{text: '日本  '}, {text: 'after'}],
    spread('left', '한국', width),
    ...paragraph('하나 둘', width, {}, '!  '),
    [{text: '   한국'}],
  ];
  const shown = await show({lines}, 60, 12);
  expect(shown.text()).toContain('│ 日本  after');
  expect(shown.text()).toMatch(/│ left +한국 │/);
  expect(shown.text()).toContain('│ !  하나 둘');
  expect(shown.text()).toContain('│    한국');
});

test('where not all fits, the text at the right gives way', () => {
  expect(spread('systemctl restart x', 'as root', 40).map(({text}) => text)).toEqual([
    'systemctl restart x',
    `${' '.repeat(14)}as root`,
  ]);
  expect(spread('systemctl restart x', 'as root', 19)[1]?.text).toBe('');
});
