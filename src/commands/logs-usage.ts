import type {UsageEntry} from '../logs/usage.ts';
import {oneLine} from '../text.ts';
import {bytes} from '../words.ts';
import {askHosts, tellOfHost} from './ask-hosts.ts';
import {type Command, exitCodes} from './command.ts';
import {hostOption} from './named-units.ts';
import {textOf} from './options.ts';
import {columnsOf} from './print-table.ts';
import {isoTime} from './times.ts';

export const logsUsageCommand: Command = {
  path: ['logs', 'usage'],
  summary: 'What fills the log folder, the largest first',
  options: [hostOption],
  run: async (context, {options}) => {
    const answers = await askHosts(context, ({usage}) => usage, textOf(options.host));
    const failed = answers.flatMap(answer => ('problem' in answer ? [answer] : []));
    if (context.json) {
      const hosts = answers.map(answer => {
        if ('problem' in answer) return answer;
        const {root, entries, tookMs} = answer.value;
        const folders = largestFirst(entries).map(entry => ({
          name: entry.name,
          class: entry.class,
          ...amounts(entry),
        }));
        return {host: answer.host, root, tookMs, ...amounts(answer.value), folders};
      });
      context.print(JSON.stringify(hosts));
    } else {
      const rows = answers.flatMap(answer =>
        'problem' in answer
          ? []
          : largestFirst(answer.value.entries).map(entry => [
              answer.host,
              entry.name === '' ? '(files directly in it)' : oneLine(entry.name),
              entry.class,
              bytes(entry.bytes),
              String(entry.files),
              entry.oldestMs === undefined ? '-' : new Date(entry.oldestMs).toISOString(),
            ]),
      );
      for (const line of columnsOf([['HOST', 'FOLDER', 'CLASS', 'SIZE', 'FILES', 'OLDEST'], ...rows])) {
        context.print(line);
      }
      for (const {host, problem} of failed) tellOfHost(context, host, problem);
    }
    return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};

const largestFirst = (entries: readonly UsageEntry[]) => entries.toSorted((a, b) => b.bytes - a.bytes);

type Amounts = Pick<UsageEntry, 'bytes' | 'apparentBytes' | 'files' | 'errors' | 'oldestMs' | 'newestMs'>;

const amounts = ({bytes, apparentBytes, files, errors, oldestMs, newestMs}: Amounts) => ({
  bytes,
  apparentBytes,
  files,
  errors,
  ...isoTime('oldest', oldestMs),
  ...isoTime('newest', newestMs),
});
