import type {DagSpec, ParamSpec} from '../world/dag.ts';
import {brokenFile, demoDags} from '../world/dags.ts';
import type {Timetable} from '../world/timetable.ts';

/** The files of the DAG folder, by name. */
export function dagFiles(): Map<string, string> {
  const files = new Map(demoDags.map(dag => [dag.file, source(dag)] as const));
  files.set(brokenFile.file, broken);
  files.set('.airflowignore', 'shared/\n');
  files.set('shared/__init__.py', '');
  files.set('shared/connections.py', '"""Names of connections that several DAGs use."""\n\nORDERS = "orders_db"\n');
  return files;
}

const broken = `"""A DAG file that cannot be imported."""

from ${brokenFile.module} import something
from airflow.sdk import DAG

with DAG("broken_import") as dag:
    something()
`;

function source(dag: DagSpec): string {
  const params = Object.entries(dag.params).map(([name, param]) => `    ${name}=${pythonParam(param)},\n`);
  const tasks = dag.tasks.map(({id, operator}) =>
    operator === 'BashOperator'
      ? `    ${id} = BashOperator(task_id="${id}", bash_command="echo ${id}")\n`
      : `    ${id} = PythonOperator(task_id="${id}", python_callable=${id === dag.fails ? 'explode' : 'print'})\n`,
  );
  const chain = dag.tasks.length > 1 ? `    ${dag.tasks.map(({id}) => id).join(' >> ')}\n` : '';
  return `"""${dag.description ?? dag.id}."""

from datetime import datetime, timedelta, timezone

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, Param
${dag.fails === undefined ? '' : '\n\ndef explode():\n    raise ValueError("this fails on purpose")\n'}
${params.length === 0 ? '' : `PARAMS = dict(\n${params.join('')})\n`}
with DAG(
    "${dag.id}",
    schedule=${pythonSchedule(dag.timetable, dag.id)},
    start_date=datetime(2024, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    default_args={"owner": "${dag.owner}"},
    tags=[${dag.tags.map(tag => `"${tag}"`).join(', ')}],${params.length === 0 ? '' : '\n    params=PARAMS,'}
) as dag:
${tasks.join('')}${chain}`;
}

function pythonSchedule(timetable: Timetable, dagId: string): string {
  switch (timetable.kind) {
    case 'none':
      return 'None';
    case 'asset':
      return `[Asset("${dagId}_input")]`;
    case 'every':
      return `timedelta(hours=${timetable.everyMs / 3_600_000})`;
    case 'cron':
      return timetable.expression === '0 * * * *' ? '"@hourly"' : `"${timetable.expression}"`;
  }
}

function pythonParam({value, schema, description}: ParamSpec): string {
  const python = (each: unknown): string =>
    each === null ? 'None' : each === true ? 'True' : each === false ? 'False' : JSON.stringify(each);
  const rules = Object.entries(schema).map(([name, rule]) => `${name}=${python(rule)}`);
  const first = value === undefined ? [] : [python(value)];
  return `Param(${[...first, ...rules, ...(description === null ? [] : [`description=${python(description)}`])].join(', ')})`;
}
