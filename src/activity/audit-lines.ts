type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json | undefined};

/** What belongs to an event besides its lists. `version`, `event` and `id` stand on each of its lines. */
export type Head = {readonly version: number; readonly event: string; readonly id: string} & {
  readonly [key: string]: Json | undefined;
};

export type Lists = Readonly<Record<string, readonly Json[]>>;

/** A line is written at once, and never torn by another windsock, as long as it is shorter than a page of memory. */
const mostBytes = 4000;
/** Of one text: what an item holds at most fits on a line. */
const mostTextBytes = 900;

/**
 * An event as lines of JSON, each with its line feed. What does not fit on the first line goes on on the next, under the same id
 * and with `continued`. Each text goes through `shown`.
 */
export function linesOf(head: Head, lists: Lists, shown: (text: string) => string): readonly string[] {
  const {version, event, id} = head;
  const lines: string[] = [];
  let line: Record<string, Json | undefined> = textsOf(head, shown);
  for (const [name, items] of Object.entries(lists)) {
    for (const item of [[], ...items.map(each => [textsOf(each, shown)])]) {
      const longer = {...line, [name]: [...((line[name] as readonly Json[] | undefined) ?? []), ...item]};
      if (Buffer.byteLength(JSON.stringify(longer)) <= mostBytes) line = longer;
      else {
        lines.push(`${JSON.stringify(line)}\n`);
        line = {version, event, id, continued: true, [name]: item};
      }
    }
  }
  return [...lines, `${JSON.stringify(line)}\n`];
}

/** The same with every text in it made fit to be shown. */
function textsOf<T extends Json | undefined>(value: T, shown: (text: string) => string): T {
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? cut(shown(inner)) : inner));
  return JSON.parse(text) as T;
}

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostTextBytes) return text;
  // A character that was cut through becomes a replacement character.
  return `${bytes
    .subarray(0, mostTextBytes)
    .toString('utf8')
    .replace(/\ufffd+$/, '')}…`;
}
