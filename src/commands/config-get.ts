import type {Setting} from '../config/effective.ts';
import type {Installation} from '../config/installation.ts';
import {type Found, lookup} from '../config/lookup.ts';
import {fromWhere, valueText} from '../config/words.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {askHosts, tellOfHost} from './ask-hosts.ts';
import {type Command, type CommandContext, exitCodes} from './command.ts';
import {hostOption} from './named-units.ts';
import {textOf} from './options.ts';
import {columnsOf} from './print-table.ts';
import {settingJson} from './setting-json.ts';

export const configGetCommand: Command = {
  path: ['config', 'get'],
  summary: 'One setting: its value in force and who decides it',
  args: ['<section>', '<option>'],
  options: [hostOption, {flags: '--reveal', description: 'a secret in clear; the activity records it'}],
  run: async (context, {args, options}) => {
    const [section = '', option = ''] = args;
    const answers = await askHosts(context, ({installation}) => installation, textOf(options.host));
    const found = answers.map(answer => {
      if ('problem' in answer) return {host: answer.host, problems: [answer.problem]};
      const {value: installation, host} = answer;
      const setting = lookup(installation.settings, section, option, installation);
      if (setting !== undefined) return {host, setting, problems: installation.problems};
      const unread = installation.problems;
      return {host, problems: unread.length > 0 ? unread : [notSet(installation, section, option)]};
    });
    const [first] = found.flatMap(({problems}) => problems);
    if (found.every(({setting}) => setting === undefined) && first !== undefined) throw first;
    const reveal = options.reveal === true;
    if (reveal) await noteRevealed(context, found);
    if (context.json) {
      context.print(
        JSON.stringify(
          found.map(({host, setting, problems}) => ({
            host,
            ...(setting === undefined ? {} : foundJson(setting, reveal)),
            ...(problems.length === 0 ? {} : {problems}),
          })),
        ),
      );
    } else {
      const rows = found.flatMap(({host, setting}) =>
        setting === undefined ? [] : [[host, setting.section, setting.option, ...valueAndFrom(setting, reveal)]],
      );
      for (const line of columnsOf([['HOST', 'SECTION', 'OPTION', 'VALUE', 'FROM'], ...rows])) context.print(line);
      for (const {host, setting} of found) {
        for (const {unit, value} of setting?.setting?.differs ?? []) {
          context.remark(`${host}: for ${unit} it is ${value === undefined ? 'the default' : oneLine(value, 300)}.`);
        }
      }
      for (const {host, problems} of found) for (const problem of problems) tellOfHost(context, host, problem);
    }
    return found.every(({problems}) => problems.length === 0) ? exitCodes.ok : exitCodes.failed;
  },
};

async function noteRevealed(
  {console}: CommandContext,
  found: readonly {readonly host: string; readonly setting?: Found}[],
): Promise<void> {
  for (const {host, setting} of found) {
    if (setting?.setting?.secret)
      await console.activity.note(host, 'revealed settings', [`[${setting.section}] ${setting.option}`]);
  }
}

const shownValue = (setting: Setting, reveal: boolean) => (reveal ? setting.reveal() : setting.value);

function foundJson({section, option, value, setting}: Found, reveal: boolean) {
  return setting === undefined
    ? {section, option, value, secret: false, source: {kind: 'default'}}
    : settingJson(setting, shownValue(setting, reveal));
}

function valueAndFrom({value, setting}: Found, reveal: boolean): readonly string[] {
  if (setting === undefined) return [oneLine(value ?? ''), 'default'];
  const shown = reveal && setting.secret ? oneLine(setting.reveal() ?? '') : valueText(setting);
  return [shown, oneLine(fromWhere(setting))];
}

/** What looks like it, and Airflow passes over, is named. */
function notSet({settings, host}: Installation, section: string, option: string): Problem {
  const ignored = settings.find(
    setting =>
      setting.ignored !== undefined &&
      setting.section.toLowerCase() === section.toLowerCase() &&
      setting.option.toLowerCase() === option.toLowerCase(),
  );
  const why =
    ignored === undefined ? '' : `; Airflow ignores [${ignored.section}] ${ignored.option}: ${ignored.ignored}`;
  return new Problem('config.not-set', oneLine(`[${section}] ${option} on ${host}${why}`));
}
