import type {Progress} from '../operations/execute.ts';

const paceMs = 10_000;

/** Remarks each step when it begins, and what it says within at most every ten seconds: cron sends all of it by mail. */
export function progressRemarks(
  remark: (line: string) => void,
  nowMs: () => number,
): (progress: Pick<Progress, 'running'>) => void {
  let step = '';
  let said: string | undefined;
  let saidAtMs = 0;
  return ({running}) => {
    if (running === undefined) return;
    const isNext = running.text !== step;
    if (!isNext && (running.said === said || nowMs() - saidAtMs < paceMs)) return;
    step = running.text;
    said = running.said;
    saidAtMs = nowMs();
    remark(`… ${step}${said === undefined ? '' : `: ${said}`}`);
  };
}
