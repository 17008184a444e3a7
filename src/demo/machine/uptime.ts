import type {World} from '../world/world.ts';

const UP_FOR_MS = 9 * 86_400_000;

/** When the demo's machine booted. */
export const bootedAt = (world: World): number => world.startedAt - UP_FOR_MS;

/** The text of /proc/uptime. */
export function uptime(world: World): string {
  const seconds = (world.clock.now() - bootedAt(world)) / 1000;
  return `${seconds.toFixed(2)} ${(seconds * 1.8).toFixed(2)}\n`;
}
