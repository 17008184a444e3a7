import type {ArchiveRow} from '../logs/archive/browse.ts';
import type {IndexEntry} from '../logs/archive/index-file.ts';
import {msOfNs} from '../logs/mtime.ts';
import {oneLine} from '../text.ts';
import {bytes as sized} from '../words.ts';
import {type Command, exitCodes} from './command.ts';
import {intoOption, placeOf} from './logs-archive.ts';
import {namedHost, oneHostOption} from './named-hosts.ts';
import {textOf} from './options.ts';
import {columnsOf} from './print-table.ts';

export const logsArchiveListCommand: Command = {
  path: ['logs', 'archive', 'list'],
  summary: 'What was archived of a host',
  options: [
    {flags: '--dag <dag>', description: 'only that of this DAG'},
    {flags: '--files', description: 'the logs in each archive, too'},
    oneHostOption,
    intoOption,
  ],
  run: async (context, input) => {
    const archives = context.console.archives(namedHost(context.console, input), placeOf(input));
    try {
      const rows = await archives.list({dagId: textOf(input.options.dag)}, context.unread);
      const found: {row: ArchiveRow; entries: readonly IndexEntry[] | undefined}[] = [];
      for (const row of rows) {
        const look = input.options.files === true;
        found.push({row, entries: look ? (await archives.look(row.name, context.unread)).entries : undefined});
      }
      if (context.json) context.print(JSON.stringify(found.map(jsonOf)));
      else {
        const lines = found.flatMap(({row, entries = []}) => [lineOf(row), ...entries.map(fileLine)]);
        for (const line of columnsOf([['SIZE', 'DAG OR CLASS', 'DAY', 'ARCHIVE'], ...lines])) context.print(line);
      }
      return exitCodes.ok;
    } finally {
      archives.close();
    }
  },
};

const lineOf = ({dagId, class: is, day, bytes, name}: ArchiveRow): readonly string[] => [
  sized(bytes),
  oneLine(dagId ?? is),
  day,
  name,
];

const fileLine = ({size, path}: IndexEntry): readonly string[] => [sized(size), '', '', `  ${oneLine(path, 500)}`];

const jsonOf = ({row, entries}: {row: ArchiveRow; entries: readonly IndexEntry[] | undefined}) => ({
  ...row,
  ...(entries === undefined
    ? {}
    : {
        files: entries.map(({path, size, mtimeNs, sha256}) => ({
          path,
          bytes: size,
          written: new Date(msOfNs(mtimeNs)).toISOString(),
          sha256,
        })),
      }),
});
