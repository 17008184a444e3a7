import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';
import {readIni} from '../../../src/profile/ini.ts';
import {type KeyName, keys} from '../../../src/profile/keys.ts';
import {nameMistake, profileOf, type Section, sectionText, shownSection} from '../../../src/profile/section.ts';

const place = (line: number) => `line ${line}`;

const readBack = (text: string) =>
  readIni(text, place).map(({name, entries}) => ({
    name,
    entries: [...entries.values()].map(({key, value}) => [key, value]),
  }));

/** What people and attackers write: quotes, comments, backslashes, blanks at the ends, other scripts. */
const hostile = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.string({unit: fc.constantFrom(';', '#', '"', "'", '\\', ' ', '=', '[', ']', 'a', 'ä', '\u2028', '\t', '\n', '$')}),
  fc.constantFrom('true', 'null', '"', "''", '\\"', 'a ; b', "'a' # b", '-', '0', 'a\\', '\ufeffa', '\ud800'),
);

describe('a section that is written', () => {
  test('is read back letter by letter, or refused with a reason', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.constantFrom<KeyName>(...keys.map(({name}) => name)), hostile), {
      selector: ([key]) => key,
      minLength: 1,
    });
    let written = 0;
    fc.assert(
      fc.property(hostile, entries, (name, pairs) => {
        let text: string;
        try {
          text = sectionText({name, entries: pairs});
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          expect((error as Problem).code).toBe('profile.invalid');
          return;
        }
        written++;
        expect(readBack(text)).toEqual([{name, entries: pairs.map(pair => [...pair])}]);
      }),
      {numRuns: 3000},
    );
    expect(written).toBeGreaterThan(300);
  });

  test('has quotes only where they are needed', () => {
    const section: Section = {
      name: 'prod.eu',
      entries: [
        ['api', 'https://airflow.example.com/team'],
        ['user', 'ops'],
        ['password_command', 'pass show "a"; true'],
        ['hosts', 'ssh://ops@af-1, ssh://af-2:2222, local'],
      ],
    };
    expect(sectionText(section)).toBe(
      [
        '[prod.eu]',
        'api = https://airflow.example.com/team',
        'user = ops',
        'password_command = "pass show \\"a\\"; true"',
        'hosts = ssh://ops@af-1, ssh://af-2:2222, local',
        '',
      ].join('\n'),
    );
    expect(profileOf(section, '/etc/p.ini', {}).hosts.map(({name}) => name)).toEqual(['af-1', 'af-2', 'local']);
  });

  test('is shown without its secrets', () => {
    const shown = shownSection({
      name: 'p',
      entries: [
        ['password', 'hunter2'],
        ['ssh_password', 'hunter3'],
        ['password_env', 'HUNTER'],
      ],
    });
    expect(shown).not.toMatch(/hunter/);
    expect(shown).toContain('password_env = HUNTER');
  });
});

test.each([
  ['', 'A profile needs a name.'],
  [' a', 'It must not begin or end with a blank.'],
  ['a]b', 'It must not have a ].'],
  ['a\nb', 'It has characters that cannot be seen.'],
  ['a\u202eb', 'It has characters that cannot be seen.'],
  ['prod.eu', undefined],
  ['생산 환경', undefined],
])('the name %j of a profile: %s', (name, mistake) => {
  expect(nameMistake(name)).toBe(mistake);
});
