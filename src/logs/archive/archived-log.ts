import {TextLog} from '../../reader/text.ts';
import {oneLine} from '../../text.ts';
import {type Archives, archivedText} from './browse.ts';
import type {ArchiveIndex, IndexEntry} from './index-file.ts';

/** So much of a log is held to be read here. */
const most = 32 * 1024 * 1024;

/** A log in an archive, for the reader: all of it, or of a very long one the beginning. */
export function archivedLog(archives: Archives, name: string, index: ArchiveIndex, entry: IndexEntry): TextLog {
  return new TextLog(titleOf(entry), async signal => {
    const lines: string[] = [];
    let length = 0;
    for await (const line of archivedText(archives.read(name, index, entry, signal))) {
      length += line.length + 1;
      if (length > most) {
        lines.push('windsock: the log goes on; `windsock logs archive fetch` copies all of it.');
        break;
      }
      lines.push(line);
    }
    return {text: lines.map(line => `${line}\n`).join(''), isOver: true};
  });
}

export const titleOf = ({path}: IndexEntry): string => `${oneLine(path, 300)}, archived`;
