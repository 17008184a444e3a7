import {execFile} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let house: string;

/** An empty house with the project's own rules. */
beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'windsock-directions-'));
  for (const file of ['.dependency-cruiser.js', 'tsconfig.json', 'package.json'])
    cpSync(join(root, file), join(house, file));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  for (const room of ['src', 'components', 'screens', 'test']) mkdirSync(join(house, room));
});

afterEach(() => rmSync(house, {recursive: true}));

function plant(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, path)), {recursive: true});
    writeFileSync(join(house, path), text);
  }
}

/** The names of the rules that are broken. */
function broken(): Promise<readonly string[]> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [
    program,
    '--config',
    '.dependency-cruiser.js',
    '--output-type',
    'json',
    'src',
    'components',
    'screens',
    'test',
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, {cwd: house, maxBuffer: 64 * 1024 * 1024}, (_, stdout, stderr) => {
      if (stdout === '') return reject(new Error(stderr));
      const {summary} = JSON.parse(stdout) as {summary: {violations: {rule: {name: string}}[]; totalCruised: number}};
      if (summary.totalCruised === 0) return reject(new Error('nothing was looked at'));
      resolve([...new Set(summary.violations.map(({rule}) => rule.name))].toSorted());
    });
  });
}

const uses = (what: string) => `import '${what}';\nexport const used = 1;\n`;

test.each<readonly [string, Record<string, string>, string]>([
  ['React in src', {'src/a.ts': uses('react')}, 'src-has-no-react'],
  ['Ink in src', {'src/a.ts': uses('ink')}, 'src-has-no-react'],
  [
    'a screen in src',
    {'src/a.ts': uses('../screens/s.ts'), 'screens/s.ts': 'export const s = 1;'},
    'src-does-not-know-screens',
  ],
  [
    'the console in a component',
    {'components/c.ts': uses('../src/console.ts'), 'src/console.ts': 'export const c = 1;'},
    'components-know-nothing',
  ],
  ['files in a component', {'components/c.ts': uses('node:fs')}, 'components-do-no-io'],
  ['got outside its rooms', {'src/logs/l.ts': uses('got')}, 'network-has-its-rooms'],
  ['ssh2 outside its rooms', {'screens/s.ts': uses('ssh2')}, 'network-has-its-rooms'],
  ['files outside their rooms', {'src/units/u.ts': uses('node:fs')}, 'io-has-its-rooms'],
  [
    'a host adapter in a screen',
    {'screens/s.ts': uses('../src/host/ssh.ts'), 'src/host/ssh.ts': 'export const h = 1;'},
    'screens-do-not-reach-around-the-console',
  ],
  [
    'wire names beyond the border',
    {'screens/s.ts': uses('../src/airflow/v1-wire.ts'), 'src/airflow/v1-wire.ts': 'export const w = 1;'},
    'wire-names-stay-at-the-border',
  ],
  [
    'a cycle',
    {
      'src/a.ts': "import {b} from './b.ts';\nexport const a = () => b;\n",
      'src/b.ts': "import {a} from './a.ts';\nexport const b = () => a;\n",
    },
    'no-cycle',
  ],
  ['an orphan', {'src/alone.ts': 'export const alone = 1;'}, 'no-orphan'],
])('%s is reported', async (_, files, rule) => {
  plant(files);
  expect(await broken()).toContain(rule);
});

test('what is allowed is not reported', async () => {
  plant({
    'src/airflow/connect.ts': uses('got'),
    'src/console.ts': "import {used} from './airflow/connect.ts';\nexport const console = used;\n",
    'components/c.tsx': "import 'ink';\nexport const c = 1;\n",
    'screens/s.tsx':
      "import {c} from '../components/c.tsx';\nimport {console} from '../src/console.ts';\nexport const s = [c, console];\n",
  });
  expect(await broken()).toEqual([]);
});
