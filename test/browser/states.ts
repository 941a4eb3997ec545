/** Every state that the page can be in, and how a person gets there. */
import type { FunctionOptions } from '../support/function.ts';
import type { Demo } from './demo.ts';

type Way = (demo: Demo) => Promise<void>;

async function tooManyWrongCodes(demo: Demo): Promise<void> {
  await demo.start();
  for (const left of ['2 tries left', '1 try left']) {
    await demo.typeWrongCode();
    await demo.shows(left);
  }
  await demo.typeWrongCode();
  await demo.says('This sign-in is over');
}

async function resent(demo: Demo): Promise<void> {
  await demo.start();
  await demo.pass(30_000);
  await demo.resend();
  await demo.says('A new code is on its way');
}

/** Limits that are soon met; no state without `throttled` in its name meets them. */
export const soonThrottled: FunctionOptions = {
  env: { RATE_LIMITER: 'memory', SENDS_PER_NUMBER: '3/1h' },
};

/** A function that tells who has an account, and how a send went. */
export const open: FunctionOptions = { env: { HIDE_USER_EXISTENCE: 'false' } };

/** States that no other function has. */
const openStates: ReadonlySet<string> = new Set([
  ...['sent-openly', 'delivery-failed', 'no-account'],
  ...['last-sms-failed', 'sms-failed-again'],
]);

export function optionsFor(state: string): FunctionOptions {
  return { env: { ...soonThrottled.env, ...(openStates.has(state) && open.env) } };
}

async function startAndLeave(demo: Demo, times: number): Promise<void> {
  for (let left = 0; left < times; left++) {
    await demo.start();
    await demo.page.getByRole('button', { name: 'Use another number' }).click();
  }
}

export const states: Readonly<Record<string, Way>> = {
  welcome: async () => {},
  'create-account': async (demo) => {
    await demo.chooseToCreate();
    await demo.enterNumber('201555');
  },
  'number-not-whole': async (demo) => {
    await demo.enterNumber('555');
    await demo.page.getByRole('button', { name: 'Text me a code' }).click();
    await demo.shows('Enter a whole phone number.');
  },
  sent: async (demo) => {
    await demo.start();
    await demo.typeCode('123');
  },
  'sent-openly': async (demo) => {
    await demo.start();
    await demo.says('We sent a code to +*******0100.');
  },
  'no-account': async (demo) => {
    await demo.enterNumber('2025550199');
    await demo.page.getByRole('button', { name: 'Text me a code' }).click();
    await demo.says('This number can’t sign in.');
  },
  incorrect: async (demo) => {
    await demo.start();
    await demo.typeWrongCode();
    await demo.says('That is not the code.');
  },
  resent,
  'resend-too-soon': async (demo) => {
    await demo.start();
    await demo.page.clock.fastForward(30_000);
    await demo.resend();
    await demo.says('Not yet');
  },
  'resend-limit': async (demo) => {
    await demo.haveEveryAnswerResend();
    await resent(demo);
    await demo.pass(30_000);
    await demo.resend();
    await demo.page.getByRole('button', { name: /^Send a new code/ }).waitFor({ state: 'hidden' });
    await demo.typeWrongCode();
    await demo.says('No more codes can be sent');
  },
  throttled: async (demo) => {
    await startAndLeave(demo, 3);
    await demo.askForCode();
    await demo.says('so none was sent');
  },
  'resend-throttled': async (demo) => {
    await startAndLeave(demo, 2);
    await demo.start();
    await demo.pass(30_000);
    await demo.resend();
    await demo.says('The last one still works.');
  },
  expired: async (demo) => {
    await demo.start();
    await demo.pass(301_000);
    await demo.says('That code is too old.');
  },
  'delivery-failed': async (demo) => {
    demo.endpoint.smsFault = 'throttle';
    await demo.start();
    await demo.says('did not go out');
  },
  'last-sms-failed': async (demo) => {
    demo.endpoint.smsFault = 'hang';
    await demo.start();
    await demo.resend();
    await demo.resend();
    await demo.says('start again');
  },
  'sms-failed-again': async (demo) => {
    demo.endpoint.smsFault = 'refuse';
    await demo.start();
    await demo.resend();
    await demo.says('(2 times now)');
  },
  'asking-for-a-code': async (demo) => {
    await demo.holdCalls();
    await demo.page.getByRole('button', { name: 'Text me a code' }).click();
    await demo.says('Sending a code…');
  },
  'asking-for-a-new-code': async (demo) => {
    await demo.start();
    await demo.pass(30_000);
    await demo.holdCalls();
    await demo.page.getByRole('button', { name: 'Send a new code', exact: true }).click();
    await demo.says('Sending a new code…');
  },
  'tries-used-up': tooManyWrongCodes,
  'signed-in': async (demo) => {
    await demo.signIn();
    await demo.page.getByRole('button', { name: 'Refresh tokens' }).click();
    await demo.says('New tokens');
  },
  'event-log': async (demo) => {
    await tooManyWrongCodes(demo);
    await demo.openLog();
  },
};
