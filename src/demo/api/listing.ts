import {invalid, refuse} from './refusal.ts';

/** Airflow's maximum_page_limit and fallback_page_limit. */
const MOST = 100;
const USUAL = 50;

/** `limit` and `offset` of a list. */
export function page(query: URLSearchParams): {limit: number; offset: number} {
  return {limit: Math.min(MOST, count(query, 'limit', USUAL)), offset: count(query, 'offset', 0)};
}

function count(query: URLSearchParams, name: string, otherwise: number): number {
  const input = query.get(name);
  if (input === null) return otherwise;
  const loc = ['query', name];
  if (!/^-?\d+$/.test(input)) {
    const msg = 'Input should be a valid integer, unable to parse string as an integer';
    throw invalid({type: 'int_parsing', loc, msg, input});
  }
  if (Number(input) < 0) {
    const msg = 'Input should be greater than or equal to 0';
    throw invalid({type: 'greater_than_equal', loc, msg, input, ctx: {ge: 0}});
  }
  return Number(input);
}

/** `true`/`false` of a query, as pydantic reads it. */
export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const input = query.get(name)?.toLowerCase();
  if (input === undefined) return undefined;
  if (['true', '1', 'yes', 'on', 't', 'y'].includes(input)) return true;
  if (['false', '0', 'no', 'off', 'f', 'n'].includes(input)) return false;
  const msg = 'Input should be a valid boolean, unable to interpret input';
  throw invalid({type: 'bool_parsing', loc: ['query', name], msg, input: query.get(name)});
}

type Sortable = string | number | null | undefined;
export type SortKeys<T> = Readonly<Record<string, (item: T) => Sortable>>;

/** Sorted by several keys, `-` for descending; what has no value comes last either way, as in Airflow. */
export function ordered<T>(items: readonly T[], orderBy: readonly string[], keys: SortKeys<T>): T[] {
  const sorts = orderBy.map(name => {
    const plain = name.replace(/^-/, '');
    const key = Object.hasOwn(keys, plain) ? keys[plain] : undefined;
    if (!key) throw refuse(400, `Ordering with '${plain}' is disallowed or the attribute does not exist on the model`);
    return {key, sign: name.startsWith('-') ? -1 : 1};
  });
  return [...items].sort((a, b) => {
    for (const {key, sign} of sorts) {
      const order = compare(key(a), key(b), sign);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(a: Sortable, b: Sortable, sign: number): number {
  const [noA, noB] = [a === null || a === undefined, b === null || b === undefined];
  if (noA || noB) return Number(noA) - Number(noB);
  return a === b ? 0 : (a as number) < (b as number) ? -sign : sign;
}

/** `ILIKE %x%` of SQL: `%` and `_` are wildcards, `~` means all, `|` means or (since 3.2). */
export function likePattern(pattern: string | null): (text: string) => boolean {
  if (pattern === null || pattern === '~') return () => true;
  const alternatives = pattern.split('|').map(each => {
    const escaped = each.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(escaped.replaceAll('%', '.*').replaceAll('_', '.'), 'isu');
  });
  return text => alternatives.some(alternative => alternative.test(text));
}
