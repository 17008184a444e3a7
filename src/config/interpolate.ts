import type {ConfigDocument} from './document.ts';

export type Interpolated =
  | {readonly value: string}
  /** Reading the option fails in Airflow; the rest of the file is not touched by it. */
  | {readonly error: 'syntax' | 'missing-option' | 'depth'; readonly text: string};

const maxDepth = 10;

/**
 * The value of an option after ConfigParser's BasicInterpolation: `%%` is `%`, `%(name)s` an option of the same section or of
 * [DEFAULT]. Undefined: the section or the option is not there. An option of [DEFAULT] is in each section.
 */
export function interpolate(document: ConfigDocument, section: string, option: string): Interpolated | undefined {
  const own = document.index.get(section);
  const defaults = document.index.get('DEFAULT');
  const raw = (name: string) => (own?.get(name) ?? defaults?.get(name))?.value;
  const value = own === undefined ? undefined : raw(option);
  return value === undefined ? undefined : expand(value, raw, 1);
}

/** The names that a value refers to by `%(name)s`, and that their values refer to. */
export function referredOptions(document: ConfigDocument, section: string, option: string): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (name: string) => {
    const value = (document.index.get(section)?.get(name) ?? document.index.get('DEFAULT')?.get(name))?.value ?? '';
    for (const [, other = ''] of value.replaceAll('%%', '').matchAll(/%\(([^)]+)\)s/g)) {
      if (found.has(other)) continue;
      found.add(other);
      look(other);
    }
  };
  look(option);
  return found;
}

function expand(text: string, raw: (name: string) => string | undefined, depth: number): Interpolated {
  if (depth > maxDepth) return {error: 'depth', text: 'its %(…)s refer to each other too deeply'};
  let value = '';
  for (let rest = text; rest !== ''; ) {
    const percent = rest.indexOf('%');
    if (percent === -1) return {value: value + rest};
    value += rest.slice(0, percent);
    rest = rest.slice(percent);
    if (rest[1] === '%') {
      value += '%';
      rest = rest.slice(2);
      continue;
    }
    const reference = /^%\(([^)]+)\)s/.exec(rest);
    if (!reference) return {error: 'syntax', text: 'a % in it is not doubled'};
    const [whole, name = ''] = reference;
    const referred = raw(name);
    if (referred === undefined) return {error: 'missing-option', text: `it refers to ${name}, which is not there`};
    const inner = referred.includes('%') ? expand(referred, raw, depth + 1) : {value: referred};
    if ('error' in inner) return inner;
    value += inner.value;
    rest = rest.slice(whole.length);
  }
  return {value};
}
