/**
 * JavaScript's regular expressions of a layout as GNU find reads them (posix-extended): groups without names, and with the ids of
 * DAGs in place of any.
 */
export function posix(pattern: string, dagIds: readonly string[] = []): string {
  const dags = dagIds.length === 0 ? '$1' : `(${dagIds.map(literal).join('|')})`.replaceAll('$', '$$$$');
  return pattern
    .replace(/\(\?<dag>((?:\[[^\]]*\]|[^()[\]])*)\)/g, dags)
    .replace(/\(\?<\w+>((?:\[[^\]]*\]|[^()[\]|])*)\)/g, '$1')
    .replace(/\(\?<\w+>/g, '(')
    .replaceAll('(?:', '(');
}

/** A text that stands for itself. */
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '[$&]').replace(/\[([\\^])\]/g, '\\$1');

/** The paths that a pattern allows, each a list of patterns of names: a group with a slash in it is written out. */
export function paths(pattern: string): readonly (readonly string[])[] {
  const group = groups(pattern).find(({inside}) => split(inside, '/').length > 1);
  if (group === undefined) return [split(pattern, '/')];
  const {start, end, inside, isOptional} = group;
  const before = pattern.slice(0, start);
  const after = pattern.slice(end);
  const ways = [...(isOptional ? [''] : []), ...split(inside, '|')];
  return ways.flatMap(way => paths(before + way + after));
}

type Group = {readonly start: number; readonly end: number; readonly inside: string; readonly isOptional: boolean};

/** The groups that stand in no other. */
function groups(pattern: string): readonly Group[] {
  const found: Group[] = [];
  let depth = 0;
  let start = 0;
  for (const [at, sign] of signs(pattern)) {
    if (sign === '(' && depth++ === 0) start = at;
    if (sign === ')' && --depth === 0) {
      const isOptional = pattern[at + 1] === '?';
      found.push({start, end: at + (isOptional ? 2 : 1), inside: pattern.slice(start + 1, at), isOptional});
    }
  }
  return found;
}

/** Splits where the sign stands outside of groups. */
export function split(pattern: string, separator: '/' | '|'): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const [at, sign] of signs(pattern)) {
    if (sign === '(') depth++;
    if (sign === ')') depth--;
    if (sign !== separator || depth > 0) continue;
    parts.push(pattern.slice(from, at));
    from = at + 1;
  }
  return [...parts, pattern.slice(from)];
}

/** The signs that mean something: not those in brackets or after a backslash. */
function* signs(pattern: string): Generator<readonly [number, string]> {
  for (const match of pattern.matchAll(/\\.|\[\^?\]?[^\]]*\]|[()|/]/gs)) {
    if (match[0].length === 1) yield [match.index, match[0]];
  }
}
