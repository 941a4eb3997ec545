/**
 * Runs trigger functions the way the Lambda service does: the event and the answer cross as JSON
 * text, the function gets a context object, and whatever it throws becomes an error payload.
 */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { Callback, Context } from 'aws-lambda';

/**
 * A Lambda handler of any event type: async, or callback style with three parameters. The
 * parameters are `never` so that a handler written for one trigger's event fits too.
 */
export type LambdaHandler = (event: never, context: never, callback: never) => unknown;

/** The context of the current Node runtimes: without the long-gone `done`, `fail`, `succeed`. */
export type LambdaContext = Omit<Context, 'done' | 'fail' | 'succeed'>;

export type Invocation =
  /** `payload` is JSON text; empty where the function returned something that JSON can't hold. */
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly errorMessage: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'no-such-function' };

/** Told what functions leave in their log without writing it, each time as text for a terminal. */
export type FunctionLog = (text: string) => void;

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

/** Long before Cognito gives up, and longer than any function should take. */
const SLOW_MS = 1000;

export class LambdaService {
  readonly #functions = new Map<string, LambdaHandler>();
  readonly #closing = new AbortController();
  readonly #log: FunctionLog;
  /** Functions with a callback that were warned of: once each, whatever they serve. */
  readonly #callbackStyle = new WeakSet<LambdaHandler>();

  constructor(log: FunctionLog = () => {}) {
    this.#log = log;
  }

  /** Makes `handler` invokable and returns its ARN. A second function of that name replaces it. */
  register(name: string, handler: LambdaHandler): string {
    const arn = arnOf(name);
    this.#functions.set(arn, handler);
    return arn;
  }

  /** @returns undefined where no function of that name is registered */
  arnOf(name: string): string | undefined {
    const arn = arnOf(name);
    return this.#functions.has(arn) ? arn : undefined;
  }

  /**
   * Invokes once and waits at most `timeoutMs`, whichever version or alias is asked for: there is
   * one of each function. A function that is still running then keeps running, as on AWS, but nobody
   * hears of its result.
   */
  async invoke(arn: string, event: unknown, timeoutMs: number): Promise<Invocation> {
    const handler = this.#functions.get(unqualified(arn));
    if (handler === undefined) return { kind: 'no-such-function' };
    this.#warnOfCallback(arn, handler);
    const context = createContext(arn, Date.now() + timeoutMs);
    const deadline = Promise.withResolvers<Invocation>();
    const giveUp = () => deadline.resolve({ kind: 'timed-out' });
    const slow = setTimeout(() => this.#warnOfSlowness(context, timeoutMs), SLOW_MS);
    const timer = setTimeout(() => {
      this.#log(timeoutMessage(context, timeoutMs));
      giveUp();
    }, timeoutMs);
    this.#closing.signal.addEventListener('abort', giveUp);
    try {
      const running = this.#run(handler, JSON.stringify(event), context);
      return await Promise.race([running, deadline.promise]);
    } finally {
      clearTimeout(slow);
      clearTimeout(timer);
      this.#closing.signal.removeEventListener('abort', giveUp);
    }
  }

  /** Stops waiting for every running invocation, so that nothing keeps the process alive. */
  close(): void {
    this.#closing.abort();
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(handler: LambdaHandler, payload: string, context: LambdaContext): Promise<Invocation> {
    try {
      const output = await call(handler, JSON.parse(payload), context);
      return { kind: 'returned', payload: serialise(output) };
    } catch (error) {
      this.#log(`${context.functionName} threw ${inspect(error)}`);
      return { kind: 'failed', errorMessage: errorMessageOf(error) };
    }
  }

  #warnOfCallback(arn: string, handler: LambdaHandler): void {
    if (handler.length < 3 || this.#callbackStyle.has(handler)) return;
    this.#callbackStyle.add(handler);
    this.#log(
      `${nameIn(arn)} takes a callback: Node.js 24 on Lambda no longer runs such functions. Make it an async function that returns the event.`,
    );
  }

  #warnOfSlowness({ functionName }: LambdaContext, timeoutMs: number): void {
    this.#log(
      `${functionName} has not answered for ${SLOW_MS / 1000} second: Cognito waits for ${timeoutMs / 1000}.`,
    );
  }
}

/** In Lambda's own words. */
function timeoutMessage({ functionName, awsRequestId }: LambdaContext, timeoutMs: number): string {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return `${functionName}: ${new Date().toISOString()} ${awsRequestId} Task timed out after ${seconds} seconds`;
}

async function call(
  handler: LambdaHandler,
  event: unknown,
  context: LambdaContext,
): Promise<unknown> {
  const fn = handler as (event: unknown, context: LambdaContext, callback: Callback) => unknown;
  const called = Promise.withResolvers<unknown>();
  const output = fn(event, context, (error, result) => {
    if (error === undefined || error === null) called.resolve(result);
    else called.reject(error);
  });
  const callbackStyle = handler.length >= 3 && !(output instanceof Promise);
  return callbackStyle ? called.promise : output;
}

/** The Node runtime turns `undefined` into `null`; a function or symbol leaves no text at all. */
function serialise(output: unknown): string {
  try {
    return JSON.stringify(output === undefined ? null : output) ?? '';
  } catch (cause) {
    throw new Error('Unable to stringify response body', { cause });
  }
}

function errorMessageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack';
  }
}

function createContext(arn: string, deadline: number): LambdaContext {
  const functionName = nameIn(arn);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: '128',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function arnOf(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

/** The ARN without a version or alias. */
function unqualified(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

/** @param arn with or without a version or alias */
export function nameIn(arn: string): string {
  return arn.split(':')[6] ?? '';
}
