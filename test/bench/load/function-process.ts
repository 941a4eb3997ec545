/**
 * Run as a process of its own, which holds the built function and nothing else: calls it with the events that its
 * parent sends, as many at once as there are, and says what it holds when it is asked.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { Handler } from '../../../src/pipeline.ts';
import type { TriggerEvent } from '../../../src/trigger-events.ts';

/** What the parent asks; each is answered by its `id`. */
export type Question =
  | { readonly id: number; readonly kind: 'invoke'; readonly event: TriggerEvent }
  | { readonly id: number; readonly kind: 'measure' };

export type Answer =
  | {
      readonly id: number;
      readonly kind: 'returned';
      readonly answer: unknown;
      readonly ms: number;
    }
  | { readonly id: number; readonly kind: 'threw'; readonly message: string }
  | { readonly id: number; readonly kind: 'measured'; readonly held: Held };

/** What the process holds after a garbage collection, with no event to work on. */
export interface Held {
  readonly heapBytes: number;
  /** Buffers and the like, outside of the heap. */
  readonly externalBytes: number;
  /** What keeps its event loop alive, by the names that Node.js gives: sockets and timers among them. */
  readonly resources: Readonly<Record<string, number>>;
}

/** As long as Cognito waits. */
const TIMEOUT_MS = 5000;

/** The longest that anything of a finished event may wait for: the timeout of an SMS. */
const SETTLING_MS = 3500;

const [bundle = ''] = process.argv.slice(2);
const { handler } = (await import(pathToFileURL(bundle).href)) as { readonly handler: Handler };

process.on('message', async (question: Question) => {
  process.send?.(await answer(question));
});
// Told as an answer to no question: now there may be some.
process.send?.({ id: 0, kind: 'measured', held: await hold() } satisfies Answer);

async function answer(question: Question): Promise<Answer> {
  const { id } = question;
  if (question.kind === 'measure') {
    await setTimeout(SETTLING_MS);
    return { id, kind: 'measured', held: await hold() };
  }
  const began = performance.now();
  try {
    const answer = await handler(question.event, newContext());
    return { id, kind: 'returned', answer, ms: performance.now() - began };
  } catch (error) {
    return { id, kind: 'threw', message: String(error) };
  }
}

function newContext(): Context {
  const until = Date.now() + TIMEOUT_MS;
  const context = {
    functionName: 'phone-otp',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:phone-otp',
    memoryLimitInMB: '256',
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => until - Date.now(),
  };
  return context as Context;
}

async function hold(): Promise<Held> {
  // What the first collection finalises, the second one frees.
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await setTimeout(10);
  }
  const { heapUsed, external } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    resources[name] = (resources[name] ?? 0) + 1;
  }
  return { heapBytes: heapUsed, externalBytes: external, resources };
}
