import {Box, Text} from 'ink';
import {
  createContext,
  createElement,
  memo,
  type PropsWithChildren,
  type ReactElement,
  type ReactNode,
  useContext,
} from 'react';
import InkTable, {type CellProps, type TableColumn} from '#ink-table';
import type {Colour, Column} from './column.ts';
import type {Line} from './line.ts';

export type LinesProps = {
  readonly title: Line;
  readonly lines: readonly Line[];
  /** Place of the first line in the whole list. */
  readonly top: number;
};

/**
 * The seam to the npm package ink-table, which no other file imports. Its rows and its cells draw every line. What it does
 * for each row of each frame beside that (a frame line, a hash, the width of all columns) is left out: it costs 40 ms a key.
 */
class LinesTable extends InkTable<Line['cells'], LinesProps> {
  readonly #Row = memo(
    ({line}: {readonly line: Line}) =>
      this.#line(line, this.data({key: 'row', columns: columnsOf(line), data: line.cells})),
    ({line: before}, {line: now}) => before.signature === now.signature,
  );
  readonly #Title = memo(
    ({line}: {readonly line: Line}) =>
      this.#line(line, this.heading({key: 'title', columns: columnsOf(line), data: line.cells})),
    ({line: before}, {line: now}) => before.signature === now.signature,
  );

  override render(): ReactNode {
    const Row = this.#Row;
    const Title = this.#Title;
    const {title, lines, top} = this.props;
    return (
      <Box flexDirection="column" flexShrink={0}>
        <Title line={title} />
        {lines.map((line, index) => (
          // A ring: after a scroll by one row all lines but one are what they were.
          // biome-ignore lint/suspicious/noArrayIndexKey: the place in the ring is what makes it the same
          <Row key={(top + index) % lines.length} line={line} />
        ))}
      </Box>
    );
  }

  /** The cells of ink-table's row in one text instead of a box of texts: one thing to lay out and to paint in place of eight. */
  #line(line: Line, row: ReactElement<PropsWithChildren>): ReactNode {
    const cells = row.props.children;
    return (
      <LineContext value={line}>
        {createElement(Text, {inverse: line.inverse, wrap: 'truncate'}, ...(Array.isArray(cells) ? cells : [cells]))}
      </LineContext>
    );
  }
}

/** Draws lines with ink-table, without its frame. */
export function Lines(props: LinesProps): ReactNode {
  return <LinesTable data={noRows} header={TitleCell} cell={RowCell} skeleton={NoFrame} {...props} />;
}

const noRows: readonly Line['cells'][] = [];
const LineContext = createContext<Line | undefined>(undefined);

/** ink-table fills a cell up to the width in UTF-16 units; a text that has its width already gets one blank on each side. */
function columnsOf({columns, cells}: Line): readonly TableColumn<Line['cells']>[] {
  return columns.map(({id}) => ({key: id, column: id, width: (cells[id] ?? '').length + 2}));
}

function NoFrame(): null {
  return null;
}

function TitleCell({column, children}: CellProps): ReactNode {
  const line = useContext(LineContext);
  if (line === undefined) return null;
  return (
    <Text bold dimColor>
      {column === 0 && line.gutter}
      {trimmed(line, column, String(children))}
    </Text>
  );
}

function RowCell({column, children}: CellProps): ReactNode {
  const line = useContext(LineContext);
  if (line === undefined) return null;
  const {colour, signs} = line.columns[column] ?? {};
  const text = trimmed(line, column, String(children));
  return (
    <>
      {column === 0 && <Painted text={line.gutter} colour={line.gutterColour} />}
      {signs === undefined ? <Painted text={text} colour={colour} /> : <Signed text={text} signs={signs} />}
    </>
  );
}

/** Without the blank that the gutter replaces, and without the one behind the last column. */
function trimmed({columns}: Line, column: number, text: string): string {
  return text.slice(column === 0 ? 1 : 0, column === columns.length - 1 ? -1 : undefined);
}

function Signed({
  text,
  signs,
}: {
  readonly text: string;
  readonly signs: NonNullable<Column<never>['signs']>;
}): ReactNode {
  const runs: {text: string; colour: Colour | undefined}[] = [];
  for (const character of text) {
    const colour = signs[character];
    const last = runs.at(-1);
    if (last !== undefined && last.colour === colour) last.text += character;
    else runs.push({text: character, colour});
  }
  return runs.map(({text: run, colour}, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the runs have no other name
    <Painted key={index} text={run} colour={colour} />
  ));
}

function Painted({text, colour}: {readonly text: string; readonly colour: Colour | undefined}): ReactNode {
  if (colour === undefined) return text;
  return colour === 'dim' ? <Text dimColor>{text}</Text> : <Text color={colour}>{text}</Text>;
}
