import type {Operation} from '../operations/operation.ts';
import {changeUnits} from './change.ts';
import type {UnitContext, UnitName} from './context.ts';

/** Restarts units, whatever state they are in. */
export const restartUnits = (context: UnitContext, units: readonly UnitName[]): Operation =>
  changeUnits('restart', context, units);

/** Starts those that do not run. Taken back by a stop. */
export const startUnits = (context: UnitContext, units: readonly UnitName[]): Operation =>
  changeUnits('start', context, units);

/** Stops those that run; confirmed by typing the profile's name. Taken back by a start. */
export const stopUnits = (context: UnitContext, units: readonly UnitName[]): Operation =>
  changeUnits('stop', context, units);
