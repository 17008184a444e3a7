import stringWidth from 'string-width';
import {afterEach, expect, test, vi} from 'vitest';
import {Table} from '../../../components/table/table.tsx';
import type {TableStore} from '../../../components/table/table-store.ts';
import {renderScreen, type Screen, type Size} from '../../screen.tsx';
import {type Dag, dag, many, noun, tableOf} from './dags.ts';

// Before Ink is loaded: it looks for colours once.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '3';
});

let screen: Screen | undefined;
afterEach(() => screen?.unmount());

function show(table: TableStore<Dag>, size: Size = {columns: 60, rows: 10}, more: object = {}): Screen {
  screen = renderScreen(<Table table={table} width={size.columns} height={size.rows} noun={noun} {...more} />, size);
  return screen;
}

test('shows titles, rows, the cursor, marks and a summary', async () => {
  const table = tableOf([dag('etl_daily', {files: 12}), dag('ml_train', {state: 'paused'}), dag('report')]);
  table.move(1);
  table.flipMark();
  const {lines} = await drawn(table);
  expect(lines).toEqual([
    '   DAG                           FILES  STATE     OWNER',
    '   etl_daily                        12  on        data',
    ' * ml_train                          1  paused    data',
    ' ▸ report                            1  on        data',
    '   3 DAGs · 1 marked',
  ]);
});

test('a marked row under the cursor shows both', async () => {
  const table = tableOf([dag('etl_daily')]);
  table.flipMark();
  const {lines} = await drawn(table);
  expect(lines[1]).toMatch(/^\*▸ etl_daily/);
});

test('keeps the cursor on its row when a refresh reorders the rows', async () => {
  const table = tableOf([dag('a'), dag('b')]);
  const shown = show(table);
  table.move(1);
  await shown.until('▸ b');
  table.setRows([dag('b'), dag('c'), dag('a')]);
  expect(await shown.until(/▸ b[\s\S]*c[\s\S]*a/)).not.toContain('▸ c');
});

test('follows the cursor through 10,000 rows', async () => {
  const table = tableOf(many(10_000));
  const shown = show(table);
  table.moveToLast();
  await shown.until('▸ dag_09999');
  expect(shown.lines()[8]).toContain('dag_09999');
  table.movePages(-1);
  await shown.until('▸ dag_09991');
  table.moveToFirst();
  await shown.until('▸ dag_00000');
  expect(shown.lines()[9]).toContain('10,000 DAGs');
});

test('says which filter hides rows, and what is marked and hidden', async () => {
  const table = tableOf([dag('etl_a'), dag('ml')]);
  table.flipMark();
  table.setFilter('ml');
  expect((await drawn(table)).text).toContain('2 DAGs · 1 shown by /ml · 1 marked, hidden by the filter');
});

test('says that nothing passes the filter, and how to clear it', async () => {
  const table = tableOf([dag('etl_a')]);
  table.setFilter('xyz');
  expect((await drawn(table)).text).toContain('No DAG passes /xyz. Esc clears the filter.');
});

test('says that there is nothing', async () => {
  expect((await drawn(tableOf([]))).text).toContain('There are no DAGs.');
  expect((await drawn(tableOf([]), {empty: 'Asking for the DAGs…'})).text).toContain('Asking for the DAGs…');
});

test('the arrow stands on the column that the rows are sorted by', async () => {
  const table = tableOf(many(3));
  table.setSort({column: 'files', direction: 'down'});
  const {lines} = await drawn(table);
  expect(lines[0]).toContain('  FILES▾  STATE');
});

test('the order of a hidden column is said below', async () => {
  const table = tableOf(many(3));
  table.setSort({column: 'owner', direction: 'up'});
  const shown = show(table, {columns: 48, rows: 8});
  expect(await shown.until('3 DAGs')).toContain('3 DAGs · by OWNER');
});

test('ASCII is all that an ASCII terminal gets', async () => {
  const table = tableOf([dag('a'.repeat(100)), dag('b')]);
  table.flipMark();
  table.move(-1);
  table.setFilter('a');
  table.setSort({column: 'dag', direction: 'up'});
  const {text} = await drawn(table, {ascii: true});
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(text).toContain('*> aaa');
});

test('the bar of the cursor is whole: no cell in another colour, from edge to edge', async () => {
  const table = tableOf([dag('a', {state: 'failed'}), dag('b', {state: 'failed'})]);
  const shown = show(table, {columns: 60, rows: 6}, {sign: () => ({text: '✖', colour: 'red'})});
  await shown.until('▸');
  const bar = Array.from({length: 60}, (_, x) => shown.cell(x, 1));
  expect(bar.every(cell => cell.inverse && !cell.coloured)).toBe(true);
  const other = Array.from({length: 60}, (_, x) => shown.cell(x, 2));
  expect(other.some(cell => cell.inverse)).toBe(false);
  expect(
    other
      .filter(cell => cell.coloured)
      .map(cell => cell.text)
      .join('')
      .replaceAll(' ', ''),
  ).toBe('✖failed');
});

test('a table that does not listen has a cursor but no bar', async () => {
  const shown = show(tableOf([dag('a')]), {columns: 60, rows: 6}, {focused: false});
  await shown.until('▸ a');
  expect(shown.cell(3, 1).inverse).toBe(false);
});

test('follows the size of the terminal', async () => {
  const table = tableOf(many(100));
  const shown = show(table, {columns: 60, rows: 10});
  await shown.until('OWNER');
  shown.resize({columns: 30, rows: 6});
  shown.rerender(<Table table={table} width={30} height={6} noun={noun} />);
  await shown.untilGone('OWNER');
  await shown.until('100 DAGs');
  expect(table.state.getState().lines).toBe(4);
});

const hostile = [
  '\x1b[31mred\x1b[0m\x1b]0;title\x07',
  'carriage\rreturn',
  'line\nfeed\ttab\x00nul\x7f\x9b31m',
  '\u202egnp.exe\u202c \u2066isolate\u2069 \u200f',
  'x'.repeat(10_000),
  '日本語のとても長い名前のワークフロー定義',
  '한국어 작업 이름이 아주 깁니다 정말로',
  '👩‍👩‍👧‍👦 family 🇪🇺 flag 👍🏽 thumb ⚠️ 0️⃣',
  `e${'\u0301'.repeat(500)} zalgo`,
  '\u0301leading mark',
  'zero\u200bwidth\ufeff\u00ad',
  'ﾊﾟｰﾄ half width',
  'हिन्दी में नाम',
  'กำลังทำงาน ไทย',
  '\ud800 lone surrogate \udc00',
  '',
  '🚀'.repeat(40),
] as const;

test('hostile text leaves the columns straight, by the count of the terminal and of string-width', async () => {
  const rows = hostile.map((text, index) => dag(text, {files: index, state: `<${index}>`, owner: text}));
  const size = {columns: 60, rows: hostile.length + 2};
  const shown = show(tableOf(rows), size);
  await shown.until(`<${hostile.length - 1}>`);
  for (const [index, line] of shown.lines().slice(1, -1).entries()) {
    expect(columnOf(shown, index + 1, `<${index}>`), line).toBe(40);
    expect(stringWidth(line), line).toBeLessThanOrEqual(size.columns);
    expect(line).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
  }
});

/** The cell of the line where the text starts, as the terminal counts cells. */
function columnOf(shown: Screen, y: number, text: string): number {
  const line = shown.terminal.buffer.active.getLine(y);
  for (let x = 0; x < shown.terminal.cols; x++) {
    const from = Array.from({length: text.length}, (_, offset) => line?.getCell(x + offset)?.getChars()).join('');
    if (from === text) return x;
  }
  return -1;
}

async function drawn(table: TableStore<Dag>, more: object = {}): Promise<{lines: string[]; text: string}> {
  const shown = show(table, {columns: 60, rows: 10}, more);
  const text = await shown.until(/\S/);
  return {text, lines: shown.lines().filter(line => line !== '')};
}
