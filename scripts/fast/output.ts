import {styledCharsToString} from '../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import Output from '../../node_modules/ink/build/output.js';
import {RecentMap} from './recent-map.ts';

type Transformer = (line: string, index: number) => string;
type Clip = Parameters<Output['clip']>[0];
type Operation =
  | {
      readonly type: 'write';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly transformers: Transformer[];
    }
  | {readonly type: 'clip'; readonly clip: Clip}
  | {readonly type: 'unclip'};
type Piece = {readonly x: number; readonly line: string};
type StyledChars = Parameters<typeof styledCharsToString>[0];

/** What Ink's `Output` keeps to itself. */
type Inside = {
  caches: {
    widths: unknown;
    blockWidths: unknown;
    styledChars: unknown;
    getStyledChars(line: string): StyledChars;
    getStringWidth(text: string): number;
    getWidestLine(text: string): number;
  };
};

const splitTexts = new RecentMap<string, readonly string[]>(1000);
const paintedRows = new RecentMap<string, string>(500);
let caches: Inside['caches'] | undefined;

/**
 * Ink's painter with a memory. Ink 8 paints every cell of every frame anew: 6 of the 8 ms that a key takes on 200×50.
 * Here a row of the screen is looked up by the pieces of text that make it, and painted by Ink's own code only when it is new.
 * A test compares the two, cell by cell, on random trees.
 */
export default class FastOutput extends Output {
  readonly #operations: Operation[] = [];
  readonly #caches: Inside['caches'];

  constructor(size: ConstructorParameters<typeof Output>[0]) {
    super(size);
    this.#caches = shareCaches(this as unknown as Inside);
  }

  override write(x: number, y: number, text: string, {transformers}: {transformers: Transformer[]}): void {
    if (text !== '') this.#operations.push({type: 'write', x, y, text, transformers});
  }

  override clip(clip: Clip): void {
    this.#operations.push({type: 'clip', clip});
  }

  override unclip(): void {
    this.#operations.push({type: 'unclip'});
  }

  override get(): {output: string; height: number} {
    const rows = this.#pieces();
    const output = rows.map(pieces => (pieces.length === 0 ? '' : paint(pieces, this.width))).join('\n');
    return {output, height: this.height};
  }

  /** The pieces of text of each row of the screen, in the order in which they cover each other. */
  #pieces(): readonly (readonly Piece[])[] {
    const rows = Array.from({length: this.height}, (): Piece[] => []);
    const clips: Clip[] = [];
    for (const operation of this.#operations) {
      if (operation.type === 'clip') clips.push(intersect(clips.at(-1), operation.clip));
      else if (operation.type === 'unclip') clips.pop();
      else {
        const cut = this.#cut(operation.x, operation.y, operation.text, clips.at(-1));
        for (const [index, part] of cut?.lines.entries() ?? []) {
          const y = (cut?.y ?? 0) + index;
          const line = operation.transformers.reduce((text, transform) => transform(text, y - operation.y), part);
          if (line !== '') rows[y]?.push({x: cut?.x ?? 0, line});
        }
      }
    }
    return rows;
  }

  /** As Ink's `applyWriteOperation` cuts a text to a clip, line by line. */
  #cut(x: number, y: number, text: string, clip: Clip | undefined) {
    let lines = this.#split(text);
    if (clip === undefined) return {x, y, lines};
    if (isEmpty(clip)) return undefined;
    const {x1, x2, y1, y2} = clip;
    if (typeof x1 === 'number' && typeof x2 === 'number') {
      if (x + this.#caches.getWidestLine(text) < x1 || x > x2) return undefined;
    }
    if (typeof y1 === 'number' && typeof y2 === 'number' && (y + lines.length < y1 || y > y2)) return undefined;
    let left = x;
    let top = y;
    if (typeof x1 === 'number' && typeof x2 === 'number') {
      lines = lines.map(line => {
        const width = this.#caches.getStringWidth(line);
        const from = Math.max(0, x1 - x);
        const to = x + width > x2 ? x2 - x : width;
        return from === 0 && to === width ? line : this.sliceLineToColumns(line, from, to);
      });
      left = Math.max(x, x1);
    }
    if (typeof y1 === 'number' && typeof y2 === 'number') {
      lines = lines.slice(Math.max(0, y1 - y), y + lines.length > y2 ? y2 - y : lines.length);
      top = Math.max(y, y1);
    }
    return {x: left, y: top, lines};
  }

  /** Lines of a text; a style that goes on behind a line feed is opened again. */
  #split(text: string): readonly string[] {
    const known = splitTexts.get(text);
    if (known !== undefined) return known;
    const lines: StyledChars[] = [[]];
    for (const character of this.#caches.getStyledChars(text)) {
      if (character.value === '\n') lines.push([]);
      else lines.at(-1)?.push(character);
    }
    const split = lines.map(styledCharsToString);
    splitTexts.set(text, split);
    return split;
  }
}

function paint(pieces: readonly Piece[], width: number): string {
  const key = `${width}\0${pieces.map(({x, line}) => `${x}\0${line}`).join('\0')}`;
  const known = paintedRows.get(key);
  if (known !== undefined) return known;
  const row = new Output({width, height: 1});
  shareCaches(row as unknown as Inside);
  for (const {x, line} of pieces) row.write(x, 0, line, {transformers: []});
  const {output} = row.get();
  paintedRows.set(key, output);
  return output;
}

/** Ink makes these caches for a single frame. */
function shareCaches(output: Inside): Inside['caches'] {
  if (caches === undefined) {
    caches = output.caches;
    caches.widths = new RecentMap<string, number>(2000);
    caches.blockWidths = new RecentMap<string, number>(1000);
    // By far the largest, a few objects for each cell, and asked only for rows that were not painted before.
    caches.styledChars = new RecentMap<string, StyledChars>(150);
  }
  output.caches = caches;
  return caches;
}

function intersect(outer: Clip | undefined, inner: Clip): Clip {
  if (outer === undefined) return inner;
  const tighter = (a: number | undefined, b: number | undefined, pick: (a: number, b: number) => number) =>
    a === undefined ? b : b === undefined ? a : pick(a, b);
  return {
    x1: tighter(outer.x1, inner.x1, Math.max),
    x2: tighter(outer.x2, inner.x2, Math.min),
    y1: tighter(outer.y1, inner.y1, Math.max),
    y2: tighter(outer.y2, inner.y2, Math.min),
  };
}

function isEmpty({x1, x2, y1, y2}: Clip): boolean {
  return (x1 !== undefined && x2 !== undefined && x1 >= x2) || (y1 !== undefined && y2 !== undefined && y1 >= y2);
}
