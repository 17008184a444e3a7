import type {Folders} from '../config/folders.ts';
import type {ScanPatterns} from '../host/agent.ts';
import {escaped, patternOf} from './log-template.ts';

/**
 * What a file below a log folder is.
 * - `task`: the log of a task's try, with what the triggerer wrote of it (since 2.6)
 * - `dag-file`: of the parsing of a DAG file: `scheduler/DATE/…` up to 2.11, `dag_processor/DATE/…` since 3.0
 * - `manager`: the log that the DagFileProcessorManager holds open, up to 2.11, and its rotated ones
 * - `triggerer`, `webserver`, `component`: of a component; the last is any other one
 * - `unknown`: not understood, and never proposed for deletion
 */
export type LogClass = 'task' | 'dag-file' | 'manager' | 'triggerer' | 'webserver' | 'component' | 'unknown';

/** Ids only where the path tells them for certain. */
export type LogFile = {
  readonly class: LogClass;
  readonly dagId?: string;
  readonly runId?: string;
  /** In place of the run in the layout of 1.10 to 2.2: its logical date. Of a `dag-file` the day. */
  readonly date?: string;
  readonly taskId?: string;
  readonly mapIndex?: number;
  readonly tryNumber?: number;
  /** Of a `manager`: it was rotated, and nobody writes it any more. */
  readonly isRotated?: true;
};

/** How the paths below one log folder are read: the first pattern that fits the whole path decides. */
export type Layout = {
  readonly folder: string;
  /** How many names of a path tell the DAG. */
  readonly depth: number;
  /** What a folder directly below is, by its name alone. */
  readonly folders: readonly {readonly class: LogClass; readonly pattern: string}[];
  readonly patterns: readonly {readonly class: LogClass; readonly pattern: string; readonly regExp: RegExp}[];
};

/** Where an installation writes its logs; folders and files are absolute. */
export type LogPlaces = {
  /** Where it is given, in other folders only that counts which Airflow was told to write there: others may write to /var/log, too. */
  readonly logFolder?: string;
  /** Of `[logging] log_filename_template`, where it is set. Older runs keep the one that they began with. */
  readonly logTemplate?: string | undefined;
  /** Where the logs of the DAG files go, when it is not the default. */
  readonly dagFileLogFolders?: readonly string[];
  readonly managerLog?: string | undefined;
};

const packed = String.raw`(?:[.-][0-9]{1,10})?(?:\.(?:gz|zst|bz2|xz))?`;
const rotated = /[.-][0-9]{1,10}(?:\.(?:gz|zst|bz2|xz))?$|\.(?:gz|zst|bz2|xz)$/;
const taskEnd = String.raw`(?:\.trigger(?:\.[0-9]+\.log)?|\.[^/]+\.log)?${packed}`;

/** The defaults of `log_filename_template`. */
const defaultTemplates = [
  'dag_id={{ ti.dag_id }}/run_id={{ ti.run_id }}/task_id={{ ti.task_id }}/{% if ti.map_index >= 0 %}map_index={{ ti.map_index }}/{% endif %}attempt={{ try_number }}.log',
  '{{ ti.dag_id }}/{{ ti.task_id }}/{{ ts }}/{{ try_number }}.log',
];

const day = '(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})';
const below = '[^/]+(?:/[^/]+)*';

/** As `airflow … -D` and the usual `--log-file` name them: `airflow-webserver.err`, `airflow-triggerer.log.1`. */
const componentFile = (names: string) =>
  String.raw`(?:airflow-)?(?:${names})(?:[-.](?:access|error|monitor|stdout|stderr))?\.(?:log|out|err)${packed}`;
const triggerer = 'triggerer';
const webserver = 'webserver|api-server|api_server|gunicorn';
const component = 'scheduler|worker|celery-worker|flower|dag-processor|standalone|kerberos';

/** The log folders of an installation, its own first. */
export const layoutsOf = (installation: Folders): readonly Layout[] =>
  [installation.logFolder, ...installation.otherLogFolders].map(folder => layoutOf(folder, installation));

/** How paths below `folder` are read, a log folder of an installation that writes to `places`. */
export function layoutOf(folder: string, places: LogPlaces = {}): Layout {
  const own = places.logTemplate === undefined ? undefined : patternOf(places.logTemplate);
  const tasks = [...(own === undefined ? [] : [own]), ...defaultTemplates.flatMap(text => patternOf(text) ?? [])];
  const relative = (path: string) => relativeTo(folder, path);
  const dagFiles = ['scheduler/', 'dag_processor/', ...(places.dagFileLogFolders ?? []).flatMap(withSlash(relative))];
  const manager = places.managerLog === undefined ? undefined : relative(places.managerLog);
  const managers = [
    String.raw`dag_processor_manager/[^/]+\.log`,
    ...(manager === undefined || manager === '' ? [] : [escaped(manager)]),
  ];
  const first = (paths: readonly string[]) => [...new Set(paths.map(path => path.split('/')[0]).filter(Boolean))];
  const isOwn = places.logFolder === undefined || places.logFolder === folder;
  const isOurs = (is: LogClass) => isOwn || is === 'dag-file' || is === 'manager';
  return {
    folder,
    depth: own === undefined ? 1 : depthOf(own),
    folders: [
      {class: 'task' as const, pattern: 'dag_id=(?<dag>[^/]+)'},
      {
        class: 'dag-file' as const,
        pattern: first(dagFiles)
          .map(name => escaped(name ?? ''))
          .join('|'),
      },
      {class: 'manager' as const, pattern: 'dag_processor_manager'},
      {class: 'triggerer' as const, pattern: 'triggerer'},
      {class: 'webserver' as const, pattern: 'webserver|api-server'},
    ].filter(each => isOurs(each.class)),
    patterns: [
      ...tasks.map(pattern => ({class: 'task' as const, pattern: pattern + taskEnd})),
      ...[...new Set(dagFiles)].map(prefix => ({
        class: 'dag-file' as const,
        pattern: String.raw`${escaped(prefix)}${day}/${below}\.log${packed}`,
      })),
      {class: 'manager' as const, pattern: `(?:${managers.join('|')})${packed}`},
      {class: 'triggerer' as const, pattern: `(?:triggerer/)?${componentFile(triggerer)}`},
      {class: 'webserver' as const, pattern: `(?:(?:webserver|api-server)/)?${componentFile(webserver)}`},
      {class: 'component' as const, pattern: `(?:(?:scheduler|worker)/)?${componentFile(component)}`},
    ]
      .filter(each => isOurs(each.class))
      .map(each => ({...each, regExp: new RegExp(`^(?:${each.pattern})$`)})),
  };
}

/** What the file at this path below the folder of the layout is. Names may hold any character but a slash. */
export function whatIs(segments: readonly string[], layout: Layout): LogFile {
  const path = segments.join('/');
  for (const {class: is, regExp} of layout.patterns) {
    const match = regExp.exec(path);
    if (match === null) continue;
    const {dag, run, task, date, map, try: tried} = match.groups ?? {};
    return {
      class: is,
      ...(dag !== undefined && {dagId: dag}),
      ...(run !== undefined && {runId: run}),
      ...(date !== undefined && {date}),
      ...(task !== undefined && {taskId: task}),
      ...(map !== undefined && {mapIndex: Number(map)}),
      ...(tried !== undefined && {tryNumber: Number(tried)}),
      ...(is === 'manager' && rotated.test(path) && {isRotated: true}),
    };
  }
  return {class: 'unknown'};
}

/** What the agent needs to tell the classes and the DAGs while it walks. */
export function scanPatterns({patterns, folders, depth}: Layout): ScanPatterns {
  const pythons = (all: Layout['folders']) =>
    // What it does not need it does not keep: the agent matches every file.
    all.map(each => [each.class, each.pattern.replaceAll('(?<dag>', '(?P<dag>').replace(/\(\?<\w+>/g, '(?:')] as const);
  return {patterns: pythons(patterns), folderPatterns: pythons(folders), depth};
}

/** The slash of `[^/]` is none. */
const depthOf = (pattern: string): number =>
  (pattern.split('(?<dag>')[0] ?? '').replaceAll('[^/]', '').split('/').length;

/** '' for the folder itself, undefined for what is not below it. */
function relativeTo(folder: string, path: string): string | undefined {
  const from = `${folder.replace(/\/+$/, '')}/`;
  if (`${path.replace(/\/+$/, '')}/` === from) return '';
  return path.startsWith(from) ? path.slice(from.length).replace(/\/+$/, '') : undefined;
}

const withSlash = (relative: (path: string) => string | undefined) => (path: string) => {
  const found = relative(path);
  return found === undefined ? [] : [found === '' ? '' : `${found}/`];
};
