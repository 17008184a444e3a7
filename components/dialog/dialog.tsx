import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import type {Colour} from '../table/column.ts';
import {clip, fitTo, widthOf} from '../text/fit.ts';
import {steady, steadyBlanks} from '../text/steady.ts';
import {breakLines, wrap} from '../text/wrap.ts';

/** A piece of a line. */
export type Segment = {
  readonly text: string;
  readonly colour?: Colour | undefined;
  readonly bold?: boolean;
  readonly inverse?: boolean;
};

export type DialogLine = readonly Segment[];

type DialogProps = {
  readonly title: string;
  readonly lines: readonly DialogLine[];
  /** The last line, right-aligned: the keys that work. Never scrolled away. */
  readonly keys: string;
  /** Of the room that the dialog lies over. */
  readonly columns: number;
  readonly rows: number;
  /** Cells of the dialog, where there is room. Default 78. */
  readonly width?: number;
  readonly colour?: Colour;
  readonly ascii?: boolean;
  /** Which line must be visible where not all fit. Default the first. */
  readonly focus?: number;
};

const box = {
  unicode: {tl: '┌', tr: '┐', bl: '└', br: '┘', h: '─', v: '│'},
  ascii: {tl: '+', tr: '+', bl: '+', br: '+', h: '-', v: '|'},
} as const;

/** The lines that a dialog with keys shows in so many rows. */
export const dialogRoom = (rows: number): number => Math.max(1, rows - 4);

/** The cells that a line may take in a dialog over so many columns. */
export function dialogWidth(columns: number, width = 78): number {
  return Math.max(10, Math.min(width, columns - 2) - 4);
}

/** Lines in a frame, over what is beneath: every cell of the frame is written, so that nothing shines through. */
export function Dialog({
  title,
  lines,
  keys,
  columns,
  rows,
  width,
  colour,
  ascii = false,
  focus = 0,
}: DialogProps): ReactNode {
  const inner = dialogWidth(columns, width);
  const line = ascii ? box.ascii : box.unicode;
  const room = dialogRoom(rows);
  const from = Math.max(0, Math.min(lines.length - room, focus - Math.floor(room / 2)));
  const shown = lines.slice(from, from + room);
  const below = lines.length - from - shown.length;
  const name = clip(steady(title), inner - 2);
  const border = ink(colour);
  return (
    <Box
      position="absolute"
      marginLeft={Math.max(0, Math.floor((columns - inner - 6) / 2))}
      marginTop={Math.max(0, Math.floor((rows - shown.length - 4) / 2))}
      flexDirection="column"
      width={inner + 6}
    >
      <Text {...border} wrap="truncate">
        {' '}
        {line.tl} <Text bold>{name}</Text> {line.h.repeat(Math.max(0, inner - widthOf(name)))}
        {line.tr}{' '}
      </Text>
      {shown.map((segments, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={from + index} wrap="truncate">
          {' '}
          <Text {...border}>{line.v}</Text> <Segments segments={segments} width={inner} />{' '}
          <Text {...border}>{line.v}</Text>{' '}
        </Text>
      ))}
      <Text wrap="truncate">
        {' '}
        <Text {...border}>{line.v}</Text> <Text dimColor>{fitTo(more(from, below), inner)}</Text>{' '}
        <Text {...border}>{line.v}</Text>{' '}
      </Text>
      <Text wrap="truncate">
        {' '}
        <Text {...border}>{line.v}</Text> <Text bold>{fitTo(keys, inner, 'right')}</Text>{' '}
        <Text {...border}>{line.v}</Text>{' '}
      </Text>
      <Text {...border} wrap="truncate">
        {' '}
        {line.bl}
        {line.h.repeat(inner + 2)}
        {line.br}{' '}
      </Text>
    </Box>
  );
}

/** What of the content is not shown: what is confirmed must not hide above or below. */
function more(above: number, below: number): string {
  const count = (lines: number) => `${lines} more ${lines === 1 ? 'line' : 'lines'}`;
  if (above > 0 && below > 0) return `${count(above)} above, ${below} below`;
  if (above > 0) return `${count(above)} above`;
  return below > 0 ? count(below) : '';
}

function ink(colour: Colour | undefined): {color?: string; dimColor?: boolean} {
  if (colour === undefined) return {};
  return colour === 'dim' ? {dimColor: true} : {color: colour};
}

function Segments({segments, width}: {readonly segments: DialogLine; readonly width: number}): ReactNode {
  let room = width;
  const drawn = segments.map((segment, index) => {
    const text = clip(steadyBlanks(segment.text), room);
    room -= widthOf(text);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place
      <Text key={index} {...ink(segment.colour)} bold={segment.bold === true} inverse={segment.inverse === true}>
        {text}
      </Text>
    );
  });
  return (
    <>
      {drawn}
      {' '.repeat(Math.max(0, room))}
    </>
  );
}

/** A sentence as lines of a dialog; lines after the first are indented like the first one's text. */
export function paragraph(
  text: string,
  width: number,
  look: Omit<Segment, 'text'> = {},
  lead = '',
): readonly DialogLine[] {
  const indent = widthOf(lead);
  return wrap(text.split('\n').map(steady).join('\n'), width - indent).map((line, index) => [
    {...look, text: (index === 0 ? lead : ' '.repeat(indent)) + line},
  ]);
}

/** Code or a value as lines of a dialog: each character where it stands. */
export function verbatim(text: string, width: number, look: Omit<Segment, 'text'> = {}): readonly DialogLine[] {
  const lines = breakLines(text.split('\n').map(steadyBlanks).join('\n'), width);
  return lines.map(line => [{...look, text: line}]);
}

/** Text at the left and at the right edge; the right one gives way. */
export function spread(left: string, right: string, width: number, look: Omit<Segment, 'text'> = {}): DialogLine {
  const start = clip(steady(left), width);
  const room = width - widthOf(start) - 2;
  return [
    {...look, text: start},
    {text: room > 0 ? fitTo(steady(right), room + 2, 'right') : '', colour: 'dim'},
  ];
}

export const blank: DialogLine = [];
