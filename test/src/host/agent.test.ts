import {readdirSync, readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import {type Agent, startAgent} from '../../../src/host/agent.ts';
import type {Host, HostStream} from '../../../src/host/host.ts';

const hello = `${JSON.stringify({hello: {python: '3.6.8', uid: 0}})}\n`;

/** An agent whose part the test plays: it says `first`, and then what `answer` gives for the id of each request. */
async function agentThatSays(first: string, answer: (id: number) => string = () => ''): Promise<Agent> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const {promise: ended, resolve} = Promise.withResolvers<Awaited<HostStream['ended']>>();
  createInterface({input: stdin}).on('line', line => {
    const id = /^\{.*"id":(\d+)\}$/.exec(line)?.[1];
    if (id !== undefined) stdout.write(answer(Number(id)));
  });
  const end = () => {
    stdout.end();
    resolve({code: undefined, signal: 'SIGTERM'});
  };
  stdout.write(first);
  const host: Pick<Host, 'stream'> = {stream: async () => ({stdin, stdout, stderr: () => '', end, ended})};
  return startAgent(host as Host);
}

test('no part of the program takes a name that another part has', () => {
  const folder = new URL('../../../src/host/agent/', import.meta.url);
  const names = readdirSync(folder).flatMap(part => {
    const text = readFileSync(new URL(part, folder), 'utf8');
    return [...text.matchAll(/^(?:def|class) (\w+)|^([A-Z_]+) =/gm)].map(([, name, constant]) => name ?? constant);
  });
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('what a shell says before the agent begins is passed over, but not without end', async () => {
  const agent = await agentThatSays(`Welcome!\n\n42\n${hello}`);
  agent.close();
  await expect(agentThatSays('Welcome!\n'.repeat(101) + hello)).rejects.toMatchObject({
    code: 'host.agent-failed',
    detail: 'it said: Welcome!',
  });
});

test('once it has begun, everything that it says is an answer', async () => {
  const agent = await agentThatSays(hello, () => 'Welcome!\n');
  await expect(agent.volumes(['/'])).rejects.toMatchObject({code: 'host.agent-failed', detail: 'it said: Welcome!'});
});

test('an answer of another shape is a problem of the host', async () => {
  const agent = await agentThatSays(hello, id => `${JSON.stringify({id, answer: {files: -1}})}\n`);
  const problem = {code: 'host.agent-failed', detail: expect.stringContaining('/x: ')};
  await expect(agent.read('/x')).rejects.toMatchObject(problem);
  await expect(agent.volumes(['/x'])).rejects.toMatchObject(problem);
  await expect(agent.scan({root: '/x', by: 'name'})[Symbol.asyncIterator]().next()).rejects.toMatchObject(problem);
  const silent = await agentThatSays(hello, id => `${JSON.stringify({id, done: true})}\n`);
  await expect(silent.read('/x')).rejects.toMatchObject(problem);
});

test('an answer without end is a problem of the host', async () => {
  const agent = await agentThatSays(hello, () => `{${'x'.repeat(40_000_000)}\n`);
  await expect(agent.read('/x')).rejects.toMatchObject({
    code: 'host.agent-failed',
    detail: expect.stringMatching(/^its answer does not end: \{x+…$/),
  });
});
