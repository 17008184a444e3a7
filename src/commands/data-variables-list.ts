import type {Variable} from '../airflow/api.ts';
import {valueWords} from '../data/variable-words.ts';
import {oneLine} from '../text.ts';
import {type Command, exitCodes} from './command.ts';
import {textOf} from './options.ts';
import {columnsOf} from './print-table.ts';

export const dataVariablesListCommand: Command = {
  path: ['data', 'variables', 'list'],
  summary: 'The variables of Airflow, their values masked',
  options: [
    {flags: '--reveal', description: 'the values in clear; the activity records it'},
    {
      flags: '--filter <text>',
      description: 'only those with this text in the key or description, or in a revealed value',
    },
  ],
  run: async ({console, json, print}, {options}) => {
    const reveal = options.reveal === true;
    const {items} = await console.live.ask(console.queries.variables);
    const found = items
      .filter(variable => holds(variable, textOf(options.filter)?.toLowerCase() ?? '', reveal))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const revealed = reveal ? found.filter(({value}) => 'text' in value) : [];
    const keys = revealed.map(({key}) => key);
    if (keys.length > 0) await console.activity.note('API', 'revealed variables', keys);
    if (json) {
      print(JSON.stringify(found.map(variable => variableJson(variable, reveal))));
      return exitCodes.ok;
    }
    const rows = found.map(({key, value, description, encrypted}) => [
      oneLine(key),
      valueWords(value, reveal),
      encrypted === undefined ? '-' : encrypted ? 'yes' : 'no',
      oneLine(description ?? ''),
    ]);
    for (const line of columnsOf([['KEY', 'VALUE', 'ENCRYPTED', 'DESCRIPTION'], ...rows])) print(line);
    return exitCodes.ok;
  },
};

/** A value that is not shown does not count: who filters must not learn what is in it. */
function holds({key, value, description = ''}: Variable, text: string, reveal: boolean): boolean {
  const shown = reveal && 'text' in value ? value.text : '';
  return [key, description, shown].some(part => part.toLowerCase().includes(text));
}

function variableJson({key, value, description, encrypted}: Variable, reveal: boolean) {
  return {
    key,
    kind: value.kind,
    ...(reveal && 'text' in value ? {value: value.text} : {}),
    ...(description === undefined ? {} : {description}),
    ...(encrypted === undefined ? {} : {encrypted}),
  };
}
