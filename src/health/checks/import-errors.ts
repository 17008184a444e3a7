import {clean, oneLine} from '../../text.ts';
import type {Check} from '../check.ts';
import {fresh, saidAt} from '../evidence.ts';
import {notFoundOut} from '../not-found-out.ts';

/** Each DAG file can be imported. */
export const importErrorsCheck: Check = {
  id: 'import-errors',
  question: 'Can every DAG file be imported?',
  see: {key: '2', title: 'DAGs'},
  judge: evidence => {
    const errors = fresh(evidence.importErrors);
    if (errors === undefined)
      return notFoundOut(evidence, evidence.importErrors, 'dags', 'Whether all DAG files can be imported');
    const first = errors.items[0];
    if (first === undefined) {
      return [
        {
          about: 'dags',
          level: 'ok',
          text: 'Every DAG file can be imported.',
          evidence: [{name: 'import errors', value: '0', source: 'the API', ...saidAt(evidence.importErrors)}],
        },
      ];
    }
    const file = oneLine(first.file.split('/').at(-1) ?? first.file, 40);
    const lastLine = oneLine(first.trace.trim().split('\n').at(-1) ?? '', 80);
    const reason = lastLine === '' ? '' : ` (${lastLine})`;
    const files = errors.total === 1 ? '1 DAG file' : `${errors.total} DAG files`;
    const others = errors.total === 1 ? '' : ' and others';
    return [
      {
        about: 'dags',
        level: 'warning',
        text: `${files} cannot be imported: ${file}${others}${reason}.`,
        hint: 'Their DAGs do not run. Screen 2, key i, shows the tracebacks.',
        evidence: errors.items.slice(0, 20).map(({file: path, trace, atMs}) => ({
          name: `file ${oneLine(path, 200)}`,
          value: clean(trace).trim() === '' ? '(no traceback)' : trace,
          source: 'the API',
          atMs,
        })),
      },
    ];
  },
};
