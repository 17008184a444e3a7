import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';

type Lock = {packages: Record<string, {optionalDependencies?: Record<string, string>}>};

/**
 * npm leaves packages for other platforms out of the lock file where the registry does not give them, and newer npm then refuses
 * such a file: `npm ci` would fail on a clean clone.
 */
test('the lock file names the packages of every platform', () => {
  const {packages} = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as Lock;
  const missing = Object.entries(packages).flatMap(([path, {optionalDependencies = {}}]) =>
    Object.keys(optionalDependencies).filter(
      name => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});
