import {resolve} from 'node:path';
import {archivedText, entryOf} from '../logs/archive/browse.ts';
import {oneLine} from '../text.ts';
import {type Command, exitCodes} from './command.ts';
import {intoOption, placeOf} from './logs-archive.ts';
import {namedHost, oneHostOption} from './named-hosts.ts';
import {textOf} from './options.ts';

export const logsArchiveFetchCommand: Command = {
  path: ['logs', 'archive', 'fetch'],
  summary: 'Copy an archive to this machine, or print or copy a log of it',
  args: ['<archive>', '[file]'],
  options: [
    {flags: '--out <folder>', description: 'where to; default: an archive to this folder, a log to stdout'},
    oneHostOption,
    intoOption,
  ],
  run: async (context, input) => {
    const [name = '', file] = input.args;
    const out = textOf(input.options.out);
    const archives = context.console.archives(namedHost(context.console, input), placeOf(input));
    try {
      if (file !== undefined && out === undefined) {
        const index = await archives.look(name, context.unread);
        const content = archives.read(name, index, entryOf(name, index, file), context.unread);
        for await (const line of archivedText(content))
          context.print(context.json ? JSON.stringify({text: line}) : line);
        return exitCodes.ok;
      }
      const folder = resolve(out ?? '.');
      const paths =
        file === undefined
          ? await archives.fetch(name, folder, context.unread)
          : [await archives.extract(name, file, folder, context.unread)];
      const whole = paths.map(path => `${folder}/${path}`);
      if (context.json) context.print(JSON.stringify({paths: whole}));
      else for (const path of whole) context.print(oneLine(path, 4096));
      return exitCodes.ok;
    } finally {
      archives.close();
    }
  },
};
