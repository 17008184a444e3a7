import {asAirflow} from '../../config/as-airflow.ts';
import {withAgent} from '../../host/agent.ts';
import {confirmation} from '../../operations/confirmation.ts';
import type {Operation, Plan, Step} from '../../operations/operation.ts';
import {Problem} from '../../problems/problem.ts';
import {asRoot, type ScheduleContext} from './context.ts';
import {pathsOf} from './files.ts';
import {mayPlace} from './host-tools.ts';
import {readPlaced} from './placed.ts';
import {asRootStep} from './root-steps.ts';
import {dagIdOf, placedName, type Vessel, vesselWords} from './schedule.ts';

/** Takes back what `putOn` placed: its files, and nothing of what it deleted. */
export function takeOff(context: ScheduleContext, name: string, vessel: Vessel): Operation {
  const title = `Take the ${vesselWords[vessel]} ${placedName(name)} off ${context.host.name}`;
  return {id: 'logs.schedule-remove', title, plan: signal => planTakeOff(context, name, vessel, title, signal)};
}

async function planTakeOff(
  context: ScheduleContext,
  name: string,
  vessel: Vessel,
  title: string,
  signal: AbortSignal,
): Promise<Plan> {
  const {host, protect} = context;
  const installation = await context.installation();
  const as = vessel === 'dag' ? asAirflow(installation) : asRoot;
  const paths = pathsOf(name, vessel, installation.dagsFolder);
  const there = await readPlaced(host, vessel === 'dag' ? as : {as: 'login'}, paths, signal);
  const foreign = [...there].find(([, {stamp}]) => stamp === undefined);
  const remove = [...there].map(
    ([path, {sha256}]): Step => ({
      text: `remove ${path}`,
      note: vessel === 'dag' ? `as ${installation.user}` : 'as root',
      run: async () => {
        await withAgent(host, as, agent => agent.remove(path, sha256));
        return undefined;
      },
    }),
  );
  const blocked =
    there.size === 0
      ? new Problem('operation.refused', `${paths[0]} is not there`)
      : foreign !== undefined
        ? new Problem('operation.refused', `${foreign[0]} is not of windsock`)
        : (await mayPlace(host, as.as ?? 'login'))
          ? undefined
          : new Problem('host.not-permitted', `${await host.loginUser()} on ${host.name}`);
  const isTimer = vessel === 'timer';
  return {
    title,
    steps: [
      ...(isTimer ? [asRootStep(host, ['systemctl', 'disable', '--now', `${placedName(name)}.timer`])] : []),
      ...remove,
      ...(isTimer ? [asRootStep(host, ['systemctl', 'daemon-reload'])] : []),
    ],
    warnings: [
      ...[...there].flatMap(([path, {stamp}]) =>
        stamp?.isUntouched === false ? [`${path} was changed by hand since windsock placed it.`] : [],
      ),
      ...(vessel === 'dag'
        ? [`Airflow forgets ${dagIdOf(name)} when it next lists its DAG folder; its runs stay in the database.`]
        : []),
    ],
    verb: 'remove',
    confirm: confirmation(protect),
    alternatives: [],
    touches: ['schedules', 'dags', 'facts'],
    ...(blocked === undefined ? {} : {blocked}),
    outcome: () => 'Nothing cleans up by itself any more under this name.',
  };
}
