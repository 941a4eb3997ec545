/** The first events of containers, on AWS's own runtime client. */
import { describe, expect, it } from 'vitest';
import { SignInDriver, type Step, userWithNumber } from '../support/sign-in-driver.ts';
import { CognitoCaller } from './cognito-caller.ts';
import { createWorld, STORES } from './world.ts';

const USER = userWithNumber('+6591234501');

describe.each(STORES)('A cold container (%s)', (store) => {
  it('A51: serves a Define as its first event', async () => {
    const { fn, signIn, faults } = await createWorld({ store });
    const driver = signIn();
    await driver.start();
    expect(fn.containers).toHaveLength(1);
    expect(driver.answers[0]?.response).toMatchObject({ challengeName: 'CUSTOM_CHALLENGE' });
    expect(faults()).toEqual([]);
  });

  it('A51: serves a Create as its first event', async () => {
    const { fn, sns, cognito, faults } = await createWorld({ store });
    const coldForCreate = new SignInDriver((event) => {
      fn.recycle();
      return cognito.handler(event);
    }, USER);
    const step = await coldForCreate.start();
    expect(step).toMatchObject({ kind: 'challenge', parameters: { status: 'SENT' } });
    expect(sns.accepted).toHaveLength(1);
    expect(faults()).toEqual([]);
  });

  it('A51: serves a Verify as its first event', async () => {
    const { fn, signIn, newestCode, faults } = await createWorld({ store });
    const driver = signIn();
    await driver.start();
    fn.recycle();
    expect(await driver.check(newestCode())).toBe(true);
    expect(fn.containers).toHaveLength(2);
    expect(faults()).toEqual([]);
  });

  it('A51: signs in with every event in a container of its own', async () => {
    const { fn, sns, cognito, newestCode, faults } = await createWorld({ store });
    const driver = new SignInDriver((event) => {
      fn.recycle();
      return cognito.handler(event);
    }, USER);
    await driver.start();
    expect(await driver.answer('000000')).toMatchObject({ parameters: { status: 'INCORRECT' } });
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
    expect(fn.containers).toHaveLength(7);
    expect(sns.requests).toHaveLength(1);
    expect(cognito.repeats).toBe(0);
    expect(faults()).toEqual([]);
  });

  it('signs in with every event in one container', async () => {
    const { fn, sns, cognito, signIn, newestCode, faults } = await createWorld({ store });
    const driver = signIn();
    await driver.start();
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
    expect(fn.containers).toHaveLength(1);
    expect(sns.requests).toHaveLength(1);
    expect(cognito.repeats).toBe(0);
    expect(faults()).toEqual([]);
  });

  it.each([1300, 4000])(
    'A51: that took %d ms longer to start answers the first call',
    async (slowStartMs) => {
      const { sns, fn, cognito, signIn, faults } = await createWorld({ store, slowStartMs });
      const events = new SignInDriver((event) => {
        fn.recycle();
        return cognito.handler(event);
      });
      const step = await events.start();
      expect(step).toMatchObject({ kind: 'challenge' });
      expect(cognito.repeats).toBe(0);
      expect(faults()).toEqual([]);
      // The user's next tap meets warm containers.
      const next = await signIn().start();
      expect(next).toMatchObject({ parameters: { status: 'SENT' } });
      expect(sns.accepted.length).toBeLessThanOrEqual(2);
    },
  );

  it('A51: that starts when Cognito has given up sends nothing: the SMS is the next call’s', async () => {
    const { fn, sns, cognito, newestCode, faults } = await createWorld({
      store,
      slowStartMs: 6000,
    });
    const driver = new SignInDriver((event) => {
      fn.recycle();
      return cognito.handler(event);
    });
    expect(await driver.start()).toMatchObject({ parameters: { status: 'SENT' } });
    // Define is answered at its third call, by the container that was started for the first; Create at its second.
    expect(cognito.repeats).toBe(3);
    expect(sns.requests).toHaveLength(1);
    expect(await driver.check(newestCode())).toBe(true);
    expect(faults()).toEqual([]);
  });

  it('A51: one of 20 that are cold at once serves a Create as its first event', async () => {
    const { fn, sns, faults } = await createWorld({ store });
    const signIns: (() => Promise<Step>)[] = [];
    const callers: CognitoCaller[] = [];
    for (let i = 10; i < 30; i++) {
      const container = await fn.startContainer();
      // On Lambda each has a CPU of its own; here they would take each other's time to start.
      await container.ready;
      const caller = new CognitoCaller(async (event) =>
        event.triggerSource === 'DefineAuthChallenge_Authentication'
          ? { kind: 'returned', payload: { response: { challengeName: 'CUSTOM_CHALLENGE' } } }
          : container.invoke(event),
      );
      callers.push(caller);
      signIns.push(() => new SignInDriver(caller.handler, userWithNumber(`+65912345${i}`)).start());
    }
    const steps: Step[] = [];
    // The table is in this process, which all of them would take time from, too.
    const atOnce = store === 'session' ? signIns.length : 1;
    for (let from = 0; from < signIns.length; from += atOnce) {
      const group = signIns.slice(from, from + atOnce);
      steps.push(...(await Promise.all(group.map((start) => start()))));
    }
    expect(steps.map((step) => step.kind === 'challenge' && step.parameters.status)).toEqual(
      steps.map(() => 'SENT'),
    );
    expect(sns.accepted).toHaveLength(20);
    expect(callers.map(({ repeats }) => repeats)).toEqual(callers.map(() => 0));
    expect(faults()).toEqual([]);
  });
});
