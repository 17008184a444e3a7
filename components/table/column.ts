import type {Align} from '../text/fit.ts';

/** The colours that are legible on light and dark backgrounds; always beside a sign or a word. */
export type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'blue' | 'magenta' | 'dim';

/** Cells of the screen. */
export type ColumnWidth = {
  /** A narrow terminal makes the column this small, the last column first. */
  readonly min: number;
  /** What it gets where there is room. Default: `min`, or the title where that is longer. */
  readonly ideal?: number;
  /** Share of the room that is left over, up to `max`. Default 0. */
  readonly grow?: number;
  readonly max?: number;
};

export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly width: ColumnWidth;
  /** Numbers stand right. Default left. */
  readonly align?: Align;
  /** Where a text that is too long is cut. Default: its end. A path is told by both of its ends. */
  readonly cut?: 'middle';
  /** What is drawn and what the filter looks through. May hold anything: it is made harmless before it is drawn. */
  value(row: Row): string;
  /** What to sort by. A column without it is never sorted by; rows without a value come last in both directions. */
  sort?(row: Row): number | string | undefined;
  /** The direction of the first sort. Default up: A to Z, small to large. */
  readonly sortFirst?: 'up' | 'down';
  /** 0 (the default) is always shown; a terminal that is wide enough also shows 1, then 2, and so on. */
  readonly priority?: number;
  /** Colour of the cell. */
  colour?(row: Row): Colour | undefined;
  /** Characters of the cell that have a colour of their own: {'✖': 'red'}. */
  readonly signs?: Readonly<Record<string, Colour>>;
};

/** One character before the row: ✖ ! ?. */
export type Sign = {readonly text: string; readonly colour?: Colour};
