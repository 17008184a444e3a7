import stringWidth from 'string-width';

export type Align = 'left' | 'right';
export type Ellipsis = '…' | '~';

/** Printable ASCII, and what is as narrow and as harmless: Latin, dashes, arrows, boxes, blocks, signs, Braille. */
const simple =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2199\u2500-\u25f9\u2713-\u2718\u2800-\u28ff]*$/;

const widths = new Map<string, number>();
let segmenter: Intl.Segmenter | undefined;

/** Whether each UTF-16 unit of the text is one cell of the screen, so that its length is its width. */
export function isSimple(text: string): boolean {
  return simple.test(text);
}

/** Cells of the screen that the text takes. */
export function widthOf(text: string): number {
  if (isSimple(text)) return text.length;
  const known = widths.get(text);
  if (known !== undefined) return known;
  const width = stringWidth(text);
  if (widths.size >= 4000) widths.clear();
  widths.set(text, width);
  return width;
}

/** The characters as a reader counts them. Made when first needed: the first segmenter of a process takes 12 ms. */
export function graphemes(text: string): Iterable<{readonly segment: string; readonly index: number}> {
  segmenter ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
  return segmenter.segment(text);
}

/** The text, cut to at most `width` cells; a cut is marked by `…` (`~` in ASCII), and no character is halved. */
export function clip(text: string, width: number, ellipsis: Ellipsis = '…'): string {
  if (width <= 0) return '';
  if (isSimple(text)) return text.length <= width ? text : text.slice(0, width - 1) + ellipsis;
  // Looks only at as much of the text as can be seen.
  let used = 0;
  let end = 0;
  for (const {segment, index} of graphemes(text)) {
    used += widthOf(segment);
    if (used > width) return text.slice(0, end) + ellipsis;
    if (used <= width - 1) end = index + segment.length;
  }
  return text;
}

/** The text, cut in its middle to at most `width` cells: of a path, where it begins and the file at its end. */
export function clipMiddle(text: string, width: number, ellipsis: Ellipsis = '…'): string {
  if (width < 8 || widthOf(text) <= width) return clip(text, width, ellipsis);
  const head = clip(text, Math.floor(width * 0.4), ellipsis);
  const room = width - widthOf(head);
  if (isSimple(text)) return head + text.slice(text.length - room);
  let used = 0;
  let begin = text.length;
  for (const {segment, index} of [...graphemes(text)].reverse()) {
    used += widthOf(segment);
    if (used > room) break;
    begin = index;
  }
  return head + text.slice(begin);
}

/** The text in exactly `width` cells: cut, or filled with blanks on the side that `align` leaves. */
export function fitTo(text: string, width: number, align: Align = 'left', ellipsis: Ellipsis = '…'): string {
  const cut = clip(text, width, ellipsis);
  const blanks = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return align === 'left' ? cut + blanks : blanks + cut;
}
