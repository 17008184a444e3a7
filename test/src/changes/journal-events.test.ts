import {expect, test} from 'vitest';
import {journalEvents} from '../../../src/changes/journal-events.ts';
import type {Problem} from '../../../src/problems/problem.ts';
import {context, machine, prints} from './machine.ts';

const now = Date.now();

const line = (fields: Readonly<Record<string, unknown>>, agoMs = 1_000): string =>
  JSON.stringify({__REALTIME_TIMESTAMP: String((now - agoMs) * 1000), __CURSOR: 's=1', _BOOT_ID: 'b', ...fields});

/** Newest first with -r, oldest first without; what it says to a person is on stderr. */
const journal = (newestFirst: readonly string[], hint = ''): string => `case " $* " in
*" -r "*) ${prints(...newestFirst)} ;;
*" -o json "*) ${prints(...newestFirst.toReversed())} ;;
*) echo '${hint}' >&2 ;;
esac`;

async function ask(script: string, holding?: string) {
  const made = await machine();
  made.program('journalctl', script);
  return journalEvents(context(made), {matches: ['_PID=1'], ...(holding === undefined ? {} : {holding})});
}

test('entries are told oldest first, by their fields', async () => {
  const {events, remarks} = await ask(
    journal([
      line({MESSAGE_ID: 'b', UNIT: 'x.service', EXIT_CODE: 'killed', EXIT_STATUS: '9', MESSAGE: 'it \u001b[31mended'}),
      line({MESSAGE_ID: 'a', UNIT_RESULT: 'signal', KERNEL_USEC: '1500000', USERSPACE_USEC: '500000'}, 4_000_000),
    ]),
  );
  expect(events.map(({id}) => id)).toEqual(['a', 'b']);
  expect(events[0]).toMatchObject({result: 'signal', tookMs: 2_000, exit: undefined, text: '', atMs: now - 4_000_000});
  expect(events[1]).toMatchObject({unit: 'x.service', exit: {code: 'killed', status: 9}, text: 'it ended'});
  expect(remarks).toEqual([]);
});

test('bytes that are no text, fields that come twice and lines that are cut disturb nothing', async () => {
  const {events} = await ask(
    journal([
      line({MESSAGE_ID: 'a', MESSAGE: [255, 254]}),
      line({MESSAGE_ID: 'b', UNIT: ['x.service', 'y.service'], MESSAGE: null}),
      '{"__REALTIME_TIMESTAMP":"17',
      '-- No entries --',
      line({}, 4_000_000),
    ]),
  );
  expect(events.map(({id}) => id)).toEqual(['', 'b', 'a']);
});

test('a journal that begins later than what is asked for says so', async () => {
  const {remarks} = await ask(journal([line({}, 60_000)]));
  expect(remarks).toEqual([
    expect.stringMatching(/^The journal of af-1 begins at \d{4}-\d\d-\d\d \d\d:\d\d: what was before is not in it\.$/),
  ]);
});

test('a journal that holds too much says what is missing', async () => {
  const entry = line({}, 4_000_000);
  const {events, remarks} = await ask(
    `case " $* " in *" -r "*) yes '${entry}' | head -n 5000 ;; *" -o json "*) echo '${entry}' ;; esac`,
  );
  expect(events).toHaveLength(5_000);
  expect(remarks).toEqual(['The journal of af-1 holds more than could be read in time: older events are missing.']);
});

test('what is wanted is told apart from thousands of others', async () => {
  const [other, wanted] = [
    line({MESSAGE: 'COMMAND=/usr/bin/ls'}),
    line({MESSAGE: 'COMMAND=/bin/systemctl stop x'}, 4_000_000),
  ];
  const {events, remarks} = await ask(
    `case " $* " in *" -r "*) yes '${other}' | head -n 20000; echo '${wanted}' ;; *" -o json "*) echo '${wanted}' ;; esac`,
    'systemctl ',
  );
  expect(events.map(({text}) => text)).toEqual(['COMMAND=/bin/systemctl stop x']);
  expect(remarks).toEqual([]);
});

test.each([
  'Hint: You are currently not seeing messages from other users and the system.',
  'No journal files were opened due to insufficient permissions.',
])('who may not read the journal is told so, and not that nothing happened: %s', async hint => {
  const denied = ask(journal([], hint));
  await expect(denied).rejects.toMatchObject({code: 'host.journal-denied', detail: 'af-1: ops'});
});

test('a journalctl that fails is a problem with its last words', async () => {
  const failed: Promise<unknown> = ask('echo "Failed to add match" >&2; exit 1');
  await expect(failed).rejects.toMatchObject({code: 'host.command-failed'} satisfies Partial<Problem>);
  await expect(failed).rejects.toMatchObject({detail: expect.stringContaining('Failed to add match')});
});

test('a machine without a journalctl is a problem, not a quiet hour', async () => {
  await expect(ask('exit 127')).rejects.toMatchObject({code: 'host.command-failed'});
});
