import {chmod, lchown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';
import {addProfile} from '../../../src/profile/add-profile.ts';
import {readProfiles} from '../../../src/profile/read-profiles.ts';
import type {Section} from '../../../src/profile/section.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windsock-add-'));
  file = join(folder, 'profiles.ini');
});
afterEach(() => rm(folder, {recursive: true}));

const section = (name: string): Section => ({name, entries: [['hosts', 'local']]});
const add = (what: Section, to = file) => addProfile(to, what, {});
const refusal = async (promise: Promise<unknown>): Promise<Problem> => {
  const outcome = await promise.catch((error: unknown) => error);
  if (!(outcome instanceof Problem)) throw new Error(`no problem came, but ${String(outcome)}`);
  return outcome;
};
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const names = async (path = file) => (await readProfiles(path, {})).profiles.map(({name}) => name);

describe('a profile is added', () => {
  test('to a file and folders that were not there, closed to others', async () => {
    const made = join(folder, 'config', 'windsock', 'profiles.ini');
    const login = [
      ['api', 'http://h'],
      ['user', 'a'],
      ['password', 'x;"y'],
    ] as const;
    await add({name: 'p', entries: login}, made);
    expect(await modeOf(made)).toBe('600');
    expect(await modeOf(join(folder, 'config', 'windsock'))).toBe('700');
    const {profiles} = await readProfiles(made, {});
    const read = profiles[0]?.api?.login;
    expect(read?.kind === 'password' && (await read.password())).toBe('x;"y');
    expect(await readdir(join(folder, 'config', 'windsock'))).toEqual(['profiles.ini']);
  });

  test('behind what is there, which stays to the byte; and the mode loses what others may', async () => {
    const before = '; mine\n[a]\nhosts   =  local ; here\n\n# end';
    await writeFile(file, before, {mode: 0o644});
    await add(section('b'));
    expect(await readFile(file, 'utf8')).toBe(`${before}\n\n[b]\nhosts = local\n`);
    expect(await modeOf(file)).toBe('600');
    expect(await names()).toEqual(['a', 'b']);
  });

  test('with the line ends of the file', async () => {
    await writeFile(file, '[a]\r\nhosts = local\r\n', {mode: 0o600});
    await add(section('b'));
    expect(await readFile(file, 'utf8')).toBe('[a]\r\nhosts = local\r\n\r\n[b]\r\nhosts = local\r\n');
  });

  test('to the file behind a link of one’s own, and the link stays', async () => {
    await mkdir(join(folder, 'dotfiles'));
    const kept = join(folder, 'dotfiles', 'p.ini');
    await writeFile(kept, '', {mode: 0o600});
    await symlink(kept, file);
    await add(section('a'));
    expect(await readFile(kept, 'utf8')).toBe('[a]\nhosts = local\n');
    expect(await names()).toEqual(['a']);
  });

  test('by twenty at once, and none is lost', async () => {
    const all = Array.from({length: 20}, (_, index) => `p${index}`);
    await Promise.all(all.map(name => add(section(name))));
    expect((await names()).toSorted()).toEqual(all.toSorted());
    expect(await readdir(folder)).toEqual(['profiles.ini']);
  });
});

describe('nothing is written', () => {
  const unchanged = async (text: string, refused: Promise<unknown>) => {
    const problem = await refusal(refused);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['profiles.ini']);
    return problem;
  };

  test('where a profile has the name already', async () => {
    const text = '[a]\nhosts = local\n';
    await writeFile(file, text, {mode: 0o600});
    const problem = await unchanged(text, add(section('a')));
    expect([problem.code, problem.detail]).toEqual(['profile.exists', `[a] in ${file}, line 1`]);
  });

  test('where somebody else changed the file in the meantime, and theirs stays', async () => {
    await writeFile(file, '', {mode: 0o600});
    const theirs = '[b]\nhosts = local\n';
    const refused = addProfile(file, section('a'), {}, () => writeFile(file, theirs));
    expect((await unchanged(theirs, refused)).detail).toContain('changed');
  });

  test('and nothing prepared, where a profile has the name already', async () => {
    await writeFile(file, '[a]\nhosts = local\n', {mode: 0o600});
    const prepare = async () => {
      throw new Error('prepared');
    };
    expect((await refusal(addProfile(file, section('a'), {}, prepare))).code).toBe('profile.exists');
  });

  test('where what is there cannot be read', async () => {
    await writeFile(file, 'nonsense\n', {mode: 0o600});
    expect((await unchanged('nonsense\n', add(section('a')))).code).toBe('profile.invalid');
  });

  test('where the profile itself is wrong', async () => {
    await writeFile(file, '', {mode: 0o600});
    const problem = await unchanged('', add({name: 'a', entries: [['api', 'airflow:8080']]}));
    expect(problem.detail).toBe('[a]: api must be like https://airflow.example.com');
  });

  test('where others can write the file', async () => {
    await writeFile(file, '');
    await chmod(file, 0o620);
    expect((await unchanged('', add(section('a')))).code).toBe('profile.unsafe');
  });

  test.runIf(process.getuid?.() === 0)('where the file is a link of somebody else', async () => {
    const target = join(folder, 'target');
    await writeFile(target, '', {mode: 0o600});
    await symlink(target, file);
    await lchown(file, 12_345, 12_345);
    const problem = await refusal(add(section('a')));
    expect([problem.code, problem.detail]).toEqual(['profile.unsafe', `${file} is a link of the user 12345`]);
    expect(await readFile(target, 'utf8')).toBe('');
  });

  test('where another one writes and does not end', async () => {
    await writeFile(file, '', {mode: 0o600});
    const lock = join(folder, '.profiles.ini.windsock');
    await writeFile(lock, '');
    const problem = await refusal(add(section('a')));
    expect(problem.code).toBe('profile.not-written');
    expect(problem.detail).toContain(`remove ${lock}`);
    expect(await readFile(file, 'utf8')).toBe('');
  });

  test('where a folder stands in the place of the file', async () => {
    await mkdir(file);
    expect((await refusal(add(section('a')))).detail).toBe(`${file} is no file`);
  });
});
