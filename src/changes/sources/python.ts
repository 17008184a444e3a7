import {dirname} from 'node:path/posix';
import type {Change} from '../change.ts';
import {answerMs, budgetS, type ChangeSource} from '../source.ts';

/** So many are told; a whole installation of Airflow has about 250. */
const most = 1_000;

const script = `
LC_ALL=C; export LC_ALL
timeout ${budgetS} stat -c '%Y %n' "$1"/../lib/python3*/*-packages/*.dist-info 2>/dev/null |
  awk -v since="$2" '$1 >= since' | head -n ${most}
exit 0
`;

/** Python packages beside Airflow, by when pip or uv wrote their *.dist-info; Airflow itself is a deployment. */
export const pythonSource: ChangeSource = {
  id: 'python',
  title: 'Python packages of Airflow',
  read: async ({host, installation, sinceMs, here, signal}) => {
    const {python} = await installation();
    if (python === undefined) {
      const remark = `Where Python packages of Airflow are on ${host.name} is not known: no unit names a program in a bin folder.`;
      return {changes: [], remarks: [remark]};
    }
    const bin = dirname(python);
    const since = String(Math.floor(sinceMs / 1000));
    const {stdout} = await host.exec(['sh', '-c', script, 'sh', bin, since], {signal, timeoutMs: answerMs});
    const changes = stdout.split('\n').flatMap((line): readonly Change[] => {
      const [, seconds, name, version] = /^(\d+) \S.*\/([^/]+)-(\d[^/-]*)\.dist-info$/.exec(line) ?? [];
      if (name === undefined || version === undefined) return [];
      const when = {atMs: here(Number(seconds) * 1000), host: host.name};
      if (name.toLowerCase() === 'apache_airflow') {
        const says = `was installed in ${dirname(bin)}`;
        return [
          {...when, kind: 'deployment', subject: `Airflow ${version}`, says: {one: says, many: says}, group: bin},
        ];
      }
      const says = {one: 'was installed', many: 'were installed'};
      return [{...when, kind: 'python', subject: `${name} ${version}`, says, group: bin}];
    });
    return {
      changes,
      remarks: changes.length < most ? [] : [`More than ${most} Python packages changed on ${host.name}.`],
    };
  },
};
