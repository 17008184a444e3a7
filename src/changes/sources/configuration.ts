import {basename} from 'node:path/posix';
import type {Host} from '../../host/host.ts';
import {first, parseShow} from '../../units/show.ts';
import {shortName} from '../../units/words.ts';
import type {Change} from '../change.ts';
import {answerMs, type ChangeSource} from '../source.ts';
import {fileChange, type Stamps} from '../stamps.ts';

/** airflow.cfg, the files of the units' variables, webserver_config.py and the units' own files, by when they were last written. */
export const configurationSource: ChangeSource = {
  id: 'configuration',
  title: 'Changes of the configuration',
  read: async ({host, installation, units, sinceMs, here, signal}) => {
    const [found, seen] = await Promise.all([installation(), units()]);
    const names = seen.units.map(({name}) => name);
    const owners = await unitFiles(host, names, signal);
    const read = [found.file, ...found.environmentFiles].filter(file => file !== undefined);
    const paths = [
      ...new Set([...read.map(({path}) => path), ...owners.keys(), `${found.airflowHome}/webserver_config.py`]),
    ];
    const stamped = await stamps(host, paths, signal);
    // Of what only Airflow may look at the agent knows when it was written.
    for (const {path, mtimeMs} of read) if (!stamped.has(path)) stamped.set(path, {mtimeMs, ctimeMs: mtimeMs});
    const changes = [...stamped].flatMap(([path, times]): readonly Change[] => {
      const change = fileChange(times, sinceMs);
      if (change === undefined) return [];
      const {says, atMs} = change;
      const owner = owners.get(path);
      const detail = owner === undefined ? path : `${path}, of ${owner.join(', ')}`;
      return [
        {
          atMs: here(atMs),
          host: host.name,
          kind: 'configuration',
          subject: spoken(path),
          says,
          group: says.many,
          detail,
        },
      ];
    });
    const remark = (message: string) => `On ${host.name} a file of the configuration could not be read: ${message}.`;
    return {changes, remarks: found.problems.map(({message}) => remark(message))};
  },
};

/** A name with a suffix tells which file it is: "airflow.cfg"; of "/etc/default/airflow" the whole path does. */
const spoken = (path: string): string => (/\.\w+$/.test(path) ? basename(path) : path);

/** The files that make the units, and which units. */
async function unitFiles(
  host: Host,
  units: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (units.length === 0) return new Map();
  const properties = 'Id,FragmentPath,DropInPaths';
  const argv = ['env', 'LC_ALL=C', 'systemctl', 'show', '--no-pager', '-p', properties, '--', ...units];
  const {stdout} = await host.exec(argv, {signal, timeoutMs: answerMs});
  const files = parseShow(stdout).flatMap(shown => {
    const paths = [first(shown, 'FragmentPath'), ...first(shown, 'DropInPaths').split(' ')];
    const unit = shortName({name: first(shown, 'Id')});
    return paths.filter(path => path.startsWith('/')).map(path => ({path, unit}));
  });
  const byPath = Map.groupBy(files, ({path}) => path);
  return new Map([...byPath].map(([path, group]) => [path, group.map(({unit}) => unit)]));
}

// What is not there, or may not be looked at, was not changed as far as anybody can see.
const script = `LC_ALL=C; export LC_ALL; stat -L -c '%Y %Z %n' -- "$@" 2>/dev/null; exit 0`;

async function stamps(host: Host, paths: readonly string[], signal: AbortSignal): Promise<Map<string, Stamps>> {
  const {stdout} = await host.exec(['sh', '-c', script, 'sh', ...paths], {signal, timeoutMs: answerMs});
  return new Map(
    stdout.split('\n').flatMap(line => {
      const [, mtime, ctime, path] = /^(\d+) (\d+) (.+)$/.exec(line) ?? [];
      if (path === undefined) return [];
      return [[path, {mtimeMs: Number(mtime) * 1000, ctimeMs: Number(ctime) * 1000}] as const];
    }),
  );
}
