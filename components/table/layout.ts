import {widthOf} from '../text/fit.ts';
import type {Column} from './column.ts';

/** Cells before the first column (mark, cursor, sign) and between two columns. */
export const gutterWidth = 3;
const gapWidth = 2;

export type LaidOut<Row> = {readonly column: Column<Row>; readonly width: number};

type Span<Row> = {readonly column: Column<Row>; readonly order: number; width: number};

/**
 * Which columns to draw in `width` cells, and how wide. Columns of priority 0 are all there, and are cut from the last one backwards;
 * the others come in the order of their priority while they fit whole. What is left goes to the columns that grow.
 */
export function layout<Row>(columns: readonly Column<Row>[], width: number): readonly LaidOut<Row>[] {
  const spans = columns.map((column, order): Span<Row> => ({column, order, width: idealOf(column)}));
  const shown = spans.filter(({column}) => (column.priority ?? 0) === 0);
  const extra = spans.filter(({column}) => (column.priority ?? 0) !== 0);
  if (shown.length === 0 && extra[0] !== undefined) shown.push(extra[0]);
  shrink(shown, width);
  for (const span of extra.toSorted((a, b) => (a.column.priority ?? 0) - (b.column.priority ?? 0))) {
    if (shown.includes(span)) continue;
    if (total([...shown, span]) > width) break;
    shown.push(span);
  }
  grow(shown, width - total(shown));
  return shown.toSorted((a, b) => a.order - b.order).map(({column, width: cells}) => ({column, width: cells}));
}

/** The cells that the columns take on the screen. */
export function total(spans: readonly {readonly width: number}[]): number {
  return gutterWidth + spans.reduce((sum, span) => sum + span.width, 0) + gapWidth * Math.max(0, spans.length - 1);
}

function idealOf<Row>({width, title, sort}: Column<Row>): number {
  // One more than the title where it can be sorted by: for the arrow.
  return Math.max(width.ideal ?? width.min, widthOf(title) + (sort === undefined ? 0 : 1));
}

function shrink<Row>(spans: Span<Row>[], width: number): void {
  for (const span of spans.toReversed()) {
    const tooMuch = total(spans) - width;
    if (tooMuch <= 0) return;
    span.width = Math.max(Math.min(span.width, span.column.width.min), span.width - tooMuch);
  }
  while (spans.length > 1 && total(spans) > width) spans.pop();
  const [first] = spans;
  if (first !== undefined) first.width = Math.max(1, Math.min(first.width, width - gutterWidth));
}

function grow<Row>(spans: readonly Span<Row>[], room: number): void {
  let left = room;
  let growing = spans.filter(span => roomOf(span) > 0);
  while (left > 0 && growing.length > 0) {
    const shares = growing.reduce((sum, {column}) => sum + (column.width.grow ?? 0), 0);
    const before = left;
    for (const span of growing) {
      const share = Math.max(1, Math.floor((before * (span.column.width.grow ?? 0)) / shares));
      const more = Math.min(share, roomOf(span), left);
      span.width += more;
      left -= more;
    }
    growing = growing.filter(span => roomOf(span) > 0);
  }
}

function roomOf<Row>({column, width}: Span<Row>): number {
  return (column.width.grow ?? 0) > 0 ? (column.width.max ?? Number.POSITIVE_INFINITY) - width : 0;
}
