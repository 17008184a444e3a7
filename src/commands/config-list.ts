import {fromWhere, valueText} from '../config/words.ts';
import {oneLine} from '../text.ts';
import {askHosts, tellOfHost} from './ask-hosts.ts';
import {type Command, exitCodes} from './command.ts';
import {hostOption} from './named-units.ts';
import {textOf} from './options.ts';
import {columnsOf} from './print-table.ts';
import {settingJson} from './setting-json.ts';

export const configListCommand: Command = {
  path: ['config', 'list'],
  summary: 'What is set, and who decides it; defaults are not listed, secrets are masked',
  options: [hostOption, {flags: '--section <section>', description: 'only the settings of this section'}],
  run: async (context, {options}) => {
    const section = textOf(options.section);
    const answers = await askHosts(context, ({installation}) => installation, textOf(options.host));
    const seen = answers.map(answer => {
      if ('problem' in answer) return {host: answer.host, problems: [answer.problem]};
      const {settings, configPath, airflowHome, version, problems} = answer.value;
      const wanted = settings.filter(setting => section === undefined || setting.section === section);
      return {host: answer.host, airflowHome, configPath, version, settings: wanted, problems};
    });
    if (context.json) {
      context.print(
        JSON.stringify(seen.map(each => ({...each, settings: each.settings?.map(setting => settingJson(setting))}))),
      );
    } else {
      const rows = seen.flatMap(({host, settings = []}) =>
        settings.map(setting => [
          host,
          oneLine(setting.section),
          oneLine(setting.option),
          valueText(setting),
          oneLine(fromWhere(setting)),
        ]),
      );
      for (const line of columnsOf([['HOST', 'SECTION', 'OPTION', 'VALUE', 'FROM'], ...rows])) context.print(line);
      for (const {host, problems} of seen) for (const problem of problems) tellOfHost(context, host, problem);
    }
    return seen.every(({problems}) => problems.length === 0) ? exitCodes.ok : exitCodes.failed;
  },
};
