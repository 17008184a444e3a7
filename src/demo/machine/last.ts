import type {Program} from './program.ts';
import {bootedAt} from './uptime.ts';

/** last of the demo's machine: it knows the boot, and nobody who logged in. */
export const last: Program = ({args, world, out}) => {
  const at = `${new Date(bootedAt(world)).toISOString().slice(0, 19)}+00:00`;
  if (args.includes('reboot')) out(`reboot   system boot  6.1.0-18-amd64   ${at}   still running\n\n`);
  out(`wtmp begins ${at}\n`);
  return 0;
};
