import {expect, test} from 'vitest';
import {sudoersLines} from '../../../src/units/sudoers.ts';

test('each line allows one exact command', () => {
  expect(sudoersLines('ops', 'af-1', '/usr/bin/systemctl', ['airflow-scheduler.service'])).toEqual([
    '# On af-1, as root: visudo -f /etc/sudoers.d/windsock',
    '# Add these lines, then check them with: visudo -cf /etc/sudoers.d/windsock',
    ...['restart', 'start', 'stop', 'reset-failed'].flatMap(verb => [
      `ops ALL=(root) NOPASSWD: /usr/bin/systemctl ${verb} airflow-scheduler.service`,
      `ops ALL=(root) NOPASSWD: /usr/bin/systemctl ${verb} airflow-scheduler`,
    ]),
  ]);
});

test('no line holds a pattern or a bare special character', () => {
  const [rule] = sudoersLines('DOM\\ada', 'af-1', '/bin/systemctl', ['airflow\\x2dworker@q1:a.service']).slice(2);
  // Verified with visudo -cf and sudo -l of 1.9.13: two backslashes would match the name without any.
  expect(rule).toBe('"DOM\\\\ada" ALL=(root) NOPASSWD: /bin/systemctl restart airflow\\\\\\\\x2dworker@q1\\:a.service');
});
