import fc from 'fast-check';
import {expect, test} from 'vitest';
import {cureKeys} from '../../screens/health/finding-keys.ts';
import {screens} from '../../screens/index.ts';
import type {Check} from '../../src/health/check.ts';
import {checks} from '../../src/health/checks/index.ts';
import type {Evidence} from '../../src/health/evidence.ts';
import type {Finding} from '../../src/health/finding.ts';
import {judge} from '../../src/health/judge.ts';
import {anyEvidence, evidence} from '../src/health/evidences.ts';

const runs = {numRuns: 1000, seed: 20261124};

/** What was said once has no age: the table of the project, the version at the login, the profile. */
const ageless = /README|^the profile$|when windsock connected$/;

/** What is wrong with the evidence of the findings: nothing shown, nobody who said so, nobody knows when. */
const withoutEvidence = (of: Evidence, asked: readonly Check[]): readonly string[] =>
  judge(of, asked)
    .filter(({level}) => level !== 'unknown')
    .filter(
      ({evidence: facts}) =>
        facts.length === 0 ||
        facts.some(
          ({name, value, source, atMs}) =>
            name === '' || value === '' || source === '' || (atMs === undefined && !ageless.test(source)),
        ),
    )
    .map(({check, level, text}) => `${check}: ${level}: ${text}`);

test('whatever is found shows its values, who said them, and when', () => {
  fc.assert(
    fc.property(anyEvidence, of => {
      expect(withoutEvidence(of, checks)).toEqual([]);
    }),
    runs,
  );
});

test('a check that shows nothing is noticed', () => {
  const silent: Check = {
    id: 'silent',
    question: 'Is it?',
    judge: () => [{about: '', level: 'ok', text: 'It is.', evidence: []}],
  };
  const ageOfIt = {name: 'it', value: 'is', source: 'somebody'};
  const undated: Check = {...silent, judge: () => [{about: '', level: 'ok', text: 'It is.', evidence: [ageOfIt]}]};
  expect(withoutEvidence(evidence(), [silent, undated])).toEqual(['silent: ok: It is.', 'silent: ok: It is.']);
});

/** Cured outside of windsock: the hint says by which command, or where. */
const elsewhere: ReadonlySet<string> = new Set([
  'api',
  'clocks',
  'config-permissions',
  'database',
  'default-passwords',
  'end-of-life',
  'heartbeats',
  'jobs',
  'login',
  'orphans',
  'pid-files',
  'pools',
  'scheduler',
  'units',
]);

const withoutCure = ({check, level, ...finding}: Finding): boolean =>
  (level === 'critical' || level === 'warning') &&
  !elsewhere.has(check) &&
  cureKeys({check, level, ...finding}).length === 0;

test('what is wrong names the key of its cure, or the screen where it is', () => {
  const keys = new Set<string>();
  fc.assert(
    fc.property(anyEvidence, of => {
      const findings = judge(of);
      expect(findings.filter(withoutCure).map(({check, text}) => `${check}: ${text}`)).toEqual([]);
      for (const key of findings.flatMap(cureKeys)) keys.add(key);
    }),
    runs,
  );
  expect([...keys].sort()).toEqual([
    ...['2 DAGs', '3 Config', '4 Logs', 'C clean up', 'R restart', 'U start', 'd dismiss', 'l journal'],
  ]);
});

test('a unit that is down is restarted by a key, whatever the check', () => {
  fc.assert(
    fc.property(anyEvidence, of => {
      for (const finding of judge(of)) {
        if (finding.cure === undefined) continue;
        expect(cureKeys(finding)[0]).toBe(finding.cure.kind === 'restart' ? 'R restart' : 'U start');
        expect(cureKeys(finding)).toContain('l journal');
      }
    }),
    runs,
  );
});

test('the places that findings point to are screens', () => {
  for (const {see} of checks) {
    if (see !== undefined) expect(screens.map(({key, title}) => ({key, title}))).toContainEqual(see);
  }
});
