import type {Host, RunAs} from '../../host/host.ts';
import {Problem} from '../../problems/problem.ts';

/** A file of cron, without its comments. */
export type CronLines = {readonly path: string; readonly lines: readonly string[]};

// "crontab of USER" stands before the lines of each. A program of root's (setgid) reads them.
const own = `
lines=$(crontab -l 2>/dev/null) && printf '=crontab of %s\\n%s\\n' "$(id -un)" "$lines"
`;

// Whether sudo would let it happen is asked first: what it refuses it writes down, and it may send mail about it.
const ofRoot = `
sudo -n -l -- crontab -l -u root >/dev/null 2>&1 || exit 0
echo '=crontab of root'
sudo -n -- crontab -l -u root 2>/dev/null
`;

/** Hosts where sudo did not let the crontab of root be read: they are not asked again and again. */
const refused = new WeakSet<Host>();

/** The crontabs that users made with `crontab -e`: of the login user, of the Airflow user, and of root where sudo lets it be read without a password. */
export async function readCrontabs(host: Host, runAs: RunAs): Promise<readonly CronLines[]> {
  const found = await Promise.all([
    read(host, ['sh', '-c', own], 'login'),
    ...(runAs === 'login' || runAs === 'root' ? [] : [read(host, ['sh', '-c', own], runAs)]),
    crontabOfRoot(host),
  ]);
  const byPath = new Map(found.flatMap(sections).map(each => [each.path, each]));
  return [...byPath.values()];
}

async function crontabOfRoot(host: Host): Promise<string | undefined> {
  const needsSudo = host.commandAs(['crontab'], 'root').length > 1;
  if (!needsSudo || refused.has(host)) return undefined;
  const text = await read(host, ['sh', '-c', ofRoot], 'login');
  if (text === '') refused.add(host);
  return text;
}

/** Undefined where it may not be read. */
async function read(host: Host, argv: readonly string[], as: RunAs): Promise<string | undefined> {
  try {
    return (await host.exec(argv, {as})).stdout;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const sections = (text = ''): readonly CronLines[] =>
  text.split(/^=(?=crontab of )/m).flatMap(part => {
    const [path = '', ...lines] = part.split('\n');
    return path === '' ? [] : [{path, lines: lines.filter(line => /^\s*[^#\s]/.test(line))}];
  });
