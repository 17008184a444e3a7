import type {Check, Judgement} from '../check.ts';
import {fresh, type HostEvidence} from '../evidence.ts';

/** Settings could be read: what several checks judge by. */
export const configurationCheck: Check = {
  id: 'configuration',
  question: 'Could the settings of each host be read?',
  judge: evidence => evidence.hosts.flatMap(judge),
};

function judge({host, units, installation}: HostEvidence): readonly Judgement[] {
  // One finding a host that cannot be asked is enough; the units have it.
  if (units.problem !== undefined) return [];
  const seen = fresh(installation);
  const problems = installation.problem === undefined ? (seen?.problems ?? []) : [installation.problem];
  const [problem] = problems;
  if (problem === undefined) {
    return seen === undefined
      ? []
      : [{about: host, level: 'ok', text: `The settings of ${host} could be read.`, evidence: []}];
  }
  const what = seen === undefined ? 'The settings' : 'Some of the settings';
  const detail = problem.detail === '' ? '' : ` (${problem.detail})`;
  return [
    {
      about: host,
      level: 'unknown',
      text: `${what} of ${host} are not known: ${problem.title.toLowerCase()}${detail}.`,
      hint: problem.hint,
      evidence: problems.map(({message}) => ({name: 'answer', value: message, source: host})),
    },
  ];
}
