import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {Change} from '../../../src/changes/change.ts';
import type {ChangeContext} from '../../../src/changes/source.ts';
import type {Installation} from '../../../src/config/installation.ts';
import type {Host} from '../../../src/host/host.ts';
import {openLocalHost} from '../../../src/host/local.ts';
import {evidence} from '../health/evidences.ts';
import {newFolder} from '../host/folder.ts';
import {unit} from '../units/fake-host.ts';

/** This machine under another name, with programs and files of the test in place of its own. */
export type Machine = {
  readonly host: Host;
  readonly folder: string;
  /** A program, as text of /bin/sh; found before the machine's own. */
  program(name: string, script: string): void;
  /** A file below `folder`; what is below /var/log is found there. */
  write(path: string, text: string): string;
};

export async function machine(): Promise<Machine> {
  const folder = await newFolder();
  const real = openLocalHost({name: 'af-1', become: 'none'});
  onTestFinished(() => real.close());
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const located = (word: string) => word.replaceAll('/var/log/', `${folder}/var/log/`);
  const path = `PATH=${bin}:${process.env.PATH}`;
  const host: Host = {
    name: 'af-1',
    loginUser: async () => 'ops',
    state: real.state,
    onState: real.onState,
    exec: (argv, options) => real.exec(['env', path, ...argv.map(located)], options),
    stream: (argv, options) => real.stream(argv, options),
    tryNow: () => real.tryNow(),
    commandAs: real.commandAs,
    close: () => real.close(),
  };
  const write = (name: string, text: string) => {
    const whole = join(folder, name);
    mkdirSync(dirname(whole), {recursive: true});
    writeFileSync(whole, text);
    return whole;
  };
  return {
    host,
    folder,
    write,
    program: (name, script) => chmodSync(write(join('bin', name), `#!/bin/sh\n${script}\n`), 0o755),
  };
}

type ContextChanges = Partial<Omit<ChangeContext, 'installation'>> & {readonly installation?: Partial<Installation>};

/** What a source is given: a host whose clock is this machine's, looked at for the last hour. */
export function context({host}: Machine, {installation, ...changes}: ContextChanges = {}): ChangeContext {
  const sound = evidence().hosts[0]?.installation.value;
  if (sound === undefined) throw new Error('there is no sound installation');
  const aheadMs = changes.aheadMs ?? 0;
  return {
    host,
    units: async () => ({host: host.name, seenAtMs: Date.now(), units: [unit({})], loose: [], orphans: []}),
    installation: async () => ({...sound, runAs: 'login', file: undefined, ...installation}),
    sinceMs: Date.now() - 3_600_000,
    aheadMs,
    here: hostMs => hostMs - aheadMs,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** A program that prints these lines. */
export const prints = (...lines: readonly string[]): string => `cat <<'END'\n${lines.join('\n')}\nEND\n`;

/** "airflow-scheduler was started", for what is to be compared. */
export const said = (changes: readonly Change[]): readonly string[] =>
  changes.map(({subject, says}) => `${subject} ${says.one}`);
