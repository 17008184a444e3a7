import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Demo} from '../../src/demo/demo.ts';
import {type ProfileBook, profileBook} from '../../src/profile/profile-book.ts';
import {key, type Screen} from '../screen.tsx';
import {closing, demo, onDemo, soonMs, windsock} from './app.tsx';

async function newBook(more: Partial<Pick<ProfileBook, 'readOnly' | 'here'>> = {}): Promise<ProfileBook> {
  const folder = await mkdtemp(join(tmpdir(), 'windsock-book-'));
  closing(() => rm(folder, {recursive: true}));
  return profileBook(join(folder, 'profiles.ini'), {}, {readOnly: false, here: async () => undefined, ...more});
}

async function password({profile}: Demo): Promise<string> {
  const {login} = profile.api ?? {};
  return login?.kind === 'password' ? login.password() : '';
}

/** Types the answers of the form, one field after the other. */
async function fill(screen: Screen, answers: readonly string[]): Promise<void> {
  for (const [index, answer] of answers.entries()) screen.press(`${index === 0 ? '' : key.tab}${answer}`);
}

test('0 lists all profiles without connecting to them, and Enter opens the one under the cursor', async () => {
  const [one, two] = await Promise.all([demo(), demo()]);
  const staging = {...two.profile, name: 'staging', protect: true};
  const nowhere = {...two.profile, name: 'nowhere', hosts: [], readOnly: true};
  const screen = windsock({profile: one.profile, profiles: [one.profile, staging, nowhere]});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo .* open/, soonMs);
  expect(screen.text()).toMatch(/ staging .* protect +– /);
  expect(screen.text()).toMatch(/ nowhere +http\S+ +– .* read-only +– /);
  screen.press('j');
  await screen.until(/▸ staging/, soonMs);
  screen.press(key.enter);
  await screen.until(/windsock +staging/, soonMs);
  await screen.untilGone('┌ Profiles', soonMs);
});

test('t tries a profile step by step: signs, what was found, and what to do about a failure', async () => {
  const {screen} = await onDemo({size: {columns: 120, rows: 36}});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo/, soonMs);
  screen.press('t');
  await screen.until('1 step failed: heartbeat of API.', soonMs);
  const shown = screen.text();
  for (const step of ['reachable', 'version', 'login', 'role']) expect(shown).toMatch(new RegExp(`✓ API +${step} `));
  expect(shown).toMatch(/✖ API +heartbeat +The scheduler does not report: it last did/);
  expect(shown).toContain('Nothing is scheduled then.');
  for (const step of ['port', 'host key', 'login', 'units', 'run as', 'home', 'python', 'restart', 'journal'])
    expect(shown).toMatch(new RegExp(`✓ demo-1 +${step} `));
  screen.press(key.escape);
  await screen.until('┌ Profiles', soonMs);
  screen.press(key.escape);
  await screen.untilGone('┌ Profiles', soonMs);
  screen.press('7');
  await screen.until(/API \(demo\) +\w+ \/\S+/, soonMs);
});

test('N asks, tries, shows the section without its secret, and y writes it', async () => {
  const made = await demo();
  made.world.unit('scheduler').start();
  const book = await newBook();
  await writeFile(book.file, '; mine\n[demo]\nhosts = local\n', {mode: 0o644});
  const screen = windsock({profile: made.profile, book});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo/, soonMs);
  screen.press('N');
  await screen.until('┌ New profile', soonMs);
  const secret = await password(made);
  await fill(screen, ['second', made.profile.api?.url ?? '', 'admin', 'file', secret]);
  await screen.until(/the password or token +•{12}/, soonMs);
  screen.press(key.enter);
  await screen.until('Nothing failed.', soonMs);
  screen.press(key.enter);
  await screen.until('y write it  Esc back', soonMs);
  expect(screen.text()).toMatch(/\[second\][^[]*user = admin[^[]*password = ••••/);
  expect(screen.text()).not.toContain(secret);
  screen.press('y');
  await screen.until(/▸ second +http/, soonMs);
  const text = await readFile(book.file, 'utf8');
  expect(text.startsWith('; mine\n[demo]\nhosts = local\n\n[second]\n')).toBe(true);
  expect(text).toContain(secret);
  expect((await stat(book.file)).mode & 0o777).toBe(0o600);
  screen.press(key.enter);
  await screen.until(/windsock {2}second/, soonMs);
});

test('a failed step leads back to the form, which still has the answers', async () => {
  const made = await demo();
  const book = await newBook();
  const screen = windsock({profile: made.profile, book});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo/, soonMs);
  screen.press('N');
  await screen.until('┌ New profile', soonMs);
  screen.press(key.enter);
  await screen.until('A profile needs a name.', soonMs);
  await fill(screen, ['second', made.profile.api?.url ?? '', 'admin', 'file', 'hunter2']);
  screen.press(key.enter);
  await screen.until(/✖ API +login +Airflow refused the login/, soonMs);
  expect(screen.text()).not.toContain('hunter2');
  screen.press(key.escape);
  await screen.until(/user of the API +admin/, soonMs);
  screen.press(key.escape);
  await screen.until('┌ Profiles', soonMs);
  await expect(stat(book.file)).rejects.toThrow('ENOENT');
});

test('a name that is taken is refused, and so is a profile without anything to reach', async () => {
  const book = await newBook();
  const {screen} = await onDemo({book});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo/, soonMs);
  screen.press('N');
  await screen.until('┌ New profile', soonMs);
  screen.press('demo');
  await screen.until('There is a profile of that name already.', soonMs);
  screen.press('2');
  await screen.untilGone('There is a profile', soonMs);
  screen.press(key.enter);
  await screen.until('An API or hosts are needed.', soonMs);
});

test('a profile of this machine is proposed where Airflow runs here', async () => {
  const found = Promise.withResolvers<{components: string[]; api: string}>();
  const book = await newBook({here: () => found.promise});
  const {screen} = await onDemo({book});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo/, soonMs);
  screen.press('N');
  await screen.until('┌ New profile', soonMs);
  found.resolve({components: ['scheduler', 'webserver'], api: 'http://127.0.0.1:8080/team'});
  await screen.until('Airflow runs on this machine: scheduler, webserver.', soonMs);
  expect(screen.text()).toMatch(/API +http:\/\/127\.0\.0\.1:8080\/team/);
  expect(screen.text()).toMatch(/hosts +local/);
});

test('what somebody typed before that is known stays', async () => {
  const found = Promise.withResolvers<{components: string[]; api: string}>();
  const book = await newBook({here: () => found.promise});
  const {screen} = await onDemo({book});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo/, soonMs);
  screen.press('N');
  await screen.until('┌ New profile', soonMs);
  screen.press('mi');
  await screen.until(/name \* +mi/, soonMs);
  found.resolve({components: ['scheduler'], api: 'http://127.0.0.1:8080'});
  await found.promise;
  screen.press('ne');
  await screen.until(/name \* +mine/, soonMs);
  expect(screen.text()).not.toMatch(/hosts +local/);
});

test('nothing is added where windsock runs read-only', async () => {
  const book = await newBook({readOnly: true});
  const {screen} = await onDemo({book});
  await screen.until(/▸ scheduler/, soonMs);
  screen.press('0');
  await screen.until(/▸ demo/, soonMs);
  screen.press('N');
  await screen.until('N new: windsock runs read-only.', soonMs);
});
