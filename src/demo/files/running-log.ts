import {appendFileSync} from 'node:fs';
import {join} from 'node:path';
import {type DemoRun, isoTime, type TaskInstance} from '../world/run.ts';
import type {World} from '../world/world.ts';
import type {Folder} from './folder.ts';
import {taskLogPath, writeTaskLog} from './task-log.ts';

const EVERY_MS = 1000;

/** Keeps the logs of tasks: written when a try begins and when it ends, and a line a second in between. */
export function keepLogs(world: World, folder: Folder): void {
  world.on('task', (run, task) => {
    writeTaskLog(run, task, folder);
    if (task.state === 'running') goOn(run, task, 1);
  });
  const goOn = (run: DemoRun, task: TaskInstance, tick: number): void => {
    const {startedAt, tryNumber} = task;
    world.clock.after(EVERY_MS, () => {
      const isSame = task.startedAt === startedAt && task.state === 'running';
      if (!isSame || world.unit('scheduler').mainPid === 0) return;
      const event = `tick ${tick} of ${task.seconds}`;
      const line = {timestamp: isoTime(world.clock.now()), event, level: 'info', logger: 'task.stdout'};
      appendFileSync(
        join(folder.logs, taskLogPath(run.dagId, run.id, task.taskId, tryNumber)),
        `${JSON.stringify(line)}\n`,
      );
      goOn(run, task, tick + 1);
    });
  };
}
