/** Signing in on the demo page: every status of the contract, as a person meets it. */
import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { openDemo, PHONE } from './demo.ts';
import { open, states } from './states.ts';

const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((held) => held?.address === '::1');

describeInBrowser('Signing in on the demo page', () => {
  it('takes a number, shows the SMS on the phone, and signs in when the code is full', async () => {
    const demo = await openDemo();
    const code = await demo.start();
    await demo.says('We sent a code to your phone.');
    await demo.shows('3 tries left');
    await demo.shows(/^Valid for \d:\d\d$/);
    await demo.expectFocusOn('code');
    await demo.page.getByRole('log').getByRole('button', { name: code }).waitFor();
    await demo.typeCode(code);
    await demo.heading('You are signed in');
    await demo.expectFocusOn('session-title');
    await demo.shows(PHONE);
  });

  it.skipIf(!HAS_IPV6)('works where the endpoint is at an address of IPv6', async () => {
    const demo = await openDemo({ host: '::1' });
    await demo.signIn();
  });

  it('lets two wrong codes be followed by the right one, for one SMS', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.typeWrongCode();
    await demo.says('That is not the code.');
    await demo.shows('2 tries left');
    await demo.expectFocusOn('code');
    expect(await demo.page.getByLabel('One-time code').inputValue()).toBe('');
    await demo.typeWrongCode();
    await demo.shows('1 try left');
    await demo.says('That is not the code. The one we sent still works: try again. (2 times now)');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
    expect(demo.endpoint.inbox.messages).toHaveLength(1);
  });

  it('ends after three wrong codes, and starts anew', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.typeWrongCode();
    await demo.shows('2 tries left');
    await demo.typeWrongCode();
    await demo.shows('1 try left');
    await demo.typeWrongCode();
    await demo.says('This sign-in is over: too many wrong codes.');
    await demo.expectFocusOn('number-problem');
    await demo.signIn();
  });

  it('says what it is doing while an answer takes its time', async () => {
    const demo = await openDemo();
    const goOn = await demo.holdCalls();
    await demo.page.getByRole('button', { name: 'Text me a code' }).click();
    await demo.says('Sending a code…');
    goOn();
    await demo.heading('Enter the code');
    await demo.pass(30_000);
    const sendNew = await demo.holdCalls();
    await demo.page.getByRole('button', { name: 'Send a new code', exact: true }).click();
    await demo.says('Sending a new code…');
    sendNew();
    await demo.says('A new code is on its way');
    const check = await demo.holdCalls();
    await demo.typeCode(demo.newestCode());
    await demo.says('Checking the code…');
    check();
    await demo.heading('You are signed in');
    const refresh = await demo.holdCalls();
    await demo.page.getByRole('button', { name: 'Refresh tokens' }).click();
    await demo.says('Getting new tokens…');
    refresh();
    await demo.says('New tokens');
  });

  it('offers a new code when its wait is over: the old code is dead, the new one works', async () => {
    const demo = await openDemo();
    const oldCode = await demo.start();
    await demo.page.getByRole('button', { name: /^Send a new code in 0:\d\d$/ }).waitFor();
    await demo.pass(30_000);
    await demo.resend();
    await demo.says('A new code is on its way');
    await demo.typeCode(oldCode);
    await demo.says('That is not the code.');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('sends nothing while the wait for a new code lasts', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.page.getByRole('button', { name: /^Send a new code in/ }).click({ force: true });
    await demo.typeWrongCode(); // the answer to the click, if there was one, is here by then
    await demo.shows('2 tries left');
    expect(demo.endpoint.inbox.messages).toHaveLength(1);
  });

  it('says so when the function finds that a new code is asked for too soon', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.page.clock.fastForward(30_000);
    await demo.resend();
    await demo.says('Not yet: the last code is on its way, and still works.');
    await demo.page.getByRole('button', { name: /^Send a new code in/ }).waitFor();
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('takes the resend button away when no more codes are sent', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.pass(30_000);
    await demo.resend();
    await demo.says('A new code is on its way');
    await demo.pass(30_000);
    await demo.resend();
    await demo.page.getByRole('button', { name: /^Send a new code/ }).waitFor({ state: 'hidden' });
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('says so when the function sends no more codes', async () => {
    const demo = await openDemo({ env: { OTP_MAX_SENDS: '1' } });
    await demo.haveEveryAnswerResend();
    await demo.start();
    await demo.typeWrongCode();
    await demo.says('No more codes can be sent for this sign-in.');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('lets the code run out: only a new one can be asked for', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.pass(301_000);
    await demo.says('That code is too old. Ask for a new one.');
    await demo.page.getByLabel('One-time code').waitFor({ state: 'hidden' });
    await demo.expectFocusOn('resend');
    await demo.resend();
    await demo.says('A new code is on its way');
    await demo.expectFocusOn('code');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('says so when the function finds the code too old', async () => {
    const demo = await openDemo();
    const code = await demo.start();
    demo.passUnnoticed(301_000);
    await demo.typeCode(code);
    await demo.says('That code is too old. Ask for a new one.');
    await demo.expectFocusOn('resend');
  });

  it('asks to start again when the code ran out and no more are sent', async () => {
    const demo = await openDemo({ env: { OTP_MAX_SENDS: '1' } });
    await demo.start();
    await demo.pass(301_000);
    await demo.says('Start again.');
    await demo.expectFocusOn('start-again');
    await demo.page.getByRole('button', { name: 'Start again' }).click();
    await demo.says('We sent a code to your phone.');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it.each(['hang', 'throttle', 'refuse'] as const)(
    'says what it always does when the SMS can not be delivered (%s), and sends another after the wait',
    async (fault) => {
      const demo = await openDemo();
      demo.endpoint.smsFault = fault;
      await demo.start();
      await demo.says('We sent a code to your phone.');
      await demo.shows('Nothing arrived? Ask for a new code when the wait is over.');
      demo.endpoint.smsFault = undefined;
      await demo.pass(30_000);
      await demo.resend();
      await demo.says('A new code is on its way');
      await demo.typeCode(demo.newestCode());
      await demo.heading('You are signed in');
    },
  );

  it('says so when the session was too old for the endpoint', async () => {
    const demo = await openDemo({ env: { OTP_TTL_SECONDS: '600' } });
    const code = await demo.start();
    demo.passUnnoticed(16 * 60_000);
    await demo.typeCode(code);
    await demo.says('This sign-in took too long');
  });

  it('says so when the endpoint is gone', async () => {
    const demo = await openDemo();
    const code = await demo.start();
    await demo.endpoint.close();
    await demo.typeCode(code);
    await demo.says('The endpoint does not answer.');
    await demo.expectFocusOn('code');
  });

  it('looks the same for a number without an account, and sends nothing', async () => {
    const demo = await openDemo();
    await demo.enterNumber('2025550199');
    await demo.askForCode();
    await demo.says('We sent a code to your phone.');
    expect(demo.endpoint.inbox.messages).toEqual([]);
  });
});

describeInBrowser('Signing in where the function tells who has an account', () => {
  it('shows the last digits of the number', async () => {
    const demo = await openDemo(open);
    const code = await demo.start();
    await demo.says('We sent a code to +*******0100.');
    await demo.typeCode(code);
    await demo.heading('You are signed in');
  });

  it.each([
    ['hang', 'may not have gone out. If it arrives, its code works.'],
    ['throttle', 'did not go out.'],
    ['refuse', 'did not go out.'],
  ] as const)(
    'says so when the SMS can not be delivered (%s), and sends another',
    async (fault, what) => {
      const demo = await openDemo(open);
      demo.endpoint.smsFault = fault;
      await demo.start();
      await demo.says(`The SMS to +*******0100 ${what}`);
      demo.endpoint.smsFault = undefined;
      await demo.resend();
      await demo.says('A new code is on its way to +*******0100.');
      await demo.typeCode(demo.newestCode());
      await demo.heading('You are signed in');
    },
  );

  it.each(['throttle', 'refuse'] as const)(
    'tells one SMS that failed from the next (%s)',
    async (fault) => {
      const demo = await openDemo(open);
      demo.endpoint.smsFault = fault;
      await demo.start();
      await demo.says(/did not go out\. Ask for a new code\.$/);
      await demo.resend();
      await demo.says('(2 times now)');
      await demo.resend();
      await demo.says('did not go out, and no more can be sent. Start again.');
    },
  );

  it('lets people start again when the last SMS may not have gone out either', async () => {
    const demo = await openDemo(open);
    demo.endpoint.smsFault = 'hang';
    await demo.start();
    await demo.says(/ask for a new one\.$/);
    await demo.resend();
    await demo.resend();
    await demo.says(/If not, start again\.$/);
    demo.endpoint.smsFault = undefined;
    await demo.page.getByRole('button', { name: 'Start again' }).click();
    await demo.says('We sent a code to +*******0100.');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('says why no number can sign in when the function asks for a password first', async () => {
    const demo = await openDemo({ env: { ...open.env, PASSWORD_FIRST: 'true' } });
    await demo.page.getByRole('button', { name: 'Text me a code' }).click();
    await demo.says(
      'Where PASSWORD_FIRST is true no number can: this page has no password to give.',
    );
    await demo.heading('Welcome');
  });

  it('speaks of wrong codes only where there were some', async () => {
    const demo = await openDemo(open);
    await demo.start();
    await demo.disableUser();
    await demo.typeCode(demo.newestCode());
    await demo.says('This sign-in was ended. You can start a new one.');
  });

  it('refuses a number without an account at once', async () => {
    const demo = await openDemo(open);
    await states['no-account']?.(demo);
    await demo.heading('Welcome');
    expect(demo.endpoint.inbox.messages).toEqual([]);
  });
});
