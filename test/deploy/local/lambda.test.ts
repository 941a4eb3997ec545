import { describe, expect, test } from 'vitest';
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
