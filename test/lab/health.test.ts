import {afterAll, beforeAll, expect, test} from 'vitest';
import type {Finding} from '../../src/health/finding.ts';
import {hostStates} from './health/host-states.ts';
import {type Diagnosis, Patient} from './health/patient.ts';
import type {Expected, PlantedState} from './health/planted.ts';
import {schedulerStates} from './health/scheduler-states.ts';
import {soundHosts, startHosts} from './hosts.ts';

/** What is found on a host that nothing is wrong with. */
const known: Readonly<Record<2 | 3, readonly Expected[]>> = {
  2: [{level: 'warning', check: 'end-of-life', text: /^Airflow 2 gets no fixes any more/}],
  3: [],
};

const fits =
  ({level, check, text}: Finding) =>
  (expected: Expected): boolean =>
    expected.level === level && expected.check === check && expected.text.test(text);

/** What is not as expected, in words; empty when the diagnosis is right. */
function wrong({findings, verdict}: Diagnosis, state: PlantedState, healthy: readonly Expected[]): readonly string[] {
  const expected = [...state.finds, ...healthy];
  const {level, sentence, why = /^/, key} = state.verdict;
  return [
    ...expected
      .filter(each => !findings.some(finding => fits(finding)(each)))
      .map(each => `not found: ${each.level} ${each.check} ${each.text}`),
    ...findings
      .filter(finding => !expected.some(fits(finding)) && state.mayFind?.test(finding.text) !== true)
      .map(({level: found, check, text}) => `not planted: ${found} ${check} ${text}`),
    ...(verdict.level === level && sentence.test(verdict.sentence) && why.test(verdict.why ?? '')
      ? []
      : [`verdict: ${verdict.level} ${verdict.sentence} / ${verdict.why ?? ''}`]),
    ...(key === undefined || verdict.next?.key === key ? [] : [`key: ${verdict.next?.key}`]),
  ];
}

const well: PlantedState = {
  name: 'nothing',
  plant: async () => {},
  heal: async () => {},
  finds: [],
  verdict: {level: 'ok', sentence: /^Airflow is scheduling\. The scheduler reported .* ago\.$/},
};
const wellButOld: PlantedState = {
  ...well,
  verdict: {level: 'warning', sentence: /^Airflow is scheduling, but: airflow 2 gets no fixes/i},
};

const states = [...hostStates, ...schedulerStates];

let patients: readonly Patient[] = [];
let stop = async (): Promise<void> => {};

beforeAll(async () => {
  stop = await startHosts(soundHosts);
  patients = await Promise.all(soundHosts.map(({name}) => Patient.open(name)));
});
afterAll(async () => {
  for (const patient of patients) patient.close();
  await stop();
});

async function shows(patient: Patient, state: PlantedState, withinMs: number): Promise<void> {
  await expect
    .poll(
      async () => wrong(await patient.diagnose(), state, known[patient.major]).map(what => `${patient.name}: ${what}`),
      {timeout: withinMs, interval: 500},
    )
    .toEqual([]);
}

const isWell = (patient: Patient) => shows(patient, patient.major === 2 ? wellButOld : well, 120_000);

test('nothing is said against a sound Airflow but the age of its version', async () => {
  await Promise.all(patients.map(isWell));
});

test.each(states)('$name is found, and nothing else', async state => {
  const concerned = patients.filter(({major}) => state.only === undefined || state.only === major);
  await Promise.all(
    concerned.map(async patient => {
      try {
        await state.plant(patient);
        await shows(patient, state, state.withinMs ?? 30_000);
      } finally {
        await state.heal(patient);
      }
      await isWell(patient);
    }),
  );
});
