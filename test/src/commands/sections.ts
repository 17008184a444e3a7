/** The sections of a page of Markdown by their titles, as they read. */
export function sections(page: string): ReadonlyMap<string, string> {
  const found = page.split(/^## /m).slice(1);
  return new Map(
    found.map(section => {
      const [title = '', ...text] = section.split('\n');
      return [title.replaceAll('\\', ''), text.join('\n')];
    }),
  );
}

/** The names of fields that a section documents. */
export const documented = (section: string): ReadonlySet<string> =>
  new Set([...section.matchAll(/`([^`]*)`/g)].flatMap(([, code = '']) => code.match(/[A-Za-z]\w*/g) ?? []));

/** Every name of a field in a JSON value; what is below the names of `free` is not looked into. */
export function fieldsOf(value: unknown, free: readonly string[] = []): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (each: unknown): void => {
    if (Array.isArray(each)) for (const item of each) walk(item);
    else if (typeof each === 'object' && each !== null) {
      for (const [name, inner] of Object.entries(each)) {
        names.add(name);
        if (!free.includes(name)) walk(inner);
      }
    }
  };
  walk(value);
  return names;
}
