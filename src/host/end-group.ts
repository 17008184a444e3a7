import type {ChildProcess} from 'node:child_process';

/** Sends a signal to the process group that a child leads: what it started ends with it. */
export function endGroup({pid}: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Ended in the meantime; or all of it belongs to another user by now.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
