import {dirname} from 'node:path/posix';
import type {Setting} from './effective.ts';
import {type LookupContext, lookup} from './lookup.ts';

/** Where an installation keeps what it writes. */
export type Folders = {
  readonly logFolder: string;
  /** Where the logs of the DAG files and of the DagFileProcessorManager go, when that is not below `logFolder`. */
  readonly otherLogFolders: readonly string[];
  /** `[logging] log_filename_template` where it is set, and where the versions have them: the folders of the DAG files' logs, the manager's log. */
  readonly logTemplate: string | undefined;
  readonly dagFileLogFolders: readonly string[];
  readonly managerLog: string | undefined;
  readonly dagsFolder: string;
  /** Undefined: the database is not SQLite, or only a command knows its address. */
  readonly databaseFile: string | undefined;
};

export function readFolders(settings: readonly Setting[], context: LookupContext): Folders {
  const at = (section: string, option: string) => lookup(settings, section, option, context)?.value;
  const {airflowHome} = context;
  const logFolder = at('logging', 'base_log_folder') || `${airflowHome}/logs`;
  const manager = at('logging', 'dag_processor_manager_log_location');
  const dagFileLogFolders = [
    at('scheduler', 'child_process_log_directory'),
    at('logging', 'dag_processor_child_process_log_directory'),
  ].filter(folder => folder !== undefined);
  const others = [...dagFileLogFolders, manager && dirname(manager)];
  return {
    logFolder,
    otherLogFolders: [...new Set(others)].filter(
      folder => folder?.startsWith('/') && !isBelow(folder, logFolder),
    ) as string[],
    logTemplate: at('logging', 'log_filename_template'),
    dagFileLogFolders,
    managerLog: manager,
    dagsFolder: at('core', 'dags_folder') || `${airflowHome}/dags`,
    databaseFile: sqliteFile(at('database', 'sql_alchemy_conn')),
  };
}

const isBelow = (path: string, folder: string) => `${path}/`.startsWith(`${folder.replace(/\/+$/, '')}/`);

/** `sqlite:////opt/airflow/airflow.db` has an absolute path after three slashes. */
const sqliteFile = (address: string | undefined) => /^sqlite(?:\+\w+)?:\/\/\/(\/[^?]*)/.exec(address ?? '')?.[1];
