import {expectProblem, type Problem} from '../problems/problem.ts';
import type {HostUnits} from '../units/unit.ts';
import {age} from '../words.ts';
import {type Command, exitCodes} from './command.ts';
import {columnsOf} from './print-table.ts';

export const unitsListCommand: Command = {
  path: ['units', 'list'],
  summary: 'The units of all hosts, and processes of Airflow that no unit owns',
  run: async ({console, json, print, remark}) => {
    const asked = await Promise.all(
      console.hosts.map(async ({host, units}): Promise<{host: string; seen?: HostUnits; problem?: Problem}> => {
        try {
          return {host: host.name, seen: await console.live.ask(units)};
        } catch (error) {
          return {host: host.name, problem: expectProblem(error)};
        }
      }),
    );
    const failed = asked.filter(({problem}) => problem !== undefined);
    if (json) {
      print(
        JSON.stringify(
          asked.map(({host, seen, problem}) => ({
            host,
            ...(seen === undefined ? {} : {units: seen.units, loose: seen.loose}),
            ...(problem === undefined ? {} : {problem}),
          })),
        ),
      );
    } else {
      const rows = asked.flatMap(({host, seen}) => [
        ...(seen?.units ?? []).map(unit => [
          host,
          unit.component,
          unit.name,
          unit.state,
          unit.inStateMs === undefined ? '-' : age(unit.inStateMs),
          unit.mainPid === undefined ? '-' : String(unit.mainPid),
        ]),
        ...(seen?.loose ?? []).map(({component, pid}) => [host, component, '(no unit)', 'running', '-', String(pid)]),
      ]);
      for (const line of columnsOf([['HOST', 'COMPONENT', 'UNIT', 'STATE', 'SINCE', 'PID'], ...rows])) print(line);
      for (const {host, problem} of failed) remark(`${host}: ${problem?.message}. ${problem?.hint}`);
    }
    return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};
