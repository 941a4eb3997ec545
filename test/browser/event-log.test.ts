/** The event log on the page, and what must never be seen in it or in the console. */
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { openDemo, PHONE } from './demo.ts';

describeInBrowser('The event log', () => {
  it('tells a sign-in step by step', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.typeWrongCode();
    await demo.shows('2 tries left');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
    await demo.openLog();
    expect(await demo.page.locator('#log-entries > li > strong').allTextContents()).toEqual([
      ...['InitiateAuth', 'DefineAuthChallenge', 'CreateAuthChallenge'],
      ...['RespondToAuthChallenge', 'VerifyAuthChallengeResponse'],
      ...['DefineAuthChallenge', 'CreateAuthChallenge'],
      ...['RespondToAuthChallenge', 'VerifyAuthChallengeResponse'],
      'DefineAuthChallenge',
    ]);
    await demo.shows('What now? Issue tokens.');
  });

  it('shows no code, number, digest or token, and the console shows nothing at all', async () => {
    const demo = await openDemo();
    const code = await demo.start();
    await demo.typeCode(code);
    await demo.heading('You are signed in');
    await demo.page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await demo.heading('Welcome');
    await demo.openLog();
    const log = (await demo.page.locator('#event-log').textContent()) ?? '';
    expect(log).toContain('"challengeAnswer": "(6 characters)"');
    expect(log).toContain('"phone_number": "+*******0100"');
    expect(log).not.toContain(code);
    expect(log).not.toContain(PHONE);
    expect(log).not.toMatch(/[\w-]{60,}/);
    expect(demo.console).toEqual([]);
  });
});
