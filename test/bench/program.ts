import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {buildWindsock} from '../../build.ts';
import type {LabInfo} from '../lab/hosts.ts';
import type {TimedProgram} from './pty.ts';
import {ShownProgram} from './screen.ts';

/** windsock as it is delivered, in a folder of its own. */
export type Installed = {
  /** Starts it on a terminal of 200×50, for a profile that has an API at this address, and no host but those in `more` lines. */
  readonly start: (api: LabInfo['api'], more?: string) => ShownProgram;
  readonly remove: () => void;
};

export async function install(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'));
  const own = (name: string): string => {
    mkdirSync(join(folder, name), {recursive: true});
    return join(folder, name);
  };
  await buildWindsock(join(folder, 'dist'));
  const profiles = join(folder, 'profiles.ini');
  return {
    start: ({url, username, password}, more = '') => {
      const profile = `[bench]\napi = ${url}\nuser = ${username}\npassword = ${password}\n${more}`;
      writeFileSync(profiles, profile, {mode: 0o600});
      return new ShownProgram([process.execPath, join(folder, 'dist/windsock.js'), '--profiles', profiles], {
        XDG_CACHE_HOME: own('cache'),
        XDG_STATE_HOME: own('state'),
        XDG_CONFIG_HOME: own('config'),
      });
    },
    remove: () => rmSync(folder, {recursive: true}),
  };
}

/** Leaves as a user does, so that the compiled code is kept. */
export async function leave(program: TimedProgram): Promise<void> {
  program.end('SIGTERM');
  await program.ended;
}
