import type {Prompt} from 'ssh2';
import {oneLine} from '../text.ts';
import type {SecretQuestion} from './host.ts';
import type {LoginAttempt, LoginContext} from './ssh-auth.ts';
import type {SshTarget} from './ssh-target.ts';

/** As ssh (NumberOfPasswordPrompts). */
const askedTries = 3;

/** The ways to log in by what a person knows: the password of the profile once, then what is asked for. */
export function passwordAttempts(target: SshTarget, context: LoginContext): LoginAttempt[] {
  const {user: username, password} = target;
  const {whileUser, secrets} = context;
  const attempts: LoginAttempt[] = [];
  if (password !== undefined) {
    attempts.push({
      label: 'the password',
      method: 'password',
      // The program that gives the password may ask a person for its own.
      make: async () => ({type: 'password', username, password: await whileUser(password())}),
    });
    attempts.push({
      ...conversation(target, context, async () => whileUser(password())),
      label: 'the password, asked for interactively',
      repeats: 'password',
    });
    return attempts;
  }
  if (secrets === undefined) return [];
  const question: SecretQuestion = {
    host: target.name,
    what: 'password',
    prompt: `${username}@${target.host}`,
    shown: false,
  };
  for (let tries = 0; tries < askedTries; tries++) attempts.push(conversation(target, context));
  for (let tries = 0; tries < askedTries; tries++) {
    let given = '';
    attempts.push({
      label: 'the password that you typed',
      method: 'password',
      repeats: 'keyboard-interactive',
      make: async () => {
        given = await whileUser(secrets.get(question));
        return {type: 'password', username, password: given};
      },
      refused: () => secrets.refuse(question, given),
    });
  }
  return attempts;
}

/** What the host asks, one question after the other; the first hidden one is the password of the profile, where there is one. */
function conversation(
  {name, user: username}: SshTarget,
  {whileUser, secrets, fail}: LoginContext,
  password?: () => Promise<string>,
): LoginAttempt {
  const said: {readonly question: SecretQuestion; readonly answer: string}[] = [];
  let own = password;

  async function answerTo({prompt, echo = false}: Prompt, instruction: string): Promise<string | undefined> {
    if (own !== undefined && !echo) {
      const answer = await own();
      own = undefined;
      return answer;
    }
    if (secrets === undefined) return undefined;
    const words = oneLine(`${instruction} ${prompt}`, 200);
    const what = !echo && /passw/i.test(words) ? 'password' : 'code';
    const question: SecretQuestion = {host: name, what, prompt: words, shown: echo};
    const answer = await whileUser(secrets.get(question));
    said.push({question, answer});
    return answer;
  }

  return {
    label: 'what you answered',
    method: 'keyboard-interactive',
    make: async () => ({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, instruction, _language, prompts, finish) => {
        const answers = async () => {
          const all: string[] = [];
          for (const prompt of prompts) {
            const answer = await answerTo(prompt, instruction);
            // Without an answer to each, the host refuses.
            if (answer === undefined) return [];
            all.push(answer);
          }
          return all;
        };
        answers().then(finish, fail);
      },
    }),
    refused: async () => {
      for (const {question, answer} of said) await secrets?.refuse(question, answer);
    },
  };
}
