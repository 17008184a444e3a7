import {afterEach, expect, test} from 'vitest';
import {changeQueries} from '../../../src/changes/queries.ts';
import {changeSources} from '../../../src/changes/sources/index.ts';
import {hostQueries} from '../../../src/live/host-queries.ts';
import {Live} from '../../../src/live/live.ts';
import type {Query} from '../../../src/live/query.ts';
import {keepNothing} from '../../../src/profile/keeping.ts';
import type {Profile} from '../../../src/profile/profile.ts';
import {health, host as hostOf, seen, units} from '../health/evidences.ts';
import {unit} from '../units/fake-host.ts';
import {type Machine, machine} from './machine.ts';

let live: Live;

afterEach(() => live.close());

const profile = {hosts: []} as unknown as Profile;

/** What is asked of a machine of which units and settings are known. */
function queriesOf(made: Machine, now = Date.now) {
  live = new Live(error => {
    throw error;
  });
  const found = hostOf(seen(units([unit({})]))).installation.value;
  const known = <T>(name: string, value: T): Query<T> => ({name, args: [], everyMs: 60_000, read: async () => value});
  const entry = {...hostQueries(made.host, profile, live, keepNothing), units: known('u', units([unit({})]))};
  if (found === undefined) throw new Error('there is no installation');
  const hosts = [{...entry, installation: known('i', {...found, runAs: 'login' as const, dagsFolder: made.folder})}];
  return changeQueries({hosts, live, now})(3_600_000);
}

test('each source of each host is a query of its own, and one that fails leaves the others', async () => {
  const made = await machine();
  made.program('journalctl', 'exit 1');
  made.program('systemctl', '');
  made.program('ps', 'echo 60');
  const asked = queriesOf(made);
  expect(asked.map(({title}) => title)).toEqual(changeSources.map(({title}) => title));
  const answers = await Promise.allSettled(asked.map(({query}) => live.ask(query)));
  const failed = asked.filter((_, index) => answers[index]?.status === 'rejected').map(({title}) => title);
  expect(failed).toEqual([
    'Starts and failures of units',
    'Processes killed for lack of memory',
    'Units started and stopped by sudo',
  ]);
});

test('two sources of a host are asked at a time, so that others come between', async () => {
  const made = await machine();
  const busy = `n=$(ls ${made.folder}/busy | wc -l); echo $n >> ${made.folder}/counts; : > ${made.folder}/busy/$$; sleep 0.2; rm ${made.folder}/busy/$$`;
  made.write('busy/.keep', '');
  made.program('journalctl', busy);
  made.program('systemctl', '');
  await Promise.allSettled(queriesOf(made).map(({query}) => live.ask(query)));
  const {stdout} = await made.host.exec(['sort', '-n', `${made.folder}/counts`]);
  expect(Number(stdout.trim().split('\n').at(-1))).toBeLessThan(2);
});

test('a clock that is ten minutes ahead moves what happened back by ten minutes', async () => {
  const made = await machine();
  const hostS = Math.floor(Date.now() / 1000) + 600;
  made.program(
    'date',
    `[ "$1" = "+%s %N" ] && echo "$(/bin/date +%s) $(/bin/date +%N)" | awk '{print $1 + 600, $2}' || echo ${hostS}`,
  );
  made.program('ps', 'echo 1200');
  made.program('journalctl', 'exit 1');
  const boots = queriesOf(made).find(({title}) => title === 'Boots');
  if (boots === undefined) throw new Error('nobody asks for boots');
  const {changes, remarks} = await live.ask(boots.query);
  expect(Math.abs((changes[0]?.atMs ?? 0) - (Date.now() - 1_200_000))).toBeLessThan(5_000);
  expect(remarks[0]).toBe("The clock of af-1 is 10 min ahead of this machine's: its times are told by the clock here.");
});

test('what Airflow reports no more is told from its last heartbeat on', async () => {
  live = new Live(() => {});
  const answeredAtMs = Date.now();
  const late = health({answeredAtMs, scheduler: {says: 'unhealthy', heartbeatAgeMs: 252_000}});
  const query = {name: 'health', args: [], everyMs: 5_000, read: async () => late};
  const [asked] = changeQueries({hosts: [], health: query, live, now: Date.now})(3_600_000);
  if (asked === undefined) throw new Error('Airflow is not asked');
  const {changes} = await live.ask(asked.query);
  expect(changes.map(({subject, says}) => `${subject} ${says.one}`)).toEqual(['The scheduler sent its last heartbeat']);
  expect(answeredAtMs - (changes[0]?.atMs ?? 0)).toBe(253_000);
});
