import type {Host} from '../../host/host.ts';
import {journalEvents} from '../journal-events.ts';
import {answerMs, type ChangeSource} from '../source.ts';
import {unitChanges, unitMessages} from '../unit-events.ts';

/** What Airflow may hang on: databases, brokers, proxies. */
const neighbours = [
  ...['postgresql*', 'pgbouncer*', 'mysql*', 'mariadb*', 'redis*', 'valkey*', 'rabbitmq*'],
  ...['nginx*', 'apache2*', 'httpd*', 'haproxy*', 'slapd*', 'sssd*', 'autofs*'],
];

/** Starts, stops and failures of Airflow's units and of what they hang on; failures of all others. */
export const unitsSource: ChangeSource = {
  id: 'units',
  title: 'Starts and failures of units',
  read: async context => {
    const {host, here} = context;
    const {units} = await context.units();
    const names = [...units.map(({name}) => name), ...(await neighboursOf(host, context.signal))];
    const {failed, outOfMemory, pressure} = unitMessages;
    const anyUnit = ['_PID=1', ...[failed, outOfMemory, pressure].map(id => `MESSAGE_ID=${id}`)];
    const watched = Object.values(unitMessages).map(id => `MESSAGE_ID=${id}`);
    const ours = ['+', '_PID=1', ...watched, ...names.map(name => `UNIT=${name}`)];
    const matches = [...anyUnit, ...(names.length === 0 ? [] : ours)];
    const {events, remarks} = await journalEvents(context, {matches});
    const changes = unitChanges(host.name, events).map(change => ({...change, atMs: here(change.atMs)}));
    return {changes, remarks};
  },
};

async function neighboursOf(host: Host, signal: AbortSignal): Promise<readonly string[]> {
  const argv = ['systemctl', 'list-units', '--type=service', '--all', '--plain', '--no-legend', '--no-pager'];
  const {stdout} = await host.exec([...argv, ...neighbours], {signal, timeoutMs: answerMs});
  return stdout.split('\n').flatMap(line => /^([\w:.\\@-]+\.service) +loaded /.exec(line)?.[1] ?? []);
}
