import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {Terminal} from '../terminal/terminal.ts';
import {labExec, labHosts, labInfo} from './hosts.ts';
import {Program} from './program.ts';

/** The screen Data against real Airflow. */
describe.each(labHosts)('the screen Data, Airflow $airflow', ({name, airflow}) => {
  let windsock: Program;
  let terminal: Terminal | undefined;
  const isOld = airflow.startsWith('2');

  const database = (statement: string) =>
    labExec(name, 'sqlite3', '-cmd', '.timeout 20000', '/opt/airflow/airflow.db', statement);
  const forget = () => database("delete from variable where key like 'windsock%';");

  beforeAll(async () => {
    windsock = new Program(await labInfo(name), {
      admin: {airflow: 'admin', host: 'ops'},
      viewer: {airflow: 'monitor', host: 'ops'},
    });
    await forget();
    const rows = [
      `('windsock_json', '{"host": "a", "password": "sesame"}', 0)`,
      `('windsock_lost', 'gAAAAABsomething-encrypted-with-another-key', 1)`,
      `('windsock_password', 'sesame', 0)`,
    ];
    await database(`insert into variable (key, val, is_encrypted) values ${rows.join(', ')};`);
  });

  afterEach(async () => {
    await terminal?.close();
    terminal = undefined;
  });

  afterAll(async () => {
    windsock.close();
    await forget();
  });

  function open(profile: string): Terminal {
    terminal = new Terminal([...windsock.opening(profile)], {columns: 110, rows: 34});
    terminal.press('5');
    return terminal;
  }

  test('variables are masked, revealed one by one, and what Airflow hides or cannot decrypt is said', async () => {
    const screen = open('admin');
    await screen.sees(/lab_greeting +••••/, 60_000);
    expect(screen.text()).not.toMatch(/sesame|hello from the lab/);
    expect(screen.text()).toMatch(/windsock_lost +\(cannot be decrypted\)/);
    screen.press('/windsock_pass\r');
    await screen.sees(isOld ? /▸ windsock_password +•••• / : /▸ windsock_password +\(hidden by Airflow\) +no/);
    screen.press('r');
    await screen.sees(isOld ? /▸ windsock_password +sesame/ : 'r reveal: Airflow does not give this value.');
    screen.press('/\x15windsock_json\r\r');
    await screen.sees('┌ windsock_json');
    screen.press('r');
    await screen.sees(isOld ? /│ {3}"password": "sesame"/ : /│ {3}"password": "\*\*\*"/);
  });

  test('a viewer is told that Airflow does not allow it', async () => {
    const screen = open('viewer');
    await screen.sees(/✖ Airflow does not allow this user to do that/, 60_000);
    await screen.sees('Not known.');
  });
});
