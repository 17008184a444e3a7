import type {Component} from '../airflow/component.ts';

const subcommands: Readonly<Record<string, Component>> = {
  scheduler: 'scheduler',
  webserver: 'webserver',
  'api-server': 'api-server',
  'dag-processor': 'dag-processor',
  triggerer: 'triggerer',
  standalone: 'standalone',
  kerberos: 'kerberos',
  'celery worker': 'worker',
  'celery flower': 'flower',
  'edge worker': 'worker',
};

/** Components that are started without the airflow command, by the module that they name. */
const modules: readonly (readonly [RegExp, Component])[] = [
  [/\bairflow\.www\.\w+[:.]/, 'webserver'],
  [/\bairflow\.api_fastapi\.main\b/, 'api-server'],
  [/\bairflow\.[\w.]*celery_executor\b.*\bworker\b/, 'worker'],
  [/\bairflow\.[\w.]*celery_executor\b.*\bflower\b/, 'flower'],
];

/** Programs that are a component; shells, sudo and supervisors only start one, whatever their arguments say. */
const interpreters = /^(airflow|python[\d.]*|pypy[\d.]*|gunicorn|uvicorn|celery)$/;

/** Child processes by their titles, as Airflow 2.11 and 3.3, gunicorn and Celery set them. */
const childTitles = [
  /^airflow [\w-]+ --? /,
  /^airflow (serve-logs|task|tasks)\b/,
  /^(\[ready\] )?gunicorn: (master|worker) /,
  /^\[celeryd: /,
] as const;

const mainTitles: readonly (readonly [RegExp, Component])[] = [
  [/^airflow api_server -- /, 'api-server'],
  [/^gunicorn: master \[airflow-webserver\]/, 'webserver'],
  [/^\[celeryd: .*:MainProcess\].*\(celery worker\b/, 'worker'],
];

export type ProcessKind = {readonly main: Component} | 'child' | undefined;

/** The component that a command line starts: `…/airflow scheduler`, `bash -c 'source … && airflow scheduler'`, `python -m airflow …`. */
export function componentOfCommand(command: string): Component | undefined {
  const words = wordsOf(command);
  for (const [index, word] of words.entries()) {
    const isAirflow = /(^|\/)airflow(:[\w.-]+)?$/.test(word);
    if (!isAirflow) continue;
    const [first = '', second = ''] = words.slice(index + 1, index + 3);
    const component = subcommands[first] ?? subcommands[`${first} ${second}`];
    if (component !== undefined) return component;
  }
  return modules.find(([pattern]) => pattern.test(command))?.[1];
}

/**
 * The component that a wrapper script starts. `lines` are those of its lines that name airflow, `command` is how the unit calls it:
 * the script may hand its arguments on (`exec airflow "$@"`) or choose by them.
 */
export function componentOfScript(lines: readonly string[], command: string): Component | undefined {
  const code = lines.filter(line => !/^\s*#/.test(line));
  const found = new Set(code.flatMap(line => componentOfCommand(line) ?? []));
  if (found.size === 1) return [...found][0];
  const args = wordsOf(command).slice(1);
  const asked = componentOfCommand(['airflow', ...args].join(' '));
  if (asked === undefined) return undefined;
  const handsOn = code.some(line => /(^|[\s/"'])airflow["']?\s+["']?\$/.test(line));
  return found.has(asked) || handsOn ? asked : undefined;
}

/** What a process is, by its title or command line. */
export function kindOfProcess(title: string): ProcessKind {
  const main = mainTitles.find(([pattern]) => pattern.test(title));
  if (main !== undefined) return {main: main[1]};
  if (childTitles.some(pattern => pattern.test(title))) return 'child';
  const [program = ''] = wordsOf(title);
  if (!interpreters.test(program.replace(/^.*\//, ''))) return undefined;
  const component = componentOfCommand(title);
  if (component !== undefined) return {main: component};
  return wordsOf(title).some((word, index, words) => /(^|\/)airflow$/.test(word) && words[index + 1] === 'tasks')
    ? 'child'
    : undefined;
}

function wordsOf(command: string): readonly string[] {
  return command.split(/[\s"'`;&|()]+/).filter(word => word !== '');
}
