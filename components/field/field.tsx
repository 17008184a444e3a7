import {Text} from 'ink';
import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import type {Segment} from '../dialog/dialog.tsx';
import {widthOf} from '../text/fit.ts';
import {steadyBlanks} from '../text/steady.ts';
import {characters, type FieldStore} from './field-store.ts';

type FieldProps = {readonly field: FieldStore; readonly width: number; readonly focused?: boolean};

/** The text with its caret in at most `width` cells; the part around the caret is shown where not all fits. */
export function fieldSegments(text: string, caret: number, width: number, focused: boolean): readonly Segment[] {
  const all = characters(text);
  const at = steadyBlanks(all[caret] ?? ' ');
  let room = width - widthOf(at);
  let before = '';
  for (const character of all.slice(0, caret).reverse()) {
    const shown = steadyBlanks(character);
    room -= widthOf(shown);
    if (room < 0) break;
    before = shown + before;
  }
  let after = '';
  for (const character of all.slice(caret + 1)) {
    const shown = steadyBlanks(character);
    room -= widthOf(shown);
    if (room < 0) break;
    after += shown;
  }
  return [{text: before}, {text: at, inverse: focused}, {text: after}];
}

/** The text with a sign in place of each character. */
export const hidden = (text: string, ascii = false): string => (ascii ? '*' : '•').repeat(characters(text).length);

export function Field({field, width, focused = true}: FieldProps): ReactNode {
  const {text, caret} = useStore(field.state);
  return (
    <Text wrap="truncate">
      {fieldSegments(text, caret, width, focused).map((segment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place
        <Text key={index} inverse={segment.inverse === true}>
          {segment.text}
        </Text>
      ))}
    </Text>
  );
}
