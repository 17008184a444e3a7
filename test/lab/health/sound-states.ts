import {airflowStates} from './airflow-states.ts';
import {configStates} from './config-states.ts';
import {hostStates} from './host-states.ts';
import type {PlantedState} from './planted.ts';
import {schedulerStates} from './scheduler-states.ts';
import {webStates} from './web-states.ts';

/** What is planted in a sound host. */
export const soundStates: readonly PlantedState[] = [
  ...webStates,
  ...hostStates,
  ...configStates,
  ...schedulerStates,
  ...airflowStates,
];
