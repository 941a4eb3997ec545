import type { Callback } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type LambdaContext,
  type LambdaHandler,
  LambdaService,
} from '../../../deploy/local/lambda.ts';

function invoke(handler: LambdaHandler, event: unknown = {}, timeoutMs = 1000) {
  const lambda = new LambdaService();
  return lambda.invoke(lambda.register('tested', handler), event, timeoutMs);
}

describe('what a function returns', () => {
  const handlers: readonly [string, LambdaHandler, string][] = [
    ['an async handler', async (event: object) => ({ ...event, b: 2 }), '{"a":1,"b":2}'],
    ['a plain handler', (event: object) => ({ ...event, b: 2 }), '{"a":1,"b":2}'],
    [
      'a callback',
      (event: object, _context: unknown, callback: (error: null, result: object) => void) =>
        callback(null, { ...event, b: 2 }),
      '{"a":1,"b":2}',
    ],
    ['nothing', async () => undefined, 'null'],
    ['what JSON cannot hold', async () => () => {}, ''],
  ];
  test.each(handlers)('%s', async (_what, handler, payload) => {
    expect(await invoke(handler, { a: 1 })).toEqual({ kind: 'returned', payload });
  });
});

test.each(['live', '7'])('a function runs for its version or alias: %s', async (qualifier) => {
  const lambda = new LambdaService();
  const handler = async (_: unknown, { functionName, invokedFunctionArn }: LambdaContext) => ({
    functionName,
    invokedFunctionArn,
  });
  const arn = `${lambda.register('tested', handler)}:${qualifier}`;
  const { payload = '' } = { payload: undefined, ...(await lambda.invoke(arn, {}, 1000)) };
  expect(JSON.parse(payload)).toEqual({ functionName: 'tested', invokedFunctionArn: arn });
});

describe('how a function fails', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const handlers: readonly [string, LambdaHandler, string][] = [
    ['by a rejection', async () => Promise.reject(new Error('no')), 'no'],
    [
      'by throwing',
      () => {
        throw new TypeError('no');
      },
      'no',
    ],
    [
      'by its callback',
      (_event: unknown, _context: unknown, callback: (error: Error) => void) =>
        callback(new Error('no')),
      'no',
    ],
    ['with something other than an Error', async () => Promise.reject('plain'), 'plain'],
    ['with output that has no JSON', async () => circular, 'Unable to stringify response body'],
  ];
  test.each(handlers)('%s', async (_what, handler, errorMessage) => {
    expect(await invoke(handler)).toEqual({ kind: 'failed', errorMessage });
  });

  test('by taking too long', async () => {
    expect(await invoke(() => new Promise(() => {}), {}, 5)).toEqual({ kind: 'timed-out' });
  });

  test('by not being there', async () => {
    const unknown = new LambdaService().invoke('arn:aws:lambda:none', {}, 5);
    expect(await unknown).toEqual({ kind: 'no-such-function' });
  });
});

describe('the log of a function', () => {
  /** A service whose clock is the test's, with all that it logged. */
  function start() {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const logged: string[] = [];
    const lambda = new LambdaService((text) => logged.push(text));
    return { lambda, logged };
  }

  test('has what it throws, with the stack and the cause', async () => {
    const { lambda, logged } = start();
    const arn = lambda.register('Verify', async function verify() {
      throw new Error('no', { cause: new RangeError('the table is missing') });
    });
    await lambda.invoke(arn, {}, 5000);
    expect(logged).toEqual([
      expect.stringMatching(
        /^Verify threw Error: no\n +at .*verify.*lambda\.test\.ts:.*cause.*RangeError: the table is missing/s,
      ),
    ]);
  });

  test('has a warning after a second without an answer, and in the end that it timed out', async () => {
    const { lambda, logged } = start();
    let requestId: string | undefined;
    const arn = lambda.register('Create', (_event: object, { awsRequestId }: LambdaContext) => {
      requestId = awsRequestId;
      return new Promise(() => {});
    });
    const invocation = lambda.invoke(arn, {}, 5000);

    await vi.advanceTimersByTimeAsync(999);
    expect(logged).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    const slow = 'Create has not answered for 1 second: Cognito waits for 5.';
    expect(logged).toEqual([slow]);
    await vi.advanceTimersByTimeAsync(4000);
    const timedOut = `Create: ${new Date().toISOString()} ${requestId} Task timed out after 5.00 seconds`;
    expect(logged).toEqual([slow, timedOut]);
    expect(await invocation).toEqual({ kind: 'timed-out' });
  });

  test('has nothing of a function that answers in time, or is no longer waited for', async () => {
    const { lambda, logged } = start();
    await lambda.invoke(
      lambda.register('Define', async () => ({})),
      {},
      5000,
    );
    const hanging = lambda.register('Create', () => new Promise(() => {}));
    const invocation = lambda.invoke(hanging, {}, 5000);
    lambda.close();
    await invocation;
    await vi.advanceTimersByTimeAsync(5000);
    expect(logged).toEqual([]);
  });

  test('has one warning of a callback, whatever the function serves', async () => {
    const { lambda, logged } = start();
    const withCallback = (event: object, _context: unknown, callback: Callback<object>) =>
      callback(null, event);
    for (const name of ['Define', 'Create', 'Define']) {
      const invocation = lambda.invoke(lambda.register(name, withCallback), {}, 5000);
      expect(await invocation).toEqual({ kind: 'returned', payload: '{}' });
    }
    expect(logged).toEqual([
      'Define takes a callback: Node.js 24 on Lambda no longer runs such functions. Make it an async function that returns the event.',
    ]);
  });
});

test('the event crosses as JSON: a function cannot reach into the caller', async () => {
  const event = { list: [1], when: new Date(0) };
  const { payload } = (await invoke(async (seen: { list: number[] }) => {
    seen.list.push(2);
    return seen;
  }, event)) as { payload: string };
  expect(event.list).toEqual([1]);
  expect(JSON.parse(payload)).toEqual({ list: [1, 2], when: '1970-01-01T00:00:00.000Z' });
});

test('the context is that of the real runtime', async () => {
  let seen: LambdaContext | undefined;
  await invoke(async (_event: unknown, context: LambdaContext) => {
    seen = context;
  });
  expect(seen).toMatchObject({
    functionName: 'tested',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
    memoryLimitInMB: '128',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    logGroupName: '/aws/lambda/tested',
  });
  expect(seen?.getRemainingTimeInMillis()).toBeGreaterThan(0);
  expect(seen?.getRemainingTimeInMillis()).toBeLessThanOrEqual(1000);
});
