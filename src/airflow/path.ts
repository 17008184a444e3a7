import {Problem} from '../problems/problem.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A path of the API; each id in it is one segment, whatever its characters: path`/dags/${id}/dagRuns`. */
export function path(texts: TemplateStringsArray, ...ids: readonly string[]): string {
  return texts.reduce((whole, text, index) => whole + segment(ids[index - 1] ?? '') + text);
}

function segment(id: string): string {
  // Without it the address is that of another thing: /dags//dagRuns.
  if (id === '') throw new Problem('airflow.not-found', 'the id is empty');
  // A URL drops these two segments, however they are encoded: the request would ask for something else.
  if (id === '.' || id === '..') throw new Problem('airflow.not-found', `an id "${id}" cannot be part of an address`);
  return encodeURIComponent(id.toWellFormed());
}

/** A list becomes a repeated parameter, undefined none. */
export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}
