/** Sign-up and sign-in as a relay: SMS to numbers that pay whoever holds them. */
import { describe, expect, it } from 'vitest';
import { createFunction } from '../support/function.ts';
import { SignInDriver, userWithNumber } from '../support/sign-in-driver.ts';

const DEAR = [
  ['premium, of many countries', '+979123456789'],
  ['premium, in the United States', '+19005550100'],
  ['premium, in the United Kingdom', '+449012345678'],
  ['personal, in the United Kingdom', '+447012345678'],
  ['the same, with the zero of the trunk', '+4407012345678'],
  ['a satellite phone', '+8816123456789'],
  ['a network without a country', '+88213123456789'],
  ['freephone, of many countries', '+80012345678'],
  ['a calling code that nobody has', '+999123456789'],
] as const;

describe('A number that costs whoever sends to it', () => {
  it.each(DEAR)('A39: gets no SMS: %s', async (_, number) => {
    const { handler, gateway } = createFunction();
    const step = await new SignInDriver(handler, userWithNumber(number)).start();
    expect(step).toMatchObject({ parameters: { status: 'DELIVERY_FAILED' } });
    expect(gateway.attempts).toBe(0);
  });

  it('gets none in 200 sign-ins either', async () => {
    const { handler, gateway } = createFunction();
    for (let i = 0; i < 200; i++) {
      const number = `+9791${String(10_000_000 + i)}`;
      await new SignInDriver(handler, userWithNumber(number)).start();
    }
    expect(gateway.attempts).toBe(0);
  });

  it('looks like any other where user existence is hidden', async () => {
    const { handler } = createFunction({ env: { HIDE_USER_EXISTENCE: 'true' } });
    const steps = ['+19005550100', '+12025550100'].map((number) =>
      new SignInDriver(handler, userWithNumber(number)).start(),
    );
    const [dear, ordinary] = await Promise.all(steps);
    expect(dear).toEqual(ordinary);
  });

  it.each(DEAR)('gets SMS where a route names it: %s', async (_, number) => {
    const prefix = number.replace('+440', '+44').slice(0, 4);
    const SMS_ROUTES = JSON.stringify([{ prefixes: [prefix], gateways: [{ gateway: 'sns' }] }]);
    const { handler, gateway } = createFunction({ env: { SMS_ROUTES } });
    const signIn = new SignInDriver(handler, userWithNumber(number));
    await signIn.start();
    expect(await signIn.answer(gateway.lastCode)).toEqual({ kind: 'tokens' });
  });

  it('gets none where the route that names it denies it', async () => {
    const SMS_ROUTES = JSON.stringify([
      { prefixes: ['+881'], gateways: [{ gateway: 'sns' }] },
      { prefixes: ['+8816'], deny: true },
    ]);
    const { handler, gateway } = createFunction({ env: { SMS_ROUTES } });
    await new SignInDriver(handler, userWithNumber('+8816123456789')).start();
    expect(gateway.attempts).toBe(0);
  });
});

describe('A number as it is dialled at home', () => {
  it('gets its SMS in the form that reaches it', async () => {
    const { handler, gateway } = createFunction();
    const signIn = new SignInDriver(handler, userWithNumber('+4407418084106'));
    await signIn.start();
    expect(gateway.outbox.map(({ to }) => to)).toEqual(['+447418084106']);
    expect(await signIn.answer(gateway.lastCode)).toEqual({ kind: 'tokens' });
  });
});
