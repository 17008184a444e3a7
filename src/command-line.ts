import {Command as Commander, CommanderError, InvalidArgumentError, Option, type OutputConfiguration} from 'commander';
import type {Command, CommandInput} from './commands/command.ts';
import {exitCodes} from './commands/command.ts';
import {commands} from './commands/index.ts';
import type {ReadOption} from './commands/options.ts';

/** What the command line asks for. */
export type Invocation = {
  /** Undefined: the screens, or the health report where there is no terminal. */
  readonly command: Command | undefined;
  readonly input: CommandInput;
  readonly profile: string | undefined;
  readonly profilesFile: string | undefined;
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
};

/** The command line is wrong, or help was asked for (exit code 0). */
export class UsageError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Throws `UsageError`. */
export function parseCommandLine(argv: readonly string[]): Invocation {
  let chosen: {command: Command; input: CommandInput} | undefined;
  let said = '';
  const output = {
    writeErr: (text: string) => {
      said += text;
    },
  };
  const program = commonOptions(new Commander('windsock'))
    .description("The administrator's console for Apache Airflow. Without a command it opens the screens.")
    .version(process.env.WINDSOCK_VERSION ?? 'development')
    // What stands behind a command belongs to it, also where the one above it has an option of that name.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(output)
    .action(() => {});
  for (const command of commands) {
    const [last, ...before] = command.path.toReversed();
    const parent = before.reverse().reduce((under, name) => groupOf(under, name, output), program);
    const made = commonOptions(parent.command([last, ...(command.args ?? [])].join(' ')))
      .description(command.summary)
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput(output);
    for (const {flags, description, read, isRefused} of command.options ?? []) {
      const option = new Option(flags, description).hideHelp(isRefused === true);
      made.addOption(read === undefined ? option : option.argParser(strictly(read, description)));
    }
    if (command.changes === true) {
      made.option('--dry-run', 'print what would be done, and do nothing').option('--yes', 'do it without asking');
    }
    made.action((...given: unknown[]) => {
      const args = given
        .slice(0, command.args?.length ?? 0)
        .flat()
        .filter(value => value !== undefined)
        .map(String);
      // What a command and the one above it both know commander gives to the one above.
      chosen = {command, input: {args, options: made.optsWithGlobals()}};
    });
  }
  try {
    program.parse([...argv], {from: 'user'});
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0;
    // Of a group without its command commander has said what there is.
    const text = error.code === 'commander.help' ? said.trimEnd() : error.message;
    throw new UsageError(isHelp ? '' : text, isHelp ? 0 : exitCodes.usage);
  }
  const options: Record<string, unknown> = {...program.opts(), ...chosen?.input.options};
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  return {
    command: chosen?.command,
    input: chosen?.input ?? {args: [], options: {}},
    profile: text('profile'),
    profilesFile: text('profiles'),
    demo: options.demo === true,
    readOnly: options.readOnly === true,
    ascii: options.ascii === true,
    json: options.json === true,
    yes: options.yes === true,
    dryRun: options.dryRun === true,
  };
}

const strictly = (read: ReadOption, description: string) => (text: string) => {
  const value = read(text);
  if (value === undefined) throw new InvalidArgumentError(`It means: ${description}.`);
  return value;
};

/** They may stand before or behind the command. */
function commonOptions(command: Commander): Commander {
  return command
    .option('--profile <name>', 'the profile of profiles.ini')
    .option('--profiles <file>', 'another profiles.ini')
    .option('--demo', 'the built-in installation')
    .option('--read-only', 'change nothing')
    .option('--ascii', 'only ASCII characters')
    .option('--json', 'JSON on stdout');
}

function groupOf(parent: Commander, name: string, output: OutputConfiguration): Commander {
  const known = parent.commands.find(command => command.name() === name);
  if (known !== undefined) return known;
  return parent.command(name).enablePositionalOptions().exitOverride().configureOutput(output);
}
