/** The property `Environment` as `systemctl show` prints it: words apart by blanks, in "…" or $'…' with escapes where needed (seen with 252). */
export function parseShownEnvironment(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [word] of text.matchAll(/(?:\$'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s"])+/gs)) {
    const assignment = word.replace(/\$'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs, (_all, single, double) =>
      unescapeC(single ?? double),
    );
    const equals = assignment.indexOf('=');
    if (equals > 0) variables.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  return variables;
}

export type EnvironmentFilePath = {readonly path: string; readonly optional: boolean};

/** A value of the property `EnvironmentFiles`: "/etc/default/airflow (ignore_errors=no)". */
export function parseEnvironmentFilePath(text: string): EnvironmentFilePath | undefined {
  const [, path, ignore] = /^(\/.*) \(ignore_errors=(yes|no)\)$/.exec(text) ?? [];
  return path === undefined ? undefined : {path, optional: ignore === 'yes'};
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

const unescapeC = (text: string): string =>
  text.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{3}|.)/gs, (_all, code: string) => {
    if (code.length === 1) return escapes[code] ?? code;
    return String.fromCharCode(code[0] === 'x' ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8));
  });
