import {expect} from 'vitest';
import type {Finding} from '../../../src/health/finding.ts';
import {healthOf} from './healthy.ts';
import type {Diagnosis, Patient} from './patient.ts';
import type {Diagnosed, Expected, PlantedState} from './planted.ts';

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

/** Nothing is said of it but what is always said. */
export const isWell = (patient: Patient) => shows(patient, healthOf(patient), 120_000);

/** Each host alone has the state, is healed of it, and is then as it was. */
export async function suffer(patients: readonly Patient[], state: PlantedState): Promise<void> {
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
