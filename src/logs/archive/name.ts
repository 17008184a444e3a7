import {createHash} from 'node:crypto';

/** An archive, and its index beside it. */
export const archiveEnd = '.tar.gz';
export const indexEnd = '.index.jsonl.gz';

/** What an archive holds: the logs of a DAG, or of a class that belongs to none, that were last written on a day (UTC). */
export type Shelf = {readonly dagId?: string; readonly class: string; readonly day: string};

/** Without its end: "af-1/dag_id=etl_daily/2026-03-01/2026-11-25T01-02-03-000Z-a1b2c3". `part`: the second one of a plan is 2. */
export function archiveName(host: string, {dagId, class: is, day}: Shelf, id: string, part: number): string {
  const owner = dagId === undefined ? segment(is) : `dag_id=${segment(dagId)}`;
  return `${hostFolder(host)}/${owner}/${day}/${id}${part === 1 ? '' : `-${part}`}`;
}

/** Where the archives of a host are, and of a DAG. */
export const hostFolder = (host: string): string => segment(host);
export const dagFolder = (host: string, dagId: string): string => `${hostFolder(host)}/dag_id=${segment(dagId)}/`;

/** What a name of an archive tells; undefined for one that this program does not give. */
export function readName(name: string): Shelf | undefined {
  const [, owner = '', day = ''] = /^[\w.%~-]+\/((?:dag_id=)?[\w.%~-]+)\/(\d{4}-\d\d-\d\d)\/[\w.-]+$/.exec(name) ?? [];
  if (day === '' || name.split('/').some(part => /^\.+$/.test(part))) return undefined;
  const [, dagId] = /^dag_id=(.*)$/.exec(owner) ?? [];
  return dagId === undefined ? {class: unescaped(owner), day} : {dagId: unescaped(dagId), class: 'task', day};
}

const longest = 120;

/** Any text as a part of a name: ASCII, neither empty nor "." nor "..", and two texts never the same. */
function segment(text: string): string {
  const escaped = [...Buffer.from(text)]
    .map(byte => {
      const sign = String.fromCharCode(byte);
      return /[A-Za-z0-9_.-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('')
    .replace(/^\.+$/, dots => '%2E'.repeat(dots.length));
  if (text !== '' && text.isWellFormed() && escaped.length <= longest) return escaped;
  const sum = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex').slice(0, 12);
  return `${escaped.slice(0, longest - 13)}~${sum}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
