/** What may be logged of an event or an error: enough to find a fault, never a code, session or number. */
import type { TriggerEvent } from '../dispatcher.ts';
import { ConfigError } from '../settings.ts';

/** The event's outline: which fields it has and how long their text is. */
export function outlineEvent(event: TriggerEvent): Record<string, unknown> {
  const { version, region, userPoolId, callerContext, triggerSource, request } = event;
  return {
    version,
    region,
    userPoolId,
    callerContext,
    triggerSource,
    request: outline(request),
  };
}

// Their values are Cognito's own words; every other text may come from a user.
const PLAIN_FIELDS = new Set(['challengeName', 'challengeResult', 'userNotFound']);

// Maps whose very keys are the client's to choose.
const CLIENT_MAPS = new Set(['clientMetadata', 'validationData']);

function outline(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => outline(item));
  }
  if (typeof value === 'object' && value !== null) {
    if (CLIENT_MAPS.has(field)) {
      return `(${Object.keys(value).length} entries)`;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, held]) => [key, outline(held, key)]),
    );
  }
  return typeof value !== 'string' || PLAIN_FIELDS.has(field)
    ? value
    : `(${value.length} characters)`;
}

export interface FaultDescription {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  /** Where it was thrown: the stack without its first lines, which repeat the message. */
  readonly stack: readonly string[];
  readonly cause?: FaultDescription;
}

const MAX_CAUSES = 5;

/** Tells what went wrong and where, with everything that could be a code, a number or a session blotted out. */
export function describeFault(error: unknown, depth = 0): FaultDescription {
  if (!(error instanceof Error)) {
    return { name: typeof error, message: redact(String(error)), stack: [] };
  }
  return {
    name: redact(error.name),
    // A ConfigError is written for the operator and repeats no secret; its numbers are what it is about.
    message: error instanceof ConfigError ? error.message : redact(error.message),
    ...('code' in error && typeof error.code === 'string' ? { code: redact(error.code) } : {}),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .map((line) => line.trim()),
    ...(error.cause === undefined || depth === MAX_CAUSES
      ? {}
      : { cause: describeFault(error.cause, depth + 1) }),
  };
}

/** Blots out runs of four or more digits, however grouped, and long tokens that hold a digit. */
function redact(text: string): string {
  return text
    .slice(0, 1000)
    .replace(/(?=[\w-]*\d)[\w-]{20,}/g, '(redacted)')
    .replace(/\d(?:[\s-]?\d){3,}/g, '(redacted)');
}
