import {readParam} from '../airflow/param.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {Command, CommandContext, CommandInput} from './command.ts';
import {runOperation} from './run-operation.ts';

export const dagsTriggerCommand: Command = {
  path: ['dags', 'trigger'],
  summary: 'Start a run of a DAG',
  args: ['<dag>'],
  options: [
    {flags: '--conf <json>', description: 'the conf of the run, a JSON object'},
    {flags: '--param <name=value...>', description: 'one param of the DAG, read and checked by its type'},
    {flags: '--wait', description: 'follow the run to its end; a failed run exits with 1'},
  ],
  changes: true,
  run: async (context, input) => {
    const [dagId = ''] = input.args;
    const {console} = context;
    const conf = {...(await paramsOf(console, dagId, input)), ...confOf(input)};
    return runOperation(context, console.operations.trigger(dagId, {conf, follow: input.options.wait === true}));
  },
};

function confOf({options}: CommandInput): Record<string, unknown> {
  if (typeof options.conf !== 'string') return {};
  try {
    const conf: unknown = JSON.parse(options.conf);
    if (typeof conf === 'object' && conf !== null && !Array.isArray(conf)) return {...conf};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem('airflow.invalid', '--conf is not a JSON object');
}

async function paramsOf(
  console: CommandContext['console'],
  dagId: string,
  {options}: CommandInput,
): Promise<Record<string, unknown>> {
  const given = Array.isArray(options.param) ? options.param.map(String) : [];
  if (given.length === 0) return {};
  const {params} = await console.live.ask(console.queries.dag(dagId));
  const conf: Record<string, unknown> = {};
  for (const pair of given) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const param = params.find(candidate => candidate.name === name);
    if (at < 0 || param === undefined) {
      const known = params.map(candidate => candidate.name).join(', ');
      throw new Problem('airflow.invalid', oneLine(`${name} is not a param of ${dagId}; it has: ${known}`));
    }
    const read = readParam(param, pair.slice(at + 1));
    if ('wrong' in read) throw new Problem('airflow.invalid', oneLine(`${name}: ${read.wrong}`));
    conf[name] = read.value;
  }
  return conf;
}
