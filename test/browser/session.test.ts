/** What lasts: accounts, reloads, tokens, and the ends of a session. */
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { openDemo } from './demo.ts';

const NEWCOMER = '+12015550123';

describeInBrowser('Creating an account', () => {
  it('signs the newcomer in by the first code, which proves the number', async () => {
    const demo = await openDemo();
    await demo.chooseToCreate();
    await demo.enterNumber('2015550123');
    await demo.page.getByRole('button', { name: 'Create account' }).click();
    await demo.heading('Enter the code');
    await demo.typeCode(demo.newestCode(NEWCOMER));
    await demo.heading('You are signed in');
    await demo.page.getByRole('button', { name: 'Refresh tokens' }).click();
    await demo.says('New tokens');
    expect(await demo.claim('phone_number_verified')).toBe('true');
  });

  it('says so when the number has an account already', async () => {
    const demo = await openDemo();
    await demo.chooseToCreate();
    await demo.enterNumber('2025550100');
    await demo.page.getByRole('button', { name: 'Create account' }).click();
    await demo.says('This number already has an account: sign in instead.');
    await demo.signIn();
  });
});

describeInBrowser('A reload', () => {
  it('goes on in the middle of a sign-in, with what the page knew', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.typeWrongCode();
    await demo.shows('2 tries left');
    await demo.open();
    await demo.shows('2 tries left');
    await demo.page.getByRole('button', { name: /^Send a new code in/ }).waitFor();
    await demo.expectFocusOn('code');
    await demo.typeCode(demo.newestCode());
    await demo.heading('You are signed in');
  });

  it('asks to start again once Amplify has forgotten the sign-in', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.pass(181_000);
    await demo.open();
    await demo.says('This sign-in took too long');
    await demo.signIn();
  });

  it('keeps a user signed in, and the SMS and events in view', async () => {
    const demo = await openDemo();
    await demo.signIn();
    await demo.open();
    await demo.heading('You are signed in');
    await demo.page.getByRole('log').getByText(demo.newestCode()).waitFor();
    expect(await demo.page.getByRole('log').getByRole('listitem').count()).toBe(1);
  });
});

describeInBrowser('The Back button of the browser', () => {
  it('leads from the code to the number, and gives the sign-in up', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.page.goBack();
    await demo.heading('Welcome');
    await demo.expectFocusOn('number');
    await demo.page.goForward();
    await demo.heading('Welcome');
    await demo.signIn();
  });

  it('leads from the code to the number after a reload, too', async () => {
    const demo = await openDemo();
    await demo.start();
    await demo.page.reload();
    await demo.heading('Enter the code');
    await demo.page.goBack();
    await demo.heading('Welcome');
  });

  it('wins over an answer that is still on its way', async () => {
    const demo = await openDemo();
    await demo.start();
    const goOn = await demo.holdCalls();
    await demo.typeWrongCode();
    await demo.says('Checking the code…');
    await demo.page.goBack();
    await demo.heading('Welcome');
    const answer = demo.page.waitForResponse(`${demo.endpoint.url}/`);
    goOn();
    await (await answer).finished();
    await demo.signIn();
  });

  it('does not lead back into a sign-in that is done', async () => {
    const demo = await openDemo();
    await demo.signIn();
    await demo.page.goBack();
    expect(demo.page.url()).toBe('about:blank');
    await demo.page.goForward();
    await demo.heading('You are signed in');
  });
});

describeInBrowser('A session', () => {
  it('shows the claims of both tokens', async () => {
    const demo = await openDemo();
    await demo.signIn();
    expect(await demo.claim('phone_number')).toBe('+12025550100');
    expect(await demo.claim('scope')).toBe('aws.cognito.signin.user.admin');
  });

  it.each([
    ['Copy id token', 'id'],
    ['Copy access token', 'access'],
  ])('%s puts the newest one on the clipboard', async (name, use) => {
    const demo = await openDemo({
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    await demo.signIn();
    await demo.page.getByRole('button', { name: 'Refresh tokens' }).click();
    await demo.says('New tokens');
    await demo.page.getByRole('button', { name }).click();
    await demo.says(`The ${use} token is copied.`);
    await demo.page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await demo.page.evaluate('navigator.clipboard.readText()');
    const claims = decodeJwt(String(copied));
    expect(claims.token_use).toBe(use);
    expect(await demo.page.locator(`#${use}-claims`).textContent()).toContain(claims.jti);
  });

  it('gets new tokens on a refresh', async () => {
    const demo = await openDemo();
    await demo.signIn();
    const before = await demo.claim('jti');
    await demo.pass(60_000);
    await demo.page.getByRole('button', { name: 'Refresh tokens' }).click();
    await demo.says('New tokens, valid until 13:01:00.');
    expect(await demo.claim('jti')).not.toBe(before);
    await demo.expectFocusOn('refresh');
  });

  it.each([
    ['Sign out', 'RevokeToken'],
    ['Sign out everywhere', 'GlobalSignOut'],
  ])('%s ends it with %s', async (name, operation) => {
    const demo = await openDemo();
    await demo.signIn();
    await demo.page.getByRole('button', { name, exact: true }).click();
    await demo.heading('Welcome');
    await demo.expectFocusOn('number');
    expect(demo.log.entries).toContainEqual(expect.objectContaining({ operation }));
    await demo.open();
    await demo.heading('Welcome');
  });

  it('is over when the user was signed out elsewhere', async () => {
    const demo = await openDemo();
    await demo.signIn();
    await demo.signOutElsewhere();
    await demo.page.getByRole('button', { name: 'Refresh tokens' }).click();
    await demo.says('This session was ended elsewhere.');
  });
});
