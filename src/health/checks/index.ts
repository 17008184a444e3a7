import type {Check} from '../check.ts';
import {apiCheck} from './api.ts';
import {authenticationCheck} from './authentication.ts';
import {databaseCheck} from './database.ts';
import {heartbeatsCheck} from './heartbeats.ts';
import {importErrorsCheck} from './import-errors.ts';
import {loginCheck} from './login.ts';
import {schedulerCheck} from './scheduler.ts';
import {schedulingCheck} from './scheduling.ts';
import {unitsCheck} from './units.ts';
import {volumesCheck} from './volumes.ts';

/** Every check, in the order of its weight among findings of one level. */
export const checks: readonly Check[] = [
  schedulerCheck,
  databaseCheck,
  apiCheck,
  volumesCheck,
  unitsCheck,
  heartbeatsCheck,
  schedulingCheck,
  importErrorsCheck,
  authenticationCheck,
  loginCheck,
];
