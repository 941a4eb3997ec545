import { describe, expect, it, vi } from 'vitest';
import { captureLog, context, ENV, setEnv } from './support/function.ts';
import { STRONG_KEY } from './support/keys.ts';
import { startSecretsManager } from './support/secrets-manager-server.ts';

/** A cold start with these environment variables, and the log of it. */
function start(env: Readonly<Record<string, string>>) {
  const log = captureLog();
  vi.resetModules();
  setEnv({ ...ENV, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', ...env });
  return { log, started: import('../src/handler.ts') };
}

const routes = (gateway: object) => JSON.stringify([{ countries: ['*'], gateways: [gateway] }]);

describe('The start', () => {
  it('ends in a handler that answers', async () => {
    const { started } = start({ SMS_ROUTES: routes({ gateway: 'console' }) });
    const { handler } = await started;
    const event = {
      triggerSource: 'DefineAuthChallenge_Authentication',
      userPoolId: 'pool',
      userName: 'user',
      callerContext: { clientId: 'client' },
      request: { userAttributes: {}, session: [] },
      response: {},
    };
    expect(await handler(event as never, context)).toMatchObject({
      response: { challengeName: 'CUSTOM_CHALLENGE' },
    });
  });

  it('takes its key from Secrets Manager where a variable names the secret', async () => {
    const { asked } = await startSecretsManager({ 'otp-key': { SecretString: STRONG_KEY } });
    const { log, started } = start({ OTP_HASH_KEY: '', OTP_HASH_KEY_SECRET: 'otp-key' });
    await started;
    expect(asked).toEqual(['otp-key']);
    expect(log.lines()).toEqual([]);
  });

  it.each([
    [
      'a secret',
      { OTP_HASH_KEY: '', OTP_HASH_KEY_SECRET: 'gone', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      "OTP_HASH_KEY_SECRET names a secret that can't be read",
    ],
    ['a variable', { SMS_ROUTES: '[]' }, 'SMS_ROUTES does not hold rules'],
    [
      "a gateway's setting",
      { SMS_ROUTES: routes({ gateway: 'sns', region: 'Ireland' }) },
      'SMS_ROUTES rule 1, gateway 1 (sns): region is "Ireland"; it takes an AWS region',
    ],
  ])(
    'A30: fails with one harmless sentence where %s is wrong; the log tells which',
    async (_, env, sentence) => {
      const { log, started } = start(env);
      const error = await started.catch((thrown) => thrown);
      expect(error.message).toMatch(
        /^Sign-in is not available right now, .* \(reference [\w-]+\)$/,
      );
      expect(log.lines()).toEqual([
        expect.objectContaining({
          outcome: 'fault',
          fault: expect.objectContaining({
            code: 'CONFIG_INVALID',
            message: expect.stringContaining(sentence),
          }),
        }),
      ]);
    },
  );

  it('warns of an own text that costs two SMS', async () => {
    const { log, started } = start({
      SMS_TEMPLATES: JSON.stringify({ en: `{code} ${'x'.repeat(160)}` }),
    });
    await started;
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        outcome: 'warning',
        warning: 'The text for en is billed as 2 SMS: 167 units of GSM-7.',
      }),
    ]);
  });
});
