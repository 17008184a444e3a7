import type {DialogLine} from '../dialog/dialog.tsx';
import {paragraph} from '../dialog/dialog.tsx';
import {fieldSegments, hidden} from '../field/field.tsx';
import {fitTo, widthOf} from '../text/fit.ts';
import {steady} from '../text/steady.ts';
import type {FormState, FormStore} from './form-store.ts';

/** The form as lines of a dialog, and which of them has the keyboard. */
export function formLines(
  form: FormStore,
  {focus, tried}: FormState,
  width: number,
): {readonly lines: readonly DialogLine[]; readonly focus: number} {
  const needed = form.questions.map(({label, required}) => widthOf(steady(label)) + (required === true ? 3 : 2));
  const labels = Math.min(28, Math.max(...needed, 6));
  const lines: DialogLine[] = [];
  let at = 0;
  for (const [index, question] of form.questions.entries()) {
    const focused = index === focus;
    if (focused) at = lines.length;
    const field = form.fields[index];
    const {text, caret} = field?.state.getState() ?? {text: '', caret: 0};
    const room = width - labels - 2;
    const answer =
      question.choices === undefined
        ? fieldSegments(question.hidden?.() === true ? hidden(text) : text, caret, room, focused)
        : [{text: focused ? `‹ ${text} ›` : text, inverse: focused}];
    lines.push([
      {text: focused ? '▸ ' : '  '},
      {
        text: fitTo(steady(question.labelNow?.() ?? question.label) + (question.required === true ? ' *' : ''), labels),
        bold: focused,
      },
      ...answer,
    ]);
    const mistake = tried || focused ? form.mistake(index) : undefined;
    const isEmpty = text === '' && !tried;
    const lead = ' '.repeat(labels + 2);
    if (mistake !== undefined && !isEmpty) lines.push(...paragraph(mistake, width, {colour: 'red'}, lead));
    else if (focused && question.hint !== undefined)
      lines.push(...paragraph(question.hint, width, {colour: 'dim'}, lead));
  }
  return {lines, focus: at};
}
