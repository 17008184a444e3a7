import type {StepAnswer} from '../trial/step.ts';

const signs = {passed: '✓', failed: '✖', 'not-asked': '–'} as const;

/** An answer of a trial as lines: its sign and what was found; of a failure also what to do. */
export function answerLines(answer: StepAnswer, widths = {subject: 0, step: 0}): readonly string[] {
  const lead = `${answer.subject.padEnd(widths.subject)}  ${answer.step.padEnd(widths.step)}  `;
  const indent = ' '.repeat(lead.length + 2);
  const sign = `${signs[answer.outcome]} ${lead}`;
  if (answer.outcome === 'passed') return [sign + answer.found];
  if (answer.outcome === 'not-asked') return [`${sign}not asked: ${answer.why}`];
  const {message, hint, lines} = answer.problem;
  return [sign + message, ...[hint, ...lines].map(line => indent + line)];
}

/** How wide the columns of these questions are. */
export function widthsOf(questions: readonly {readonly subject: string; readonly step: string}[]) {
  return {
    subject: Math.max(0, ...questions.map(({subject}) => subject.length)),
    step: Math.max(0, ...questions.map(({step}) => step.length)),
  };
}

/** For --json: stable fields. */
export function answerJson({subject, step, question, tookMs, ...answer}: StepAnswer) {
  return {subject, step, question, ...answer, tookMs};
}
