import {activityScreen} from './activity/index.ts';
import {configScreen} from './config/index.ts';
import {dagsScreen} from './dags/index.ts';
import {dataScreen} from './data/index.ts';
import {healthScreen} from './health/index.ts';
import {logsScreen} from './logs/index.ts';
import type {Screen} from './screen.ts';

/** Every screen, in the order of the tabs. */
export const screens: readonly Screen[] = [
  healthScreen,
  dagsScreen,
  configScreen,
  logsScreen,
  dataScreen,
  activityScreen,
];
