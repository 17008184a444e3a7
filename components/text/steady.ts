import {clean, oneLine} from '../../src/text.ts';
import {graphemes, isSimple, widthOf} from './fit.ts';

/** What has no width of its own, or only changes the look of its neighbour: joiners, variation selectors, skin tones, keycaps. */
const unsteady = /\p{Default_Ignorable_Code_Point}|\p{Cf}|\p{Cc}|\p{Emoji_Modifier}|\u20e3/gu;
const leadingMarks = /^\p{M}+/u;
const piledMarks = /(\p{M}{3})\p{M}+/gu;
/** Viramas that join the next letter to a conjunct. */
const conjunct =
  /[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6\u{10a3f}\u{11133}\u{113d0}\u{1193e}\u{11a47}\u{11a99}\u{11f42}]/gu;

/**
 * The text of anybody, in one line of characters whose width all terminals and Ink agree on: no control characters, no joined
 * emoji (a family becomes its persons: terminals draw the joined one in 2 to 8 cells). What remains in doubt becomes `�`.
 */
export function steady(text: string): string {
  return isSimple(text) ? text : settled(oneLine(text));
}

/** The same with each blank where it stands: for a text that was laid out already, or that is being typed. */
export function steadyBlanks(text: string): string {
  return isSimple(text) ? text : settled(clean(text).replace(/\s/gu, ' '));
}

function settled(line: string): string {
  const plain = line
    .replace(unsteady, '')
    .replace(leadingMarks, '')
    .replace(piledMarks, '$1')
    .replaceAll('\u0e33', '\u0e4d\u0e32')
    .replaceAll('\u0eb3', '\u0ecd\u0eb2')
    .replace(conjunct, '$&\u200c');
  if (isSimple(plain)) return plain;
  let whole = '';
  for (const {segment} of graphemes(plain)) whole += agreed(segment) ? segment : '\ufffd';
  return whole;
}

/** Whether the character is as wide as its parts: terminals count one or the other. */
function agreed(grapheme: string): boolean {
  if (grapheme.length === 1) return true;
  let sum = 0;
  for (const part of grapheme) sum += widthOf(part);
  return sum === widthOf(grapheme);
}
