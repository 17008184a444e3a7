import {age} from '../words.ts';
import {askHosts, tellOfHost} from './ask-hosts.ts';
import {type Command, exitCodes} from './command.ts';
import {columnsOf} from './print-table.ts';

export const unitsListCommand: Command = {
  path: ['units', 'list'],
  summary: 'The units of all hosts, and processes of Airflow that no unit owns',
  run: async context => {
    const {json, print} = context;
    const answers = await askHosts(context, ({units}) => units);
    const failed = answers.flatMap(answer => ('problem' in answer ? [answer] : []));
    if (json) {
      print(
        JSON.stringify(
          answers.map(answer =>
            'problem' in answer ? answer : {host: answer.host, units: answer.value.units, loose: answer.value.loose},
          ),
        ),
      );
    } else {
      const rows = answers.flatMap(answer => {
        if ('problem' in answer) return [];
        const {units, loose} = answer.value;
        return [
          ...units.map(unit => [
            answer.host,
            unit.component,
            unit.name,
            unit.state,
            unit.inStateMs === undefined ? '-' : age(unit.inStateMs),
            unit.mainPid === undefined ? '-' : String(unit.mainPid),
          ]),
          ...loose.map(({component, pid}) => [answer.host, component, '(no unit)', 'running', '-', String(pid)]),
        ];
      });
      for (const line of columnsOf([['HOST', 'COMPONENT', 'UNIT', 'STATE', 'SINCE', 'PID'], ...rows])) print(line);
      for (const {host, problem} of failed) tellOfHost(context, host, problem);
    }
    return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};
