import {clip, graphemes, isSimple, widthOf} from './fit.ts';

/** The text in lines of at most `width` cells, broken between words; a longer word is cut. Newlines are kept, and how far a line is indented. */
export function wrap(text: string, width: number): readonly string[] {
  if (width <= 0) return [];
  return text.split('\n').flatMap(line => wrapIndented(line, width));
}

/** What comes over of a line stands below it. In a narrow place no room is left for that. */
function wrapIndented(line: string, width: number): readonly string[] {
  const text = line.trimStart();
  const indent = line.slice(0, line.length - text.length);
  if (indent === '' || indent.length * 2 > width) return wrapLine(text, width);
  return wrapLine(text, width - indent.length).map(each => (each === '' ? '' : indent + each));
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

/** The text in lines of at most `width` cells with each blank where it stands, broken wherever a line is full: for code and values. */
export function breakLines(text: string, width: number): readonly string[] {
  if (width <= 0) return [];
  return text.split('\n').flatMap(line => breakLine(line, width));
}

function breakLine(text: string, width: number): readonly string[] {
  if (text === '') return [''];
  const lines: string[] = [];
  if (isSimple(text)) {
    for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
    return lines;
  }
  let line = '';
  let used = 0;
  for (const {segment} of graphemes(text)) {
    const cells = widthOf(segment);
    if (used > 0 && used + cells > width) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += segment;
    used += cells;
  }
  return [...lines, line];
}
