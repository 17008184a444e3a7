import {withAgent} from '../../host/agent.ts';
import type {RecentFiles} from '../../host/agent-answers.ts';
import {expectProblem, type Problem} from '../../problems/problem.ts';
import type {Change} from '../change.ts';
import {budgetS, type ChangeContext, type ChangeSource, type Told} from '../source.ts';
import {fileChange} from '../stamps.ts';

/** So many files are told: a deployment may write all. */
const most = 2_000;

/** The DAG files and plugins that were written, put there and removed, seen by the agent as the Airflow user. */
export const dagFilesSource: ChangeSource = {
  id: 'dag-files',
  title: 'DAG files and plugins',
  read: async context => {
    const {host, installation, sinceMs, signal} = context;
    const {runAs, python, dagsFolder, airflowHome} = await installation();
    const options = {sinceMs, most, budgetMs: budgetS * 1000};
    return withAgent(host, {as: runAs, ...(python === undefined ? {} : {python})}, async agent => {
      const plugins = `${airflowHome}/plugins`;
      const [dags, found] = await Promise.all([
        agent.recent(dagsFolder, options, signal),
        agent.recent(plugins, options, signal).catch(expectProblem),
      ]);
      const own = told(context, 'dag-file', dagsFolder, dags);
      const others = 'code' in found ? untold(found) : told(context, 'plugin', plugins, found);
      return {changes: [...own.changes, ...others.changes], remarks: [...own.remarks, ...others.remarks]};
    });
  },
};

/** Most installations have no plugins. */
const untold = ({code, message}: Problem): Told => ({
  changes: [],
  remarks: code === 'host.file-missing' ? [] : [`The plugins could not be looked at: ${message}.`],
});

function told(
  {host, here, sinceMs}: ChangeContext,
  kind: 'dag-file' | 'plugin',
  folder: string,
  {files, total, isCut}: RecentFiles,
): Told {
  const changes = files.flatMap((file): readonly Change[] => {
    if (file.kind === 'removed') {
      const subject = file.path === '.' ? folder : `${folder}/${file.path}`;
      const says = {one: 'lost a file: removed, or moved away', many: 'lost files: removed, or moved away'};
      return [{atMs: here(file.mtimeMs), host: host.name, kind: 'removal', subject, says, group: folder}];
    }
    const change = fileChange(file, sinceMs);
    if (change === undefined) return [];
    const {says, atMs} = change;
    return [{atMs: here(atMs), host: host.name, kind, subject: file.path, says, group: says.many, detail: folder}];
  });
  return {
    changes,
    remarks: [
      ...(isCut
        ? [`Not all of ${folder} on ${host.name} could be looked at in ${budgetS} s: changes may be missing.`]
        : []),
      ...(total > files.length
        ? [`${total} files of ${folder} on ${host.name} changed; the newest ${files.length} are told.`]
        : []),
    ],
  };
}
