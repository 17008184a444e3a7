import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {screens} from '../../screens/index.ts';

test('the first frame, painted before the screens are loaded, has their tabs', () => {
  const bootstrap = readFileSync(new URL('../../src/windsock.ts', import.meta.url), 'utf8');
  expect(bootstrap).toContain(`' ${screens.map(({key, title}) => `${key} ${title}`).join('  ')}'`);
});
