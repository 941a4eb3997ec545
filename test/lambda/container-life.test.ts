/** What befalls containers on Lambda: they are frozen and thawed, killed, and can't start. */
import { describe, expect, it } from 'vitest';
import { createWorld, functionOf, STORES, type World } from './world.ts';

/** Resolves once the provider has been asked that often. */
async function asked({ sns }: World, times: number): Promise<void> {
  await expect.poll(() => sns.requests.length, { timeout: 5000 }).toBe(times);
}

describe.each(STORES)('A container (%s)', (store) => {
  it('A52: serves the next event after a freeze that closed all its connections', async () => {
    const { fn, sns, dynamoDb, cognito, signIn, newestCode, faults } = await createWorld({ store });
    const driver = signIn();
    await driver.start();
    // Lambda has stopped it by now; meanwhile the other side hangs up.
    dynamoDb?.killConnections();
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
    expect(fn.containers).toHaveLength(1);
    expect(sns.requests).toHaveLength(1);
    expect(cognito.repeats).toBe(0);
    expect(faults()).toEqual([]);
  });

  it('A52: frozen in mid-send until Cognito has called again serves on', async () => {
    const world = await createWorld({ store, timeoutMs: 60_000 });
    const { fn, sns, cognito, signIn, newestCode } = world;
    sns.behave({ afterMs: 200, answer: 'accept' });
    const driver = signIn();
    const started = driver.start();
    await asked(world, 1);
    const [frozen] = fn.containers;
    frozen?.freeze();
    sns.behave('accept');
    // Cognito waits its five seconds, and is served by another container.
    const step = await started;
    frozen?.thaw();
    await expect.poll(() => fn.containers.every(({ idle }) => idle)).toBe(true);
    expect(cognito.repeats).toBe(1);
    expect(step).toMatchObject({ kind: 'challenge' });
    // Only a table lets the second call know of the first.
    expect(sns.requests).toHaveLength(store === 'dynamodb' ? 1 : 2);
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
  });

  it('killed in mid-send leaves the user a code that works, or a new one', async () => {
    const world = await createWorld({ store });
    const { fn, sns, signIn, newestCode } = world;
    sns.behave({ afterMs: 300, answer: 'accept' });
    const killed = signIn().start();
    await asked(world, 1);
    fn.containers[0]?.kill();
    await expect(killed).rejects.toThrow('failed with error Runtime exited with error');
    const driver = signIn();
    const step = await driver.start();
    expect(step).toMatchObject({
      parameters: { status: store === 'dynamodb' ? 'DELIVERY_FAILED' : 'SENT' },
    });
    expect(sns.requests).toHaveLength(store === 'dynamodb' ? 1 : 2);
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
  });
});

describe('A container (dynamodb)', () => {
  it('A52: frozen between claim and send until its event is over sends nothing late', async () => {
    const { fn, sns, dynamoDb, cognito, signIn, newestCode } = await createWorld({
      store: 'dynamodb',
      timeoutMs: 60_000,
    });
    dynamoDb?.next(() => fn.containers[0]?.freeze());
    const driver = signIn();
    // Cognito calls again, and another container takes the round over.
    expect(await driver.start()).toMatchObject({ parameters: { status: 'SENT' } });
    expect(sns.requests).toHaveLength(1);
    fn.containers[0]?.thaw();
    await expect.poll(() => fn.containers.every(({ idle }) => idle)).toBe(true);
    expect(cognito.repeats).toBe(1);
    expect(await driver.answer(newestCode())).toEqual({ kind: 'tokens' });
    expect(sns.requests).toHaveLength(1);
  });
});

describe('A start that fails', () => {
  it('A30: shows Cognito one harmless sentence, and the log the reason', async () => {
    const { fn, signIn } = await createWorld({ store: 'session', env: { OTP_LENGTH: '5' } });
    await expect(signIn().start()).rejects.toThrow(
      /^failed with error Sign-in is not available right now, please try again \(reference [\w-]+\)\.$/,
    );
    expect(fn.logLines).toEqual([
      expect.objectContaining({
        outcome: 'fault',
        fault: expect.objectContaining({
          message: 'OTP_LENGTH is "5"; it takes a whole number from 6 to 10.',
        }),
      }),
    ]);
  });

  it('A30: names no secret of a key that is too short', async () => {
    const secret = 'c2hvcnQtc2VjcmV0';
    const { fn, signIn } = await createWorld({ store: 'session', env: { OTP_HASH_KEY: secret } });
    await expect(signIn().start()).rejects.toThrow('Sign-in is not available right now');
    expect(fn.log).toContain('OTP_HASH_KEY');
    expect(fn.log).not.toContain(secret);
  });
});

describe('The function on Lambda', () => {
  it('runs without rights, in a folder that it can not write', async () => {
    const fn = await functionOf(`
      const write = (file) => {
        try { fs.writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; }
      };
      const temporary = '/tmp/' + context.awsRequestId;
      const wrote = { here: write('file'), temporary: write(temporary) };
      fs.rmSync(temporary);
      return { root: process.getuid() === 0, ...wrote, environment: process.env.AWS_EXECUTION_ENV };
    `);
    expect(await fn.invoke({})).toEqual({
      kind: 'returned',
      payload: {
        root: false,
        here: 'EACCES',
        temporary: 'written',
        environment: 'AWS_Lambda_nodejs24.x',
      },
    });
  });
});
