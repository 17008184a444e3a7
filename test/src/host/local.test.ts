import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {describe, expect, test} from 'vitest';
import {openLocalHost} from '../../../src/host/local.ts';
import {openHost} from '../../../src/host/open.ts';
import {agentContract} from './agent-contract.ts';
import {hostContract, type OpenHost} from './contract.ts';
import {deletionContract} from './deletion-contract.ts';
import {ended} from './processes.ts';
import {sudoContract} from './sudo-contract.ts';

describe('this machine', () => {
  const open: OpenHost = async (become, more) => openHost({kind: 'local', name: 'local'}, {become, ...more});
  hostContract(open);
  sudoContract(open);
  agentContract(open);
  deletionContract(open);

  test('is up from the start', () => {
    const host = openLocalHost({become: 'none'});
    expect(host.state()).toMatchObject({at: 'up'});
    host.close();
  });

  test('a command does not outlive this process', async () => {
    const program = `
      import {openLocalHost} from '${new URL('../../../src/host/local.ts', import.meta.url)}';
      const stream = await openLocalHost({become: 'none'}).stream(['sh', '-c', 'echo $$; exec sleep 1000']);
      stream.stdout.once('data', pid => process.stdout.write(pid, () => process.exit(0)));
    `;
    const flags = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '--eval', program];
    const child = spawn(process.execPath, flags, {stdio: ['ignore', 'pipe', 'inherit']});
    const [pid] = await once(child.stdout, 'data');
    await ended(Number(pid));
  });
});
