import type {Host} from '../host/host.ts';

const script = `LC_ALL=C; export LC_ALL; ls -d "$1"/../lib/python3*/*-packages/apache_airflow-[0-9]*.dist-info 2>/dev/null`;

/** A command of a unit: its program, and its words as systemd prints them. */
export type Command = {readonly path: string; readonly argv: string};

/** The folders of the units' programs, or of what `bash -c 'source …/bin/activate && airflow …'` names. */
export const programFolders = (commands: readonly Command[]): string[] => [
  ...new Set(
    commands.flatMap(({path, argv}) => {
      const folder = /(\/[^\s'";]*\/bin)\/(?:airflow|activate|python[\d.]*)(?![\w/-])/.exec(`${path} ${argv}`)?.[1];
      return folder ?? [];
    }),
  ),
];

/**
 * The version of Airflow that is installed beside the programs of the units, without running it (which takes seconds, and
 * writes files). Undefined where it is installed otherwise.
 */
export async function readVersion(host: Host, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const {stdout} = await host.exec(['sh', '-c', script, 'sh', folder]);
    const version = /\/apache_airflow-(\d[^/\n-]*)\.dist-info$/m.exec(stdout)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}
