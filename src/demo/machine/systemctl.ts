import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {DemoUnit} from '../world/unit.ts';
import {type Arguments, readArguments} from './arguments.ts';
import type {Program, ProgramCall} from './program.ts';
import {missingProperties, type TimeStyle, unitProperties} from './unit-properties.ts';

const valued = [
  '-p',
  '-P',
  '--property',
  '-t',
  '--type',
  '--state',
  '-o',
  '--output',
  '-n',
  '--lines',
  '-s',
  '--signal',
];

/** systemctl of the demo's machine: the verbs that read, and those that change its units. */
export const systemctl: Program = call => {
  const args = readArguments(call.args, valued);
  const [verb = 'list-units', ...names] = args.words;
  if (args.option('--version') !== undefined) {
    call.out('systemd 252 (252.36-1~deb12u1)\n');
    return 0;
  }
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (run) return run(call, names, args);
  call.err(`Unknown command verb ${verb}.\n`);
  return 1;
};

type Verb = (call: ProgramCall, names: readonly string[], args: Arguments) => number | Promise<number>;

const verbs: Readonly<Record<string, Verb>> = {
  show,
  'list-units': listUnits,
  'list-unit-files': listUnitFiles,
  cat: (call, names) => {
    for (const unit of units(call, names)) {
      const path = join(call.folder.units, unit.name);
      call.out(`# ${path}\n${readFileSync(path, 'utf8')}`);
    }
    return 0;
  },
  'is-active': (call, names) => states(call, names, ({state}) => state, ['active'], 3),
  'is-failed': (call, names) => states(call, names, ({state}) => state, ['failed'], 1),
  'is-enabled': (call, names) => states(call, names, () => 'enabled', ['enabled'], 1),
  'is-system-running': call => {
    const degraded = [...call.world.units.values()].some(({state}) => state === 'failed');
    call.out(degraded ? 'degraded\n' : 'running\n');
    return degraded ? 1 : 0;
  },
  'daemon-reload': () => 0,
  start: (call, names) => job(call, names, 'start', unit => unit.start()),
  stop: (call, names) => job(call, names, 'stop', unit => unit.stop()),
  restart: (call, names) => job(call, names, 'restart', unit => unit.restart()),
  'reset-failed': (call, names) =>
    job(call, names.length > 0 ? names : ['*'], 'reset-failed', async unit => unit.resetFailed()),
  kill: (call, names, args) =>
    job(call, names, 'kill', async unit => {
      const signal = args.option('-s', '--signal') ?? 'TERM';
      if (/^(SIG)?KILL$|^9$/.test(signal)) unit.kill();
      else await unit.stop();
    }),
};

const fullName = (name: string): string => (/\.\w+$/.test(name) || name.includes('*') ? name : `${name}.service`);

function units({world}: ProgramCall, names: readonly string[]): DemoUnit[] {
  const all = [...world.units.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (names.length === 0) return all;
  return names.map(fullName).flatMap(name => all.filter(unit => glob(name).test(unit.name)));
}

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

function show(call: ProgramCall, names: readonly string[], args: Arguments): number {
  const wanted = args.options('-p', '-P', '--property').flatMap(list => list.split(','));
  const onlyValues = args.option('--value') !== undefined || args.option('-P') !== undefined;
  const style = ((given?: string): TimeStyle => (given === 'unix' ? 'unix' : given === 'us' ? 'us' : 'pretty'))(
    args.option('--timestamp'),
  );
  const blocks = names.map(fullName).flatMap(name => {
    const found = units(call, [name]).map(unit => unitProperties(unit, call, style));
    return found.length > 0 || name.includes('*') ? found : [missingProperties(name)];
  });
  const lines = blocks.map(block =>
    block
      .filter(([property]) => wanted.length === 0 || wanted.includes(property))
      .map(([property, value]) => (onlyValues ? `${value}\n` : `${property}=${value}\n`))
      .join(''),
  );
  call.out(lines.join('\n'));
  return 0;
}

function listUnits(call: ProgramCall, names: readonly string[], args: Arguments): number {
  const wanted = args.option('--state')?.split(',');
  const listed = units(call, names).filter(({state}) => !wanted || wanted.includes(state));
  if (args.option('-o', '--output') === 'json') {
    const rows = listed.map(({name: unit, state: active, sub, description}) => ({
      unit,
      load: 'loaded',
      active,
      sub,
      description,
    }));
    call.out(`${JSON.stringify(rows)}\n`);
    return 0;
  }
  const legend = args.option('--no-legend') === undefined && args.option('--legend') !== 'false';
  if (legend) call.out('UNIT LOAD ACTIVE SUB DESCRIPTION\n');
  const dot = args.option('--plain') === undefined;
  for (const {name, state, sub, description} of listed) {
    const mark = !dot ? '' : state === 'failed' ? '● ' : '  ';
    call.out(`${mark}${name} loaded ${state} ${sub} ${description}\n`);
  }
  if (legend) call.out(`\n${listed.length} loaded units listed.\n`);
  return 0;
}

function listUnitFiles(call: ProgramCall, names: readonly string[], args: Arguments): number {
  const listed = units(call, names);
  if (args.option('-o', '--output') === 'json') {
    const rows = listed.map(({name}) => ({unit_file: name, state: 'enabled', preset: 'enabled'}));
    call.out(`${JSON.stringify(rows)}\n`);
    return 0;
  }
  const legend = args.option('--no-legend') === undefined && args.option('--legend') !== 'false';
  if (legend) call.out('UNIT FILE STATE PRESET\n');
  for (const {name} of listed) call.out(`${name} enabled enabled\n`);
  if (legend) call.out(`\n${listed.length} unit files listed.\n`);
  return 0;
}

/** Like is-active: 0 when one of the units is in one of the states. */
function states(
  call: ProgramCall,
  names: readonly string[],
  stateOf: (unit: DemoUnit) => string,
  good: readonly string[],
  bad: number,
): number {
  let code = bad;
  for (const name of names) {
    const [unit] = units(call, [name]);
    const state = unit ? stateOf(unit) : 'inactive';
    if (good.includes(state)) code = 0;
    if (call.args.every(arg => arg !== '-q' && arg !== '--quiet')) call.out(`${state}\n`);
  }
  return code;
}

/** Blocks until the jobs are done, as systemctl does without --no-block. */
async function job(
  call: ProgramCall,
  names: readonly string[],
  verb: string,
  act: (unit: DemoUnit) => Promise<unknown>,
): Promise<number> {
  if (names.length === 0) {
    call.err('Too few arguments.\n');
    return 1;
  }
  const unknown = names.map(fullName).filter(name => !name.includes('*') && units(call, [name]).length === 0);
  for (const name of unknown) {
    call.err(
      verb === 'stop' || verb === 'reset-failed' || verb === 'kill'
        ? `Failed to ${verb} ${name}: Unit ${name} not loaded.\n`
        : `Failed to ${verb} ${name}: Unit ${name} not found.\n`,
    );
  }
  const jobs = units(call, names).map(act);
  if (!call.args.includes('--no-block')) await Promise.all(jobs);
  return unknown.length > 0 ? (verb === 'reset-failed' || verb === 'kill' ? 1 : 5) : 0;
}
