import {hostText} from '../profile/addresses.ts';
import {type Command, exitCodes} from './command.ts';
import {columnsOf} from './print-table.ts';

/** Connects to nothing, and asks no secret. */
export const profilesListCommand: Command = {
  path: ['profiles', 'list'],
  summary: 'The profiles of profiles.ini; nothing is connected',
  needs: 'profiles',
  run: async ({profiles, json, print}) => {
    const all = await profiles();
    if (json) {
      print(
        JSON.stringify(
          all.map(({name, api, hosts, protect, readOnly}) => ({
            name,
            ...(api === undefined ? {} : {api: api.url, login: api.login.kind}),
            hosts: hosts.map(hostText),
            protect,
            readOnly,
          })),
        ),
      );
      return exitCodes.ok;
    }
    const rows = all.map(({name, api, hosts, protect, readOnly}) => [
      name,
      api?.url ?? '-',
      hosts.map(hostText).join(', ') || '-',
      [...(protect ? ['protect'] : []), ...(readOnly ? ['read-only'] : [])].join(', ') || '-',
    ]);
    for (const line of columnsOf([['NAME', 'API', 'HOSTS', 'FLAGS'], ...rows])) print(line);
    return exitCodes.ok;
  },
};
