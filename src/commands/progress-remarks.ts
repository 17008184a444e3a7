import type {Progress} from '../operations/execute.ts';

const paceMs = 10_000;

/**
 * Remarks each step when it begins, at once what it says first, and then at most every ten seconds what it says: cron sends all
 * of it by mail.
 */
export function progressRemarks(
  remark: (line: string) => void,
  nowMs: () => number,
): (progress: Pick<Progress, 'running'>) => void {
  let step = '';
  let said: string | undefined;
  let saidAtMs = 0;
  return ({running}) => {
    if (running === undefined) return;
    const isSame = running.text === step;
    if (isSame && running.said === said) return;
    if (isSame && said !== undefined && nowMs() - saidAtMs < paceMs) return;
    step = running.text;
    said = running.said;
    saidAtMs = nowMs();
    remark(`… ${step}${said === undefined ? '' : `: ${said}`}`);
  };
}
