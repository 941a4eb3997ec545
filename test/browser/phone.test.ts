/** The phone beside the app: which of its codes can still be used, and what a tap does. */
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { type Demo, openDemo } from './demo.ts';
import { open } from './states.ts';

const canCopy = { permissions: ['clipboard-read', 'clipboard-write'] };

function messages({ page }: Demo) {
  return page.getByRole('log').getByRole('listitem');
}

/** What can be tapped, oldest first. */
function codes({ page }: Demo) {
  return page.getByRole('log').getByRole('button').allTextContents();
}

function clipboard({ page }: Demo) {
  return page.evaluate('navigator.clipboard.readText()');
}

describeInBrowser('A code on the phone', () => {
  it('is dead once another took its place', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.pass(30_000);
    await demo.resend();
    await demo.says('A new code is on its way');
    await expect.poll(() => codes(demo)).toEqual([demo.newestCode()]);
    await messages(demo).first().getByText('no longer works').waitFor();
    await demo.page.getByRole('log').getByRole('button').click();
    await demo.heading('You are signed in');
  });

  it('is dead once another took its place that may never arrive', async () => {
    const demo = await openDemo(open);
    await demo.start();
    await demo.pass(30_000);
    demo.endpoint.smsFault = 'hang';
    await demo.resend();
    await demo.says('may not have gone out');
    expect(await codes(demo)).toEqual([]);
  });

  it('stays alive where no other could take its place', async () => {
    const demo = await openDemo(open);
    const code = await demo.start();
    await demo.pass(30_000);
    demo.endpoint.smsFault = 'refuse';
    await demo.resend();
    await demo.says('did not go out. The code from before still works.');
    expect(await codes(demo)).toEqual([code]);
    await demo.page.getByRole('log').getByRole('button').click();
    await demo.heading('You are signed in');
  });

  it('is dead when it is too old', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.pass(301_000);
    await demo.says('That code is too old.');
    expect(await codes(demo)).toEqual([]);
  });

  it('is dead when it was used, after a reload as well', async () => {
    const demo = await openDemo();
    await demo.signIn();
    expect(await codes(demo)).toEqual([]);
    await demo.open();
    await messages(demo).getByText('no longer works').waitFor();
    expect(await codes(demo)).toEqual([]);
  });

  it('is dead when its sign-in ended by wrong codes', async () => {
    const demo = await openDemo({ env: { OTP_MAX_ATTEMPTS: '1' } });
    await demo.start();
    await demo.typeWrongCode();
    await demo.says('This sign-in is over: too many wrong codes.');
    expect(await codes(demo)).toEqual([]);
  });

  it('is only copied while another number signs in', async () => {
    const demo = await openDemo({ context: canCopy });
    const code = await demo.start();
    await demo.page.getByRole('button', { name: 'Use another number' }).click();
    await demo.enterNumber('2025550199');
    await demo.askForCode();
    await messages(demo).getByRole('button', { name: code }).click();
    await demo.says('Code copied.');
    expect(await clipboard(demo)).toBe(code);
    await demo.shows('3 tries left');
    expect(await demo.page.getByLabel('One-time code').inputValue()).toBe('');
  });

  it('answers whether anything arrived, so nobody asks', async () => {
    const demo = await openDemo();
    await demo.enterNumber('2025550199');
    await demo.askForCode();
    await demo.shows('Nothing arrived?');
    await demo.page.getByRole('button', { name: 'Use another number' }).click();
    await demo.enterNumber('2025550100');
    await demo.start();
    await messages(demo).getByRole('button').waitFor();
    expect(await demo.page.getByText('Nothing arrived?').isVisible()).toBe(false);
  });
});

describeInBrowser('The messages on the phone', () => {
  it('can be deleted', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.page.getByRole('button', { name: 'Delete all' }).click();
    await demo.says('All SMS deleted.');
    await demo.shows('SMS arrive here.');
    await demo.expectFocusOn('phone-title');
    expect(demo.endpoint.inbox.messages).toEqual([]);
    expect(await messages(demo).count()).toBe(0);
    expect(await demo.page.getByRole('button', { name: 'Delete all' }).isVisible()).toBe(false);
  });

  it('go as soon as somebody deletes them at the endpoint, those to others stay', async () => {
    const demo = await openDemo();
    await demo.start();
    demo.endpoint.inbox.deliver({
      to: '+6591234567',
      message: 'Hello',
      at: '2026-01-01T00:00:00Z',
    });
    await messages(demo).nth(1).waitFor();
    await fetch(`${demo.endpoint.url}/inbox?to=+6591234567`, { method: 'DELETE' });
    await expect.poll(() => messages(demo).count()).toBe(1);
    expect(await codes(demo)).toEqual([demo.newestCode()]);
  });
});
