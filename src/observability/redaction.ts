/** What may be logged of an error: enough to find a fault, never a code, session or number. */
import { ConfigError } from '../settings.ts';

/** An error as the log tells it. */
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
