import {type ReactNode, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {blank, Dialog, dialogWidth, paragraph} from '../../components/dialog/dialog.tsx';
import {formKeymap} from '../../components/form/form-keys.ts';
import {formLines} from '../../components/form/form-lines.ts';
import {FormStore, type Question} from '../../components/form/form-store.ts';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {type Param, paramText, readParam} from '../../src/airflow/param.ts';
import {oneLine} from '../../src/text.ts';
import {type Size, useShell} from '../context.tsx';
import {useLive} from '../use-live.ts';

type TriggerFormProps = {
  readonly dagId: string;
  readonly body: Size;
  readonly onLeave: () => void;
};

/** Asks for the params of a DAG, then shows the preview of the run. */
export function TriggerForm({dagId, body, onLeave}: TriggerFormProps): ReactNode {
  const {console, ascii} = useShell();
  const details = useLive(console.live, console.queries.dag(dagId));
  const title = `Trigger ${oneLine(dagId, 60)}`;
  const width = dialogWidth(body.columns);
  // What somebody has typed must not be replaced by a later answer.
  const [params, setParams] = useState<readonly Param[]>();
  if (params === undefined && details.value !== undefined) setParams(details.value.params);
  if (params === undefined) {
    const lines =
      details.problem === undefined
        ? [[{text: 'Asking for its params …'}]]
        : paragraph(`${details.problem.title}: ${details.problem.detail}`, width, {colour: 'red'});
    return <Waiting title={title} lines={lines} body={body} onLeave={onLeave} ascii={ascii} />;
  }
  return <Asking dagId={dagId} title={title} params={params} body={body} onLeave={onLeave} />;
}

type WaitingProps = {
  readonly title: string;
  readonly lines: Parameters<typeof Dialog>[0]['lines'];
  readonly body: Size;
  readonly onLeave: () => void;
  readonly ascii: boolean;
};

function Waiting({title, lines, body, onLeave, ascii}: WaitingProps): ReactNode {
  const form = useMemo(() => new FormStore([]), []);
  useKeymap(formKeymap, {form, onSubmit: () => {}, onLeave}, {rank: ranks.dialog, modal: true});
  return <Dialog title={title} lines={lines} keys="Esc leave" {...body} ascii={ascii} />;
}

type AskingProps = {
  readonly dagId: string;
  readonly title: string;
  readonly params: readonly Param[];
  readonly body: Size;
  readonly onLeave: () => void;
};

const confId = '\0conf';

function Asking({dagId, title, params, body, onLeave}: AskingProps): ReactNode {
  const {console, ascii} = useShell();
  const [form] = useState(() => new FormStore(questions(params)));
  const state = useStore(form.state);
  // Redrawn with each letter of the field that has the keyboard.
  useStore(form.field().state);
  const onSubmit = () => {
    const answers = form.submit();
    if (answers === undefined) return;
    onLeave();
    void console.runner.propose(console.operations.trigger(dagId, {conf: confOf(params, answers), follow: true}));
  };
  useKeymap(formKeymap, {form, onSubmit, onLeave}, {rank: ranks.dialog, modal: true, onText: text => form.type(text)});
  const width = dialogWidth(body.columns);
  const {lines, focus} = formLines(form, state, width);
  return (
    <Dialog
      title={title}
      lines={[...lines, blank]}
      keys="Tab next   Enter preview   Esc leave"
      {...body}
      focus={focus}
      colour="cyan"
      ascii={ascii}
    />
  );
}

function questions(params: readonly Param[]): readonly Question[] {
  const conf: Question = {
    id: confId,
    label: params.length === 0 ? 'conf, as JSON' : 'more conf, as JSON',
    hint:
      params.length === 0 ? 'The DAG has no params. Empty, or an object: {"key": "value"}' : 'Beats the fields above.',
    text: '',
    check: text => {
      const value = text.trim() === '' ? {} : parsed(text);
      return isObject(value) ? undefined : 'This is not a JSON object.';
    },
  };
  return [...params.map(question), conf];
}

function question(param: Param): Question {
  const choices = param.type === 'boolean' ? [true, false] : param.choices;
  const hint = [param.description, param.type === 'any' ? undefined : param.type].filter(Boolean).join(' · ');
  return {
    id: param.name,
    label: param.name,
    text: paramText(param),
    required: param.required,
    ...(hint === '' ? {} : {hint: oneLine(hint, 200)}),
    ...(choices === undefined ? {} : {choices: choices.map(choice => paramText({...param, value: choice}))}),
    check: text => {
      const read = readParam(param, text);
      return 'wrong' in read ? read.wrong : undefined;
    },
  };
}

function confOf(params: readonly Param[], answers: ReadonlyMap<string, string>): Record<string, unknown> {
  const conf: Record<string, unknown> = {};
  for (const param of params) {
    const read = readParam(param, answers.get(param.name) ?? '');
    if ('value' in read && read.value !== undefined) conf[param.name] = read.value;
  }
  const more = answers.get(confId)?.trim() ?? '';
  const value = more === '' ? {} : parsed(more);
  return {...conf, ...(isObject(value) ? value : {})};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
