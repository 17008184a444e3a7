/** The arguments of a program, sorted: `-n 5`, `-n5`, `--lines=5` and `--lines 5` are the same. */
export type Arguments = {
  /** The last value of an option; '' for one that takes none. */
  option(...names: readonly string[]): string | undefined;
  /** All values of an option that may be repeated. */
  options(...names: readonly string[]): readonly string[];
  readonly words: readonly string[];
};

/** `valued` names the options that take a value. */
export function readArguments(args: readonly string[], valued: readonly string[]): Arguments {
  const found: [string, string][] = [];
  const words: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      words.push(...rest.splice(0));
    } else if (arg.startsWith('--')) {
      const [name = '', ...value] = arg.split('=');
      if (value.length > 0) found.push([name, value.join('=')]);
      else found.push([name, valued.includes(name) ? (rest.shift() ?? '') : '']);
    } else if (arg.startsWith('-') && arg.length > 1) {
      for (let at = 1; at < arg.length; at++) {
        const name = `-${arg[at]}`;
        if (!valued.includes(name)) {
          found.push([name, '']);
          continue;
        }
        found.push([name, arg.slice(at + 1) || (rest.shift() ?? '')]);
        break;
      }
    } else words.push(arg);
  }
  const options = (...names: readonly string[]) => found.filter(([name]) => names.includes(name)).map(([, v]) => v);
  return {words, options, option: (...names) => options(...names).at(-1)};
}
