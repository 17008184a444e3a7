import type {Step, StepContext} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {age} from '../words.ts';
import {look} from './await-state.ts';
import {pause, type UnitContext} from './context.ts';
import {tasksThatEnd, toldByAirflow} from './running-tasks.ts';
import type {Unit} from './unit.ts';
import {shortName} from './words.ts';

const everyMs = 5_000;

/**
 * A step that waits until no task runs in the unit, for as long as that takes. It looks at the unit's processes; where they cannot be
 * seen it waits until Airflow has no running task at all.
 */
export const untilNoTask = (context: UnitContext, unit: Unit): Step => ({
  text: `wait until no task runs in ${shortName(unit)}`,
  note: 'new tasks may start meanwhile',
  run: step => wait(context, unit, step),
});

async function wait(context: UnitContext, unit: Unit, {signal, say}: StepContext): Promise<string> {
  const sinceMs = context.now();
  for (;;) {
    const seen = await look(context, unit, signal);
    const told = seen === undefined || seen.tasks?.length === 0 ? undefined : await toldByAirflow(context, signal);
    const left = seen === undefined ? undefined : (seen.tasks ?? (told instanceof Problem ? undefined : told))?.length;
    const waited = age(context.now() - sinceMs);
    if (seen !== undefined && left === 0) return `no task runs any more, after ${waited}`;
    if (seen === undefined) say(`${unit.host} does not answer`);
    else if (left === undefined) say(`whether tasks run is not known, ${waited}`);
    else {
      const ends = tasksThatEnd(seen, told, context.now()) ?? '';
      say(`${left} ${left === 1 ? 'task runs' : 'tasks run'}, ${waited} so far${ends.replace(/^[^:(]*[:(] ?/, ': ')}`);
    }
    await pause(context, everyMs, signal);
  }
}
