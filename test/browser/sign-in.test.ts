/** Signing in on the demo page: every status of the contract, as a person meets it. */
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { openDemo, PHONE } from './demo.ts';
import { open, states } from './states.ts';

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
    await demo.expectFocusOn('restart');
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

  it.each(['hang', 'throttle', 'refuse'] as const)(
    'says so when the SMS can not be delivered (%s), and sends another',
    async (fault) => {
      const demo = await openDemo(open);
      demo.endpoint.smsFault = fault;
      await demo.start();
      await demo.says('The SMS to +*******0100 did not go out.');
      demo.endpoint.smsFault = undefined;
      await demo.resend();
      await demo.says('A new code is on its way to +*******0100.');
      await demo.typeCode(demo.newestCode());
      await demo.heading('You are signed in');
    },
  );

  it('refuses a number without an account at once', async () => {
    const demo = await openDemo(open);
    await states['no-account']?.(demo);
    await demo.heading('Welcome');
    expect(demo.endpoint.inbox.messages).toEqual([]);
  });
});
