/** What becomes of a sign-in, on AWS's own runtime client, when the SMS provider misbehaves. */
import { describe, expect, it } from 'vitest';
import { createWorld, STORES } from './world.ts';

const THROTTLED = { status: 400, code: 'Throttling', message: 'Rate exceeded' };
const REFUSED = { status: 400, code: 'OptedOut', message: 'The number opted out' };

describe.each(STORES)('A provider (%s)', (store) => {
  it.each([
    ['5 seconds, as it should be', 5000],
    ["3 seconds, Lambda's default", 3000],
  ])('A33: that hangs ends as a told failure, with a timeout of %s', async (_, timeoutMs) => {
    const { sns, cognito, signIn, faults } = await createWorld({ store, timeoutMs });
    sns.behave('hang');
    expect(await signIn().start()).toMatchObject({ parameters: { status: 'DELIVERY_FAILED' } });
    expect(sns.requests).toHaveLength(1);
    expect(cognito.repeats).toBe(0);
    expect(faults()).toEqual([]);
  });

  it('A33: that hangs may have sent: the code that arrives is good', async () => {
    const { sns, signIn, newestCode, faults } = await createWorld({ store });
    sns.behave('hang');
    const driver = signIn();
    await driver.start();
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
    expect(faults()).toEqual([]);
  });

  it.each([
    ['throttles', THROTTLED],
    ['refuses', REFUSED],
  ])('that %s is told of, and the next tap is sent', async (_, refusal) => {
    const { sns, cognito, signIn, newestCode, faults } = await createWorld({ store });
    sns.behave(refusal);
    expect(await signIn().start()).toMatchObject({ parameters: { status: 'DELIVERY_FAILED' } });
    sns.behave('accept');
    const driver = signIn();
    expect(await driver.start()).toMatchObject({ parameters: { status: 'SENT' } });
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
    expect(sns.requests).toHaveLength(2);
    expect(cognito.repeats).toBe(0);
    expect(faults()).toEqual([]);
  });

  it('that answers after Lambda’s timeout of 3 seconds was asked once', async () => {
    const { sns, signIn, faults } = await createWorld({ store, timeoutMs: 3000 });
    sns.behave({ afterMs: 3500, answer: 'accept' });
    expect(await signIn().start()).toMatchObject({ parameters: { status: 'DELIVERY_FAILED' } });
    expect(sns.requests).toHaveLength(1);
    expect(faults()).toEqual([]);
  });
});

describe('A timeout of 3 seconds', () => {
  // Or the start would warn of a bill without a ceiling, and of what is open without a table.
  const settled = { store: 'dynamodb', env: { SENDS_PER_HOUR: '1000' } } as const;

  it('is warned of once for each container', async () => {
    const { fn, signIn } = await createWorld({ ...settled, timeoutMs: 3000 });
    await signIn().start();
    const warnings = fn.logLines.filter(({ outcome }) => outcome === 'warning');
    expect(warnings.map(({ warning }) => warning)).toEqual([
      expect.stringContaining('Set it to 5 seconds'),
    ]);
  });

  it('of 5 seconds brings no warning', async () => {
    const { fn, signIn } = await createWorld(settled);
    await signIn().start();
    expect(fn.logLines.filter(({ level }) => level !== 'INFO')).toEqual([]);
  });
});
