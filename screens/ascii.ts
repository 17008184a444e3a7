/** What windsock itself writes, and what stands for it where a terminal knows ASCII only; each as wide as the other. */
const plain: Readonly<Record<string, string>> = {
  '…': '~',
  '·': '-',
  '–': '-',
  '—': '-',
  '’': "'",
  '‹': '<',
  '›': '>',
  '×': 'x',
  '•': '*',
  '▸': '>',
  '▴': '^',
  '▾': 'v',
  '✖': 'x',
  '✓': '+',
  '●': 'o',
  '○': '.',
  '◐': '|',
  '◓': '/',
  '◑': '-',
  '◒': '\\',
  '⇧': '^',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '─': '-',
  '│': '|',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '█': '#',
};

const known = new RegExp(`[${Object.keys(plain).join('')}▏▎▍▌▋▊▉▁▂▃▄▅▆▇]`, 'gu');

/** The output of a terminal that gets only ASCII of windsock's own words. Names of Airflow are left as they are. */
export function asciiOnly(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = ((chunk: string | Uint8Array, ...rest: never[]) =>
    stdout.write(typeof chunk === 'string' ? toAscii(chunk) : chunk, ...rest)) as typeof stdout.write;
  return new Proxy(stdout, {
    get: (target, name) => {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const toAscii = (text: string): string => text.replace(known, character => plain[character] ?? '#');
