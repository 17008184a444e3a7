import type {Change} from '../change.ts';
import {type JournalEvent, journalEvents} from '../journal-events.ts';
import type {ChangeSource} from '../source.ts';

// A command is told as a notice; the three lines of its session are not.
const matches = ['SYSLOG_IDENTIFIER=sudo', '_COMM=sudo', 'PRIORITY=5'];

/** Who started and stopped units by sudo. Of other commands nothing is told: their words may hold secrets. */
export const commandsSource: ChangeSource = {
  id: 'commands',
  title: 'Units started and stopped by sudo',
  read: async context => {
    const {events, remarks} = await journalEvents(context, {matches, holding: 'systemctl '});
    return {changes: events.flatMap(event => command(event, context) ?? []), remarks};
  },
};

// The first COMMAND counts: another one is a word of the command.
const words =
  /^\s*(?<who>[\w.@\\-]+) : (?:(?!COMMAND=).)*COMMAND=\S*\/systemctl (?<what>(?:(?:--[\w-]+) )*(?:start|stop|restart|try-restart|reload|reload-or-restart|kill|mask|unmask|enable|disable|edit|daemon-reload|set-property|reboot|poweroff)\b.*)$/;

function command({atMs, text}: JournalEvent, {host, here}: Parameters<ChangeSource['read']>[0]): Change | undefined {
  const {who, what} = words.exec(text)?.groups ?? {};
  if (who === undefined || what === undefined || /command not allowed|incorrect password/.test(text)) return undefined;
  const says = `ran systemctl ${what}`;
  return {atMs: here(atMs), host: host.name, kind: 'command', subject: who, says: {one: says, many: says}, group: says};
}
