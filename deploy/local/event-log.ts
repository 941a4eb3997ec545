/**
 * What happened inside a sign-in, for people who learn the custom-auth flow: every call of an app,
 * every run of a trigger, every refusal. Secrets are masked here, before anything leaves.
 */
import type { CognitoError } from './cognito/errors.ts';
import type { TriggerRun } from './cognito/triggers.ts';
import { isJsonObject, type Json } from './json.ts';
import type { Invocation } from './lambda.ts';
import type { LogEntry, TriggerOutcome } from './web/page-protocol.ts';

export type LogListener = (entry: LogEntry) => void;

type Refusal = Pick<CognitoError, 'code' | 'message'> & { readonly hint?: string | undefined };

/** Older entries are forgotten. */
const MAX_ENTRIES = 200;

export class EventLog {
  readonly #entries: LogEntry[] = [];
  readonly #listeners = new Set<LogListener>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Oldest first. */
  get entries(): readonly LogEntry[] {
    return [...this.#entries];
  }

  /** Calls `listener` for every entry from now on, until the returned function is called. */
  subscribe(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  called(operation: string): void {
    this.#add({ kind: 'call', at: this.#time(), operation });
  }

  ran({ trigger, event, result }: TriggerRun): void {
    const request = mask(event.request);
    this.#add({ kind: 'trigger', at: this.#time(), trigger, request, outcome: outcomeOf(result) });
  }

  refused(operation: string, { code, message, hint }: Refusal): void {
    this.#add({
      ...{ kind: 'refusal', at: this.#time(), operation, code, message: maskDigits(message) },
      ...(hint !== undefined && { hint: maskDigits(hint) }),
    });
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }

  #add(entry: LogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    for (const listener of this.#listeners) listener(entry);
  }
}

function outcomeOf(result: Invocation): TriggerOutcome {
  switch (result.kind) {
    case 'returned':
      return { kind: 'returned', response: mask(responseIn(result.payload)) };
    case 'failed':
      return { kind: 'failed', reason: maskDigits(result.errorMessage) };
    case 'timed-out':
      return { kind: 'failed', reason: 'It did not answer in time.' };
    case 'no-such-function':
      return { kind: 'failed', reason: 'There is no such function.' };
  }
}

function responseIn(payload: string): Json {
  try {
    const output: unknown = JSON.parse(payload);
    return isJsonObject(output) ? (output.response ?? null) : null;
  } catch {
    return null;
  }
}

/** Words of Cognito and of our contract with clients. Whatever else a text is, it may be a secret. */
const PLAIN = new Set([
  ...['challengeName', 'cognito:user_status', 'phone_number_verified', 'email_verified'],
  ...['status', 'message', 'CODE_DELIVERY_DELIVERY_MEDIUM', 'CODE_DELIVERY_DESTINATION'],
  ...['codeLength', 'expiresInSeconds', 'attemptsRemaining', 'resendsRemaining'],
  ...['resendAfterSeconds', 'action', 'resend', 'custom:resend'],
]);
const NUMBERS = new Set(['phone_number', 'cognito:phone_number_alias']);

function mask(value: Json, key = ''): Json {
  if (typeof value === 'string') return maskText(value, key);
  if (typeof value === 'number') return maskNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) return value.map((item) => mask(item, key));
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, mask(held, name)]));
}

function maskText(text: string, key: string): string {
  if (NUMBERS.has(key)) return text.replace(/\d(?=\d{4})/g, '*');
  return PLAIN.has(key) ? maskDigits(text) : `(${text.length} characters)`;
}

function maskNumber(value: number): Json {
  const masked = maskDigits(String(value));
  return masked === String(value) ? value : masked;
}

/** Another project's function may well say the code in a message. */
function maskDigits(text: string): string {
  return text.replace(/(?<![*\d])\d{4,}/g, (digits) => '*'.repeat(digits.length));
}
