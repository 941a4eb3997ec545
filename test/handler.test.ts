import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog, context, ENV } from './support/function.ts';

let log: ReturnType<typeof captureLog>;
beforeEach(() => {
  log = captureLog();
  vi.resetModules();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A cold start with these environment variables. */
function start(env: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries({ ...ENV, ...env })) {
    vi.stubEnv(name, value);
  }
  return import('../src/handler.ts');
}

const routes = (gateway: object) => JSON.stringify([{ countries: ['*'], gateways: [gateway] }]);

describe('The start', () => {
  it('ends in a handler that answers', async () => {
    const { handler } = await start({ SMS_ROUTES: routes({ gateway: 'console' }) });
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

  it.each([
    ['a variable', { SMS_ROUTES: '[]' }, 'SMS_ROUTES does not hold rules'],
    [
      "a gateway's setting",
      { SMS_ROUTES: routes({ gateway: 'sns', region: 'Ireland' }) },
      'SMS_ROUTES rule 1, gateway 1 (sns): region is "Ireland"; it takes an AWS region',
    ],
  ])(
    'A30: fails with one harmless sentence where %s is wrong; the log tells which',
    async (_, env, sentence) => {
      const error = await start(env).catch((thrown) => thrown);
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
    await start({ SMS_TEMPLATES: JSON.stringify({ en: `{code} ${'x'.repeat(160)}` }) });
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        outcome: 'warning',
        warning: 'The text for en is billed as 2 SMS: 167 units of GSM-7.',
      }),
    ]);
  });
});
