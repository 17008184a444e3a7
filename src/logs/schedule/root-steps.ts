import {setTimeout as pause} from 'node:timers/promises';
import type {Installation} from '../../config/installation.ts';
import type {Host, RunAs} from '../../host/host.ts';
import type {Step, StepContext} from '../../operations/operation.ts';
import {Problem} from '../../problems/problem.ts';
import {oneLine} from '../../text.ts';
import {age} from '../../words.ts';
import type {ScheduleContext} from './context.ts';
import {type MadeFile, placedName, type Schedule} from './schedule.ts';
import {lastWord} from './script.ts';

const everyMs = 1_000;
/** As the unit allows. */
const longestMs = 12 * 3_600_000;

export function timerSteps({host, now}: ScheduleContext, {name}: Schedule): readonly Step[] {
  const unit = placedName(name);
  return [
    asRootStep(host, ['systemctl', 'daemon-reload']),
    asRootStep(host, ['systemctl', 'enable', '--now', `${unit}.timer`]),
    asRootStep(host, ['systemctl', 'start', '--no-block', `${unit}.service`]),
    {
      text: 'follow that first run to its end',
      note: 'Esc leaves it, the run goes on',
      leaves: true,
      run: step => untilEnded(host, `${unit}.service`, step, now),
    },
  ];
}

/** One command as root. */
export function asRootStep(host: Host, argv: readonly string[]): Step {
  return {
    text: argv.join(' '),
    note: 'as root',
    run: async ({signal}) => {
      await ran(host, argv, 'root', signal);
      return undefined;
    },
  };
}

async function ran(host: Host, argv: readonly string[], as: RunAs, signal: AbortSignal, timeoutMs = 60_000) {
  const result = await host.exec(argv, {as, signal, timeoutMs, changes: true});
  if (result.code === 0) return result.stdout;
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n');
  throw new Problem('host.command-failed', oneLine(`${argv.join(' ')}: ${said.at(-1)}`, 300), {lines: said.slice(-10)});
}

async function untilEnded(host: Host, unit: string, {signal, say}: StepContext, now: () => number): Promise<string> {
  const sinceMs = now();
  try {
    for (;;) {
      const show = ['systemctl', 'show', '-p', 'ActiveState,Result,ExecMainStatus', '--', unit];
      const {stdout} = await host.exec(show, {signal});
      const state = new Map(stdout.split('\n').map(line => line.split('=', 2) as [string, string]));
      const active = state.get('ActiveState');
      if (active === 'inactive' || active === 'failed') {
        const said = await ofJournal(host, unit, signal);
        if (state.get('Result') === 'success') return said ?? 'it ended well; the journal does not tell what it did';
        throw new Problem('logs.schedule-failed', said ?? `exit code ${state.get('ExecMainStatus')}`);
      }
      say(`it runs, ${age(now() - sinceMs)} so far`);
      await pause(everyMs, undefined, {signal});
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof Problem)) return 'left; the run goes on';
    throw error;
  }
}

/** Undefined where the login user may not read it. */
async function ofJournal(host: Host, unit: string, signal: AbortSignal): Promise<string | undefined> {
  const {stdout} = await host.exec(['journalctl', '-q', '-n', '20', '-o', 'cat', '-u', unit], {signal});
  return lastWord(stdout);
}

type Parts = {readonly installation: Installation; readonly files: readonly MadeFile[]};

export function cronSteps({host}: ScheduleContext, {name}: Schedule, {installation, files}: Parts): readonly Step[] {
  const path = files[0]?.path ?? '';
  return [
    {
      text: `run ${path} once`,
      note: `as ${installation.user}`,
      run: async ({signal}) => {
        const said = lastWord(await ran(host, [path], installation.runAs, signal, longestMs));
        // Where the line's own runs are told of: one that never comes is missed from now on.
        if (said !== undefined) await host.exec(['logger', '-t', placedName(name), '--', said], {signal});
        return said;
      },
    },
  ];
}

export function logrotateSteps({host}: ScheduleContext, {files}: Parts): readonly Step[] {
  const path = files[0]?.path ?? '';
  return [
    {
      text: `let logrotate read ${path}, and turn nothing over`,
      note: 'as root',
      run: async ({signal}) => {
        // What is wrong it says, and ends well.
        const {code, stdout, stderr} = await host.exec(['logrotate', '-d', path], {as: 'root', signal});
        const wrong = `${stdout}\n${stderr}`.split('\n').filter(line => /^error:/i.test(line));
        if (code === 0 && wrong.length === 0) return 'it takes it';
        throw new Problem('host.command-failed', oneLine(wrong[0] ?? stderr, 300), {lines: wrong.slice(0, 10)});
      },
    },
  ];
}
