import {homedir} from 'node:os';
import {type Invocation, parseCommandLine, UsageError} from './command-line.ts';
import {exitCodes, healthExitCodes} from './commands/command.ts';
import {printHealth} from './commands/health.ts';
import type {Console} from './console.ts';
import type {Demo} from './demo/demo.ts';
import {Problem} from './problems/problem.ts';
import {chooseProfile} from './profile/choose-profile.ts';
import {stateFolder} from './profile/keeping.ts';
import type {Profile} from './profile/profile.ts';
import {readProfiles} from './profile/read-profiles.ts';
import {clean} from './text.ts';

/** The terminal as the bootstrap took it: its first frame is on the screen, and keys wait unread. */
export type FirstScreen = {
  /** Gives the terminal back, for whatever is printed then. */
  release(): void;
  /** Call it right before Ink renders with `alternateScreen: true`: its first frame replaces the one that is there. */
  handOver(): void;
};

/** What must be undone when the process ends, however it ends. */
type Ending = {demo?: Demo; console?: Console; unmount?: () => void};

/** The command line → a headless command, or the screens. */
export async function main(argv: readonly string[], screen: FirstScreen | undefined): Promise<void> {
  const ending: Ending = {};
  endWell(ending, screen);
  try {
    const invocation = parseCommandLine(argv);
    const code = await run(invocation, screen, ending);
    await finish(ending);
    process.exit(code);
  } catch (error) {
    screen?.release();
    await finish(ending);
    if (error instanceof UsageError) {
      const text = argv.includes('--json') ? JSON.stringify({usage: error.message}) : error.message;
      process.stderr.write(error.message === '' ? '' : `${clean(text)}\n`);
      process.exit(error.exitCode);
    }
    if (!(error instanceof Problem)) throw error;
    tell(error, argv.includes('--json'));
    process.exit(exitCodeOf(error, argv));
  }
}

async function run(invocation: Invocation, screen: FirstScreen | undefined, ending: Ending): Promise<number> {
  const {profiles, profile, banner} = await choose(invocation, ending);
  // What the demo shows is new with each start.
  const kept = ending.demo === undefined ? stateFolder() : `${ending.demo.folder}/state`;
  if (invocation.command === undefined && screen !== undefined) {
    const {runScreens} = await import('../screens/run.tsx');
    return runScreens(
      {profiles, profile, banner, stateFolder: kept, readOnly: invocation.readOnly, ascii: invocation.ascii},
      screen,
      unmount => {
        ending.unmount = unmount;
      },
    );
  }
  const {openConsole} = await import('./console.ts');
  const console = openConsole(profile, {readOnly: invocation.readOnly, stateFolder: kept, onBug: crash});
  ending.console = console;
  const context = {
    console,
    json: invocation.json,
    yes: invocation.yes,
    dryRun: invocation.dryRun,
    print: (line: string) => void process.stdout.write(`${invocation.json ? escaped(line) : clean(line)}\n`),
    remark: (line: string) => void process.stderr.write(`${clean(line)}\n`),
  };
  if (invocation.command === undefined) return printHealth(context);
  return invocation.command.run(context, invocation.input);
}

type Choice = {readonly profiles: readonly Profile[]; readonly profile: Profile; readonly banner: string | undefined};

/** The profile that is asked for; without any profile, the demo. */
async function choose(invocation: Invocation, ending: Ending): Promise<Choice> {
  const {file, profiles} = invocation.demo
    ? {file: '', profiles: []}
    : await readProfiles(invocation.profilesFile, process.env);
  const interactive = invocation.command === undefined && process.stdout.isTTY;
  const first = profiles[0];
  if (first !== undefined) {
    const named = invocation.profile === undefined && interactive ? first : chooseProfile(profiles, invocation.profile);
    return {profiles, profile: named, banner: undefined};
  }
  if (invocation.profile !== undefined && !invocation.demo)
    return {profiles, profile: chooseProfile(profiles, invocation.profile), banner: undefined};
  if (!invocation.demo && !interactive) {
    throw new Problem('profile.unknown', `${file} holds no profile; --demo shows the demo`);
  }
  const {openDemo} = await import('./demo/demo.ts');
  const demo = await openDemo();
  ending.demo = demo;
  const own = file === '' ? '~/.config/windsock/profiles.ini' : file.replace(homedir(), '~');
  return {
    profiles: [demo.profile],
    profile: demo.profile,
    banner: `Demo. For your own Airflow write ${own} (see README)`,
  };
}

/** Signals, crashes and the end of the process leave no terminal, process or file behind. */
function endWell(ending: Ending, screen: FirstScreen | undefined): void {
  const clear = () => {
    ending.unmount?.();
    screen?.release();
    ending.console?.close();
    ending.demo?.closeNow();
  };
  process.once('exit', () => ending.demo?.closeNow());
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => {
      // An operation that runs without a screen ends by itself, with its report.
      if (process.listenerCount(signal) > 1 && screen === undefined) return;
      clear();
      process.exit(128 + number);
    });
  }
  // Who read the output has left: what runs goes on to its end all the same.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    });
  }
  // Node's own warnings would be written over the screen.
  if (screen !== undefined) process.removeAllListeners('warning');
  const onCrash = (error: unknown) => {
    clear();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`windsock ended because of a fault of its own:\n${text}\n`);
    process.exit(70);
  };
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
}

async function finish({console, demo}: Ending): Promise<void> {
  console?.close();
  await demo?.close();
}

/** Monitoring takes 1 of `health` for a warning: a profile that cannot be read is "unknown". */
function exitCodeOf({code}: Problem, argv: readonly string[]): number {
  if (code === 'operation.read-only') return exitCodes.readOnly;
  if (code === 'logs.busy') return exitCodes.busy;
  if (code === 'logs.nothing-chosen') return exitCodes.usage;
  return argv.includes('health') ? healthExitCodes.unknown : exitCodes.failed;
}

function crash(error: unknown): void {
  // Out of the promise that it happened in: the handler above ends the program.
  process.nextTick(() => {
    throw error;
  });
}

function tell(problem: Problem, json: boolean): void {
  if (json) {
    process.stderr.write(`${escaped(JSON.stringify({problem}))}\n`);
    return;
  }
  process.stderr.write(`${clean(`${problem.message} [${problem.code}]\n${problem.hint}`)}\n`);
  for (const line of problem.lines) process.stderr.write(`  ${clean(line)}\n`);
}

/** JSON leaves the C1 control characters as they are; a terminal may obey them. */
const escaped = (json: string): string =>
  json.replace(/[\u007f-\u009f]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
