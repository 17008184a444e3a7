import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, onTestFinished, test} from 'vitest';
import {airflowHere} from '../../../src/trial/here.ts';

test('a process of Airflow on this machine is found, and an address is proposed for its API', async () => {
  const child = spawn('bash', ['-c', 'exec -a "airflow triggerer" sleep 60'], {stdio: 'ignore'});
  onTestFinished(() => void child.kill());
  await once(child, 'spawn');
  await expect.poll(async () => (await airflowHere())?.components).toContain('triggerer');
  expect((await airflowHere())?.api).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
});
