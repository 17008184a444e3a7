import {Box, Text} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo} from 'react';
import {useStore} from 'zustand';
import {useLayers} from '../keys/keyboard.tsx';
import {clip} from '../text/fit.ts';
import {steady} from '../text/steady.ts';
import type {Sign} from './column.ts';
import {Lines} from './ink-table.tsx';
import {gutterWidth, layout} from './layout.ts';
import {asciiGlyphs, glyphs, rowLine, titleLine} from './line.ts';
import {emptyText, type Noun, summary} from './summary.ts';
import type {TableStore} from './table-store.ts';
import {scrollTo} from './window.ts';

export type TableProps<Row> = {
  readonly table: TableStore<Row>;
  /** Cells of the screen for all of it: titles, rows and summary. */
  readonly width: number;
  readonly height: number;
  /** What a row is: {one: 'DAG', many: 'DAGs'}. */
  readonly noun: Noun;
  /** One character before a row: ✖ ! ?. */
  readonly sign?: (row: Row) => Sign | undefined;
  /** The table that listens to the keyboard. Default true. */
  readonly focused?: boolean;
  readonly ascii?: boolean;
  /** Without the line that counts the rows. Default with it. */
  readonly footer?: boolean;
  /** Added to that line: "12 s old". */
  readonly note?: string | undefined;
  /** Said when there is no row at all. */
  readonly empty?: string;
};

/** Rows in columns. Draws only what is on the screen, and of that only what changed. */
export function Table<Row>({
  table,
  width,
  height,
  noun,
  sign,
  focused = true,
  ascii = false,
  footer = true,
  note,
  empty,
}: TableProps<Row>): ReactNode {
  const {view, cursor, top: wantedTop, marks, sort, columns} = useStore(table.state);
  const lines = Math.max(1, height - (footer ? 2 : 1));
  useLayoutEffect(() => table.setLines(lines), [table, lines]);
  const layers = useLayers();
  // What can be done depends on the row under the cursor.
  useLayoutEffect(() => layers.touch());
  const laidOut = useMemo(() => layout(columns, width), [columns, width]);
  const glyph = ascii ? asciiGlyphs : glyphs;
  const top = scrollTo({top: wantedTop, lines}, cursor, view.length);
  const visible = view.slice(top, top + lines).map((row, index) => {
    const look = {
      cursor: top + index === cursor,
      marked: marks.size > 0 && marks.has(table.rowId(row)),
      sign: sign?.(row),
      focused,
    };
    return rowLine(row, laidOut, look, width, glyph);
  });
  const hiddenSort =
    sort !== undefined && !laidOut.some(({column}) => column.id === sort.column)
      ? columns.find(column => column.id === sort.column)?.title
      : undefined;
  const indent = ' '.repeat(gutterWidth);
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Lines title={titleLine(laidOut, sort, glyph)} lines={visible} top={top} />
      {view.length === 0 && (
        <Text wrap="truncate">{clip(indent + steady(emptyText(table, noun, empty)), width, glyph.ellipsis)}</Text>
      )}
      {footer && (
        <Text dimColor wrap="truncate">
          {clip(indent + summary(table, noun, {note, sortedBy: hiddenSort, ascii}), width, glyph.ellipsis)}
        </Text>
      )}
    </Box>
  );
}
