import {homedir} from 'node:os';
import {join} from 'node:path';
import {Secrets} from './activity/secrets.ts';
import {type Invocation, parseCommandLine, UsageError} from './command-line.ts';
import {exitCodes, healthExitCodes, type Output, type ProfilesContext} from './commands/command.ts';
import {printHealth} from './commands/health.ts';
import type {Console} from './console.ts';
import type {Demo} from './demo/demo.ts';
import type {ProblemCode} from './problems/index.ts';
import {Problem} from './problems/problem.ts';
import {chooseProfile} from './profile/choose-profile.ts';
import {stateFolder} from './profile/keeping.ts';
import type {Profile} from './profile/profile.ts';
import {profilesFile, readProfiles} from './profile/read-profiles.ts';
import {clean, escapeJson} from './text.ts';

/** The terminal as the bootstrap took it: its first frame is on the screen, and keys wait unread. */
export type FirstScreen = {
  /** Gives the terminal back, for whatever is printed then. */
  release(): void;
  /** Call it right before Ink renders with `alternateScreen: true`: its first frame replaces the one that is there. */
  handOver(): void;
};

/** What must be undone when the process ends, however it ends. */
type Ending = {
  demo?: Demo;
  console?: Console;
  unmount?: () => void;
  readonly secrets: Secrets;
  readonly unread: AbortController;
};

/** The command line → a headless command, or the screens. */
export async function main(argv: readonly string[], screen: FirstScreen | undefined): Promise<void> {
  const ending: Ending = {secrets: new Secrets(), unread: new AbortController()};
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
  const {command, input} = invocation;
  if (command?.needs === 'profiles') return command.run(profilesContext(invocation, ending), input);
  const {profiles, profile, banner} = await choose(invocation, ending);
  const {secrets, demo} = ending;
  // The demo leaves nothing behind.
  const kept = demo === undefined ? stateFolder() : join(demo.folder, 'state');
  if (command === undefined && screen !== undefined) {
    const {runScreens} = await import('../screens/run.tsx');
    return runScreens(
      {
        profiles,
        profile,
        profilesFile: profilesFile(invocation.profilesFile).file,
        banner,
        readOnly: invocation.readOnly,
        ascii: invocation.ascii,
        secrets,
        stateFolder: kept,
      },
      screen,
      unmount => {
        ending.unmount = unmount;
      },
    );
  }
  const {openConsole} = await import('./console.ts');
  const console = openConsole(profile, {
    readOnly: invocation.readOnly,
    onBug: crash,
    secrets,
    stateFolder: kept,
    tell: problem => tell(problem, invocation.json),
  });
  ending.console = console;
  const context = {console, ...output(invocation, ending)};
  return command === undefined ? printHealth(context) : command.run(context, input);
}

const output = ({json, yes, dryRun}: Invocation, {unread}: Ending): Output => ({
  json,
  yes,
  dryRun,
  print: line => void process.stdout.write(`${json ? escapeJson(line) : clean(line)}\n`),
  remark: line => void process.stderr.write(`${json ? escapeJson(line) : clean(line)}\n`),
  unread: unread.signal,
});

function profilesContext(invocation: Invocation, ending: Ending): ProfilesContext {
  const {profilesFile: named, readOnly, demo} = invocation;
  return {
    ...output(invocation, ending),
    secrets: ending.secrets,
    profilesFile: named,
    readOnly,
    profiles: async () =>
      demo ? (await choose(invocation, ending)).profiles : (await readProfiles(named, process.env)).profiles,
    choose: async (name = invocation.profile) => (await choose({...invocation, profile: name}, ending)).profile,
  };
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
  // Who read the output has left: an operation that runs goes on to its end all the same.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      if (stream === process.stdout) ending.unread.abort();
    });
  }
  // Node's own warnings would be written over the screen.
  if (screen !== undefined) process.removeAllListeners('warning');
  const onCrash = (error: unknown) => {
    clear();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`windsock ended because of a fault of its own:\n${clean(ending.secrets.hide(text))}\n`);
    process.exit(70);
  };
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
}

async function finish({console, demo}: Ending): Promise<void> {
  console?.close();
  await demo?.close();
  // What a pipe has no room for yet would be lost with the process.
  await new Promise<void>(resolve => process.stdout.write('', () => resolve()));
}

/** What was asked for cannot be: the command line is wrong. */
const wrongChoices: readonly ProblemCode[] = [
  ...(['logs.nothing-chosen', 'logs.failed-age', 'logs.journal-rule', 'logs.nothing-grows'] as const),
  ...(['logs.no-class', 'logs.no-folder', 'logs.no-host', 'logs.which-host', 'logs.no-vessel'] as const),
];

/** Monitoring takes 1 of `health` for a warning: a profile that cannot be read is "unknown". */
function exitCodeOf({code}: Problem, argv: readonly string[]): number {
  if (code === 'operation.read-only') return exitCodes.readOnly;
  if (code === 'logs.busy') return exitCodes.busy;
  if (wrongChoices.includes(code)) return exitCodes.usage;
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
    process.stderr.write(`${escapeJson(JSON.stringify({problem}))}\n`);
    return;
  }
  process.stderr.write(`${clean(`${problem.message} [${problem.code}]\n${problem.hint}`)}\n`);
  for (const line of problem.lines) process.stderr.write(`  ${clean(line)}\n`);
}
