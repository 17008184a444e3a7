import {clipMiddle, type Ellipsis, fitTo} from '../text/fit.ts';
import {steady} from '../text/steady.ts';
import type {Colour, Column, Sign} from './column.ts';
import {gutterWidth, type LaidOut, total} from './layout.ts';
import type {Sort} from './view.ts';

/** One line of a table as it is drawn: every text is harmless and exactly as wide as its column. */
export type Line = {
  /** Text by the id of its column. */
  readonly cells: Readonly<Record<string, string>>;
  readonly columns: readonly {readonly id: string; readonly colour?: Colour; readonly signs?: Column<never>['signs']}[];
  /** Mark, cursor and sign. */
  readonly gutter: string;
  readonly gutterColour?: Colour;
  /** The cursor's row is drawn in inverse, and so in one colour: a coloured cell would be a hole in it. */
  readonly inverse: boolean;
  /** Lines that look alike have the same. */
  readonly signature: string;
};

export type Glyphs = {readonly cursor: string; readonly mark: string; readonly ellipsis: Ellipsis} & Record<
  Sort['direction'],
  string
>;

export const glyphs: Glyphs = {cursor: '▸', mark: '*', ellipsis: '…', up: '▴', down: '▾'};
export const asciiGlyphs: Glyphs = {cursor: '>', mark: '*', ellipsis: '~', up: '^', down: 'v'};

export type RowLook = {
  readonly cursor: boolean;
  readonly marked: boolean;
  readonly sign: Sign | undefined;
  /** The table listens to the keyboard: its cursor is a bar, not only a sign. */
  readonly focused: boolean;
};

/** Cells of the screen that the line takes; the cursor's bar fills them. */
export function rowLine<Row>(
  row: Row,
  columns: readonly LaidOut<Row>[],
  look: RowLook,
  width: number,
  glyph: Glyphs,
): Line {
  const inverse = look.cursor && look.focused;
  const fill = inverse ? ' '.repeat(Math.max(0, width - total(columns))) : '';
  const cells: Record<string, string> = {};
  const drawn = columns.map(({column, width: cellsWide}, index) => {
    const filled = index === columns.length - 1 ? fill : '';
    cells[column.id] = cellText(column.value(row), cellsWide, column, glyph) + filled;
    const colour = inverse ? undefined : column.colour?.(row);
    return {
      id: column.id,
      ...(colour === undefined ? {} : {colour}),
      ...(column.signs === undefined || inverse ? {} : {signs: column.signs}),
    };
  });
  const gutter = gutterText(look, glyph);
  const gutterColour = inverse ? undefined : look.sign?.colour;
  return {
    cells,
    columns: drawn,
    gutter,
    ...(gutterColour === undefined ? {} : {gutterColour}),
    inverse,
    signature: [inverse, gutter, gutterColour, ...drawn.map(({id, colour}) => `${id}\0${colour}\0${cells[id]}`)].join(
      '\0',
    ),
  };
}

/** The titles; the one that the rows are sorted by has an arrow. */
export function titleLine<Row>(columns: readonly LaidOut<Row>[], sort: Sort | undefined, glyph: Glyphs): Line {
  const cells: Record<string, string> = {};
  for (const {column, width} of columns) {
    const arrow = sort?.column === column.id ? glyph[sort.direction] : '';
    const title = cellText(column.title, Math.max(1, width - arrow.length), {align: 'left'}, glyph).trimEnd();
    cells[column.id] = fitTo(title + arrow, width, column.align, glyph.ellipsis);
  }
  const gutter = ' '.repeat(gutterWidth);
  return {
    cells,
    columns: columns.map(({column: {id}}) => ({id})),
    gutter,
    inverse: false,
    signature: columns.map(({column: {id}}) => `${id}\0${cells[id]}`).join('\0'),
  };
}

/** Longer than any terminal is wide: the rest of a huge text is not even looked at. */
const longest = 2000;

function cellText(
  text: string,
  width: number,
  {align, cut}: Pick<Column<never>, 'align' | 'cut'>,
  {ellipsis}: Pick<Glyphs, 'ellipsis'>,
): string {
  const whole = steady(text.length > longest ? text.slice(0, longest) : text);
  return fitTo(cut === 'middle' ? clipMiddle(whole, width, ellipsis) : whole, width, align, ellipsis);
}

/** One sign stands in the middle cell; two and three move to the left. */
function gutterText({cursor, marked, sign}: RowLook, glyph: Glyphs): string {
  const signs = [...(marked ? [glyph.mark] : []), ...(cursor ? [glyph.cursor] : []), ...(sign ? [sign.text] : [])];
  return fitTo(signs.length === 1 ? ` ${signs[0]}` : signs.join(''), gutterWidth);
}
