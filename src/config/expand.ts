/** The variables by name, and what `~` (under '') and `~name` stand for. */
export type ExpandBy = {
  readonly variable: (name: string) => string | undefined;
  readonly homes: ReadonlyMap<string, string>;
};

// A variable that holds its own name would grow for ever, and hang Airflow itself.
const maxRounds = 50;

/**
 * Airflow's `expand_env_var` (1.10 to 3.3): `$NAME`, `${NAME}` and a leading `~`, again and again until nothing changes. What
 * is not known stays as it is. It is done to each value of the environment and of the file, a password too.
 */
export function expandEnvVar(text: string, {variable, homes}: ExpandBy): string {
  let before = text;
  for (let round = 0; round < maxRounds; round++) {
    const expanded = before.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (whole, plain?: string, braced?: string) => {
      return variable(plain ?? braced ?? '') ?? whole;
    });
    const after = expandHome(expanded, variable, homes);
    if (after === before) break;
    before = after;
  }
  return before;
}

/** Python's `os.path.expanduser`: $HOME counts before the account's home. */
function expandHome(text: string, variable: ExpandBy['variable'], homes: ExpandBy['homes']): string {
  const [whole, user = ''] = /^~([^/]*)/.exec(text) ?? [];
  if (whole === undefined) return text;
  const home = user === '' ? (variable('HOME') ?? homes.get('')) : homes.get(user);
  if (home === undefined) return text;
  return home.replace(/\/+$/, '') + text.slice(whole.length) || '/';
}
