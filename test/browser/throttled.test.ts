/** What people see when a limit forbids their SMS. */
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { type Demo, openDemo } from './demo.ts';
import { soonThrottled, states } from './states.ts';

function resendButton({ page }: Demo) {
  return page.getByRole('button', { name: /^Send a new code/ });
}

describeInBrowser('A sign-in that is sent no code', () => {
  it('says so and how long to wait, with no field for a code', async () => {
    const demo = await openDemo(soonThrottled);
    await states.throttled?.(demo);
    await demo.heading('No code for now');
    expect(await demo.page.getByLabel('One-time code').isVisible()).toBe(false);
    expect(await demo.page.getByRole('button', { name: 'Sign in' }).isVisible()).toBe(false);
    expect(await resendButton(demo).textContent()).toBe('Send a new code in 20 min');
    await demo.expectFocusOn('resend');
  });

  it('can ask for a code once the wait is over, and not before', async () => {
    const demo = await openDemo({
      env: { RATE_LIMITER: 'memory', SENDS_PER_NUMBER: '1/10m' },
    });
    await demo.start();
    await demo.page.getByRole('button', { name: 'Use another number' }).click();
    await demo.askForCode();
    await demo.pass(595_000);
    await demo.shows('Send a new code in 0:05');
    await resendButton(demo).click({ force: true });
    expect(demo.endpoint.inbox.messages).toHaveLength(1);
    await demo.heading('No code for now');

    await demo.pass(5000);
    await demo.heading('Get a new code');
    await demo.resend();
    await demo.says('A new code is on its way');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('can still use the code that it was sent before', async () => {
    const demo = await openDemo(soonThrottled);
    await states['resend-throttled']?.(demo);
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });
});
