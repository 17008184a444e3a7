import {clip, widthOf} from './fit.ts';

/** The text in lines of at most `width` cells, broken between words; a longer word is cut. Newlines are kept. */
export function wrap(text: string, width: number): readonly string[] {
  if (width <= 0) return [];
  return text.split('\n').flatMap(line => wrapLine(line, width));
}

function wrapLine(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap(part => pieces(part, width))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) {
      line = joined;
    } else {
      if (line !== '') lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines;
}

/** A word that is too long for a line, in pieces that are not. */
function pieces(word: string, width: number): readonly string[] {
  const out: string[] = [];
  let rest = word;
  while (widthOf(rest) > width) {
    const head = clip(rest, width + 1).slice(0, -1);
    if (head === '') break;
    out.push(head);
    rest = rest.slice(head.length);
  }
  out.push(rest);
  return out;
}
