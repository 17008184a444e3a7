import {expectProblem} from '../../problems/problem.ts';
import {age} from '../../words.ts';
import type {Change} from '../change.ts';
import {journalEvents} from '../journal-events.ts';
import {answerMs, type ChangeContext, type ChangeSource} from '../source.ts';

// The age of the first process is the age of the system, in a container too, where the kernel counts from the boot of another machine.
const script = `
LC_ALL=C; export LC_ALL
echo "now $(date +%s)"
echo "up $(ps -o etimes= -p 1 2>/dev/null || cut -d . -f 1 /proc/uptime)"
for file in /var/log/wtmp /var/log/wtmp.1; do
  [ -r $file ] && last -x -f $file --time-format iso reboot shutdown 2>/dev/null | head -n 200
done
exit 0
`;

type BootRecord = {readonly what: 'reboot' | 'shutdown'; readonly atMs: number};

/** Boots and shutdowns: as wtmp records them, or the journal where nobody keeps a wtmp; and the boot that the host runs since. */
export const bootsSource: ChangeSource = {
  id: 'boots',
  title: 'Boots',
  read: async context => {
    const {host, signal, sinceMs} = context;
    const {stdout} = await host.exec(['sh', '-c', script], {signal, timeoutMs: answerMs});
    const lines = stdout.split('\n');
    const inWtmp = lines.flatMap(parseRecord).reverse();
    const {records, remarks} = inWtmp.length > 0 ? {records: inWtmp, remarks: []} : await fromJournal(context);
    const changes = records.flatMap((record, at) =>
      record.atMs < sinceMs ? [] : [told(record, records[at - 1], context)],
    );
    const bootedAtMs = (numberOf(lines, 'now') - numberOf(lines, 'up')) * 1000;
    const isKnown = records.some(({what, atMs}) => what === 'reboot' && Math.abs(atMs - bootedAtMs) < sameMs);
    // Whoever keeps no record of this boot may have kept none of the shutdown before it.
    if (!isKnown && bootedAtMs >= sinceMs) changes.push(told({what: 'reboot', atMs: bootedAtMs}, undefined, context));
    return {changes, remarks: [...clockRemark(context), ...remarks]};
  },
};

const bootMessages = {started: 'b07a249cd024414a82dd00cd181378ff', shutdown: '98268866d1d54a499c4e98921d93bc40'};

type FromJournal = {readonly records: readonly BootRecord[]; readonly remarks: readonly string[]};

/** By what systemd says when all is up, and logind when all is to end. */
async function fromJournal(context: ChangeContext): Promise<FromJournal> {
  const matches = Object.values(bootMessages).map(id => `MESSAGE_ID=${id}`);
  const answer = await journalEvents(context, {matches}).catch(expectProblem);
  if ('code' in answer) {
    return {records: [], remarks: [`Of ${context.host.name} only the last boot is known: ${answer.message}.`]};
  }
  const records = answer.events.map(
    ({id, atMs, tookMs}): BootRecord =>
      id === bootMessages.shutdown ? {what: 'shutdown', atMs} : {what: 'reboot', atMs: atMs - tookMs},
  );
  return {records, remarks: answer.remarks};
}

/** The number behind a word; NaN where there is none. */
function numberOf(lines: readonly string[], word: string): number {
  const [, digits] = new RegExp(`^${word} +(\\d+)$`).exec(lines.find(line => line.startsWith(`${word} `)) ?? '') ?? [];
  return digits === undefined ? Number.NaN : Number(digits);
}

function clockRemark({host, aheadMs}: ChangeContext): readonly string[] {
  if (Math.abs(aheadMs) < 2_000) return [];
  const how = `${age(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
  return [`The clock of ${host.name} is ${how} this machine's: its times are told by the clock here.`];
}

/** wtmp and the process table may differ by what the clock was set meanwhile. */
const sameMs = 3 * 60_000;

/** "reboot   system boot  6.1.0-18 2026-11-24T15:51:10+00:00   still running". */
function parseRecord(line: string): readonly BootRecord[] {
  const [, what, stamp] = /^(reboot|shutdown) .*? (\d{4}-\d\d-\d\dT[\d:]+[+-]\d\d:?\d\d)/.exec(line) ?? [];
  const atMs = Date.parse(stamp ?? '');
  return what === undefined || Number.isNaN(atMs) ? [] : [{what: what as BootRecord['what'], atMs}];
}

function told({what, atMs}: BootRecord, before: BootRecord | undefined, {host, here}: ChangeContext): Change {
  const crashed = what === 'reboot' && before?.what === 'reboot';
  const one =
    what === 'shutdown'
      ? 'was shut down'
      : crashed
        ? 'booted; it had not been shut down before: a crash or a loss of power'
        : 'booted';
  const says = {one, many: one};
  return {atMs: here(atMs), host: host.name, kind: 'boot', subject: host.name, says, group: one};
}
