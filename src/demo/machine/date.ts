import type {Program} from './program.ts';

/** date of the demo's machine, by the clock of its world: `+%s` and `+%s %N` only. */
export const date: Program = ({args, world, out, err}) => {
  const [format = ''] = args;
  if (!/^\+%s( %N)?$/.test(format)) {
    err(`date: the demo does not know the format '${format}'\n`);
    return 1;
  }
  const now = world.clock.now();
  const seconds = String(Math.floor(now / 1000));
  out(`${format.endsWith('%N') ? `${seconds} ${String(Math.floor(now % 1000)).padStart(3, '0')}000000` : seconds}\n`);
  return 0;
};
