/** The verbs that an administrator who may restart a unit needs sooner or later. */
const verbs = ['restart', 'start', 'stop', 'reset-failed'] as const;

/**
 * Rules for sudo that allow a user to change these units, and nothing else, with how to install them. Every line stands for one exact
 * command: a glob (`restart airflow-*`) would let further units through, and a regular expression disables sudo before 1.9.10.
 * With and without `.service`, because sudo compares letters.
 *
 * @param systemctl its absolute path on that host
 */
export function sudoersLines(
  user: string,
  host: string,
  systemctl: string,
  units: readonly string[],
): readonly string[] {
  const commands = units.flatMap(unit =>
    verbs.flatMap(verb => [unit, unit.replace(/\.service$/, '')].map(name => [systemctl, verb, name])),
  );
  return rulesFor(user, host, commands);
}

/** The same for whole commands, each with its absolute path first. */
export function rulesFor(user: string, host: string, commands: readonly (readonly string[])[]): readonly string[] {
  const rules = commands.map(
    ([program = '', ...words]) =>
      `${userName(user)} ALL=(root) NOPASSWD: ${[program, ...words.map(argument)].join(' ')}`,
  );
  return [
    `# On ${host}, as root: visudo -f /etc/sudoers.d/windsock`,
    '# Add these lines, then check them with: visudo -cf /etc/sudoers.d/windsock',
    ...new Set(rules),
  ];
}

/** sudo takes one backslash away when it reads the file, and fnmatch a second one when it compares: `\x2d` needs four. */
const argument = (name: string): string => name.replaceAll('\\', '\\\\').replace(/[\\,:=]/g, '\\$&');

/** In double quotes the names of a domain are taken as they are, but for the backslash. */
const userName = (user: string): string =>
  /^[a-z_][\w.-]*$/i.test(user) ? user : `"${user.replaceAll('\\', '\\\\')}"`;
