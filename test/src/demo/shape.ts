/** The types that were seen at each place of some JSON: `dags[].tags[].name` → string. */
export type Shape = Map<string, Set<string>>;

/** Objects whose keys are data. */
const open = /\.(conf|default_args|rendered_fields|owner_links|schema|executor_config|ctx|input)$/;

function shapeOf(values: readonly unknown[]): Shape {
  const shape: Shape = new Map();
  const see = (path: string, value: unknown): void => {
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const types = shape.get(path) ?? new Set();
    shape.set(path, types.add(type));
    if (open.test(path)) return;
    if (Array.isArray(value)) for (const each of value) see(`${path}[]`, each);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value))
        see(path.endsWith('.params') ? `${path}.*` : `${path}.${key}`, each);
    }
  };
  for (const value of values) see('', value);
  return shape;
}

/** What is in `actual` and was never seen in `recorded`, and what is missing there. */
export function differences(recorded: readonly unknown[], actual: readonly unknown[]): string[] {
  const [expected, found] = [shapeOf(recorded), shapeOf(actual)];
  const news = [...found].flatMap(([path, types]) => {
    const known = expected.get(path);
    if (!known) return [`${path} is new`];
    return [...types]
      .filter(type => !known.has(type))
      .map(type => `${path} is ${type}, recorded ${[...known].join('|')}`);
  });
  // What is below something that is not there cannot be there.
  const reached = (path: string) => {
    const parent = path.replace(/(\[\]|\.[^.[]+)$/, '');
    return parent === path || found.has(parent);
  };
  const missing = [...expected.keys()].filter(path => {
    if (found.has(path) || !reached(path)) return false;
    const parent = path.replace(/(\[\]|\.[^.[]+)$/, '');
    // A list may be empty, and what is null has no fields.
    return !path.endsWith('[]') && found.get(parent)?.has('object') === true;
  });
  return [...news, ...missing.map(path => `${path} is missing`)];
}
