import {afterAll, beforeAll, expect, test} from 'vitest';
import type {Finding} from '../../src/health/finding.ts';
import {airflowStates} from './health/airflow-states.ts';
import {configStates} from './health/config-states.ts';
import {healthOf} from './health/healthy.ts';
import {hostStates} from './health/host-states.ts';
import {type Diagnosis, Patient} from './health/patient.ts';
import {plainStates} from './health/plain-states.ts';
import type {Diagnosed, Expected, PlantedState} from './health/planted.ts';
import {schedulerStates} from './health/scheduler-states.ts';
import {webStates} from './health/web-states.ts';
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

const fits =
  ({level, check, text}: Finding) =>
  (expected: Expected): boolean =>
    expected.level === level && expected.check === check && expected.text.test(text);

/** What is not as it should be, a line each. */
function wrong({findings, verdict}: Diagnosis, {finds, verdict: wanted}: Diagnosed, mayFind?: RegExp): string {
  const {level, sentence, why = /^/, key} = wanted;
  const isRight = verdict.level === level && sentence.test(verdict.sentence) && why.test(verdict.why ?? '');
  return [
    ...finds
      .filter(expected => !findings.some(finding => fits(finding)(expected)))
      .map(expected => `not found: ${expected.level} ${expected.check} ${expected.text}`),
    ...findings
      .filter(finding => !finds.some(fits(finding)) && mayFind?.test(finding.text) !== true)
      .map(finding => `found: ${finding.level} ${finding.check} ${finding.text}`),
    ...(isRight ? [] : [`the verdict: ${verdict.level} ${verdict.sentence} ${verdict.why ?? ''}`]),
    ...(key === undefined || verdict.next?.key === key ? [] : [`its key: ${verdict.next?.key}`]),
  ].join('\n');
}

async function shows(patient: Patient, what: Diagnosed, withinMs: number, mayFind?: RegExp): Promise<void> {
  await expect
    .poll(async () => wrong(await patient.diagnose(), what, mayFind), {
      timeout: withinMs,
      interval: 500,
      message: patient.name,
    })
    .toBe('');
}

const isWell = (patient: Patient) => shows(patient, healthOf(patient), 120_000);

/** Each host alone has the state, is healed of it, and is then as it was. */
async function suffer(patients: readonly Patient[], state: PlantedState): Promise<void> {
  const concerned = patients.filter(({major}) => state.only === undefined || state.only === major);
  await Promise.all(
    concerned.map(async patient => {
      const healthy = healthOf(patient);
      const all = {finds: [...state.finds, ...healthy.finds], verdict: state.verdict ?? healthy.verdict};
      try {
        await state.plant(patient);
        await shows(patient, all, state.withinMs ?? 30_000, state.mayFind);
      } finally {
        await state.heal(patient);
      }
      await isWell(patient);
    }),
  );
}

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

test.each([...webStates, ...hostStates, ...configStates, ...schedulerStates, ...airflowStates])(
  '$name is found, and nothing else',
  async state => {
    await suffer(sound, state);
  },
);

test.each(plainStates)('$name is found, and nothing else', async state => {
  await suffer(plain, state);
});

test('when all is healed, exactly what is known is said again', async () => {
  await Promise.all([...plain, ...sound].map(isWell));
});
