import type {Change} from '../change.ts';
import {type JournalEvent, journalEvents} from '../journal-events.ts';
import type {ChangeSource} from '../source.ts';

/** Processes that the kernel killed for lack of memory, in the journal of the host (2.6 to 6.x; kernel messages of priority 3). */
export const memorySource: ChangeSource = {
  id: 'memory',
  title: 'Processes killed for lack of memory',
  read: async context => {
    const {events, remarks} = await journalEvents(context, {
      matches: ['_TRANSPORT=kernel', 'PRIORITY=3'],
      holding: 'ut of memory',
    });
    return {changes: events.flatMap(event => killed(event, context) ?? []), remarks};
  },
};

const words =
  /(?<group>Memory cgroup )?out of memory:? .*?Kill(?:ed)? process (?<pid>\d+) \((?<name>.*?)\)(?:,| |$)(?:.*?anon-rss:(?<kb>\d+)kB)?/i;

function killed({atMs, text}: JournalEvent, {host, here}: Parameters<ChangeSource['read']>[0]): Change | undefined {
  const {group, pid, name, kb} = words.exec(text)?.groups ?? {};
  if (pid === undefined || name === undefined) return undefined;
  const limit = group === undefined ? 'the host had no memory left' : 'its unit or container reached its memory limit';
  const size = kb === undefined ? '' : `, which held ${Math.round(Number(kb) / 1024)} MiB`;
  const says = `was killed by the kernel: ${limit}`;
  return {
    atMs: here(atMs),
    host: host.name,
    kind: 'memory',
    subject: name,
    says: {one: says, many: says.replace('was', 'were').replaceAll('its ', 'their ')},
    group: group ?? 'host',
    detail: `process ${pid}${size}`,
  };
}
