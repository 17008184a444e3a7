import * as v from 'valibot';
import type {Installation} from '../../config/installation.ts';
import type {Host} from '../../host/host.ts';
import {Problem} from '../../problems/problem.ts';
import {oneLine} from '../../text.ts';
import type {MadeFile} from './schedule.ts';

/** Gets the environment by stdin: it holds secrets, and arguments are seen by everybody. */
const program = `
import json, os, sys
asked = json.load(sys.stdin)
os.environ.update(asked["environment"])
names = {"__name__": "windsock_check", "__file__": asked["path"]}
exec(compile(asked["text"], asked["path"], "exec"), names)
print()
print(json.dumps({"dag": names["dag"].dag_id, "tasks": len(names["dag"].task_dict), "airflow": names["__version__"]}))
`;

const answer = v.object({dag: v.string(), tasks: v.number(), airflow: v.string()});

/** Airflow's settings may import much. */
const timeoutMs = 180_000;

const probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('airflow') is None)";

/** Why no interpreter of the host can say what Airflow would make of a DAG file; undefined where one can. */
export async function nobodyToImport(
  host: Host,
  {python = 'python3', runAs}: Pick<Installation, 'python' | 'runAs'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const {code} = await host.exec([python, '-Ic', probe], {as: runAs, signal});
  return code === 0
    ? undefined
    : `${python} on ${host.name} has no Airflow that could read the DAG before it is placed`;
}

/** Says what Airflow's own interpreter made of a DAG file. Throws `logs.schedule-broken` with the end of its traceback. */
export async function checkImport(
  host: Host,
  {python, runAs, airflowHome, environments}: Installation,
  [file]: readonly MadeFile[],
  dagId: string,
  signal: AbortSignal,
): Promise<string> {
  if (file === undefined) throw new Error('there is no file to check');
  const unit = environments.find(({unit: name}) => /scheduler|dag-processor/.test(name)) ?? environments[0];
  const variables = [...(unit?.variables ?? [])].map(([name, {value}]) => [name, value] as const);
  const environment = {...Object.fromEntries(variables), AIRFLOW_HOME: airflowHome};
  const stdin = JSON.stringify({environment, path: file.path, text: file.text});
  const ran = await host.exec([python ?? 'python3', '-Ic', program], {as: runAs, stdin, timeoutMs, signal});
  const last = ran.stdout.trimEnd().split('\n').at(-1) ?? '';
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), answer), last);
  if (ran.code !== 0 || !parsed.success || parsed.output.dag !== dagId) {
    const lines = ran.stderr.trimEnd().split('\n').slice(-10);
    throw new Problem('logs.schedule-broken', oneLine(lines.at(-1) ?? '', 300), {lines});
  }
  return `Airflow ${oneLine(parsed.output.airflow, 20)} reads it: ${dagId}, ${parsed.output.tasks} task`;
}
