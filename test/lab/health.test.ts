import {afterAll, beforeAll, expect, test} from 'vitest';
import {Patient} from './health/patient.ts';
import {plainStates} from './health/plain-states.ts';
import {soundStates} from './health/sound-states.ts';
import {isWell, suffer} from './health/suffer.ts';
import {labHosts, soundHosts, startHosts} from './hosts.ts';

let plain: readonly Patient[] = [];
let sound: readonly Patient[] = [];
let stop = async (): Promise<void> => {};

beforeAll(async () => {
  stop = await startHosts(soundHosts);
  plain = await Promise.all(labHosts.map(({name}) => Patient.open(name)));
  sound = await Promise.all(soundHosts.map(({name}) => Patient.open(name)));
});
afterAll(async () => {
  for (const patient of [...plain, ...sound]) patient.close();
  await stop();
});

test('nothing is said against a sound Airflow but the age of its version', async () => {
  await Promise.all(sound.map(isWell));
});

test('exactly what is known is said of the plain lab', async () => {
  await Promise.all(plain.map(isWell));
});

test('a password that everybody knows is found where it is, when somebody wants that', async () => {
  const ofLogin = async (patient: Patient) => {
    const {findings} = await patient.diagnose(true);
    return findings.filter(({check}) => check === 'default-passwords').map(({level, text}) => `${level}: ${text}`);
  };
  for (const patient of plain) {
    expect(await ofLogin(patient)).toEqual([
      'critical: Airflow admits the user admin with the password admin: whoever reaches it can log in.',
    ]);
  }
  for (const patient of sound) expect(await ofLogin(patient)).toEqual([]);
});

test.each(soundStates.filter(({slow}) => slow !== true))('$name is found, and nothing else', async state => {
  await suffer(sound, state);
});

test.each(plainStates)('$name is found, and nothing else', async state => {
  await suffer(plain, state);
});

test('when all is healed, exactly what is known is said again', async () => {
  await Promise.all([...plain, ...sound].map(isWell));
});
