import {afterAll, beforeAll, test} from 'vitest';
import {Patient} from '../health/patient.ts';
import {soundStates} from '../health/sound-states.ts';
import {suffer} from '../health/suffer.ts';
import {soundHosts, startHosts} from '../hosts.ts';

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

test.each(soundStates.filter(({slow}) => slow === true))('$name is found, and nothing else', async state => {
  await suffer(patients, state);
});
