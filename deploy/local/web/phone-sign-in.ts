/**
 * Phone sign-in by one-time code, on aws-amplify 6. Copy this file into your app: it needs nothing
 * but `Amplify.configure(…)` before the first call, and knows nothing of your user interface.
 *
 * ```ts
 * let step = await startSignIn('+12025554567');
 * while (step.kind === 'code') {
 *   const typed = await askUser(step.round);     // your screen: step.round says what to show
 *   step = typed === 'again' ? await resendCode() : await answerCode(typed);
 * }
 * const { tokens } = await fetchAuthSession();   // of aws-amplify/auth
 * ```
 *
 * Every function throws {@link PhoneSignInError} and nothing else. A wrong code is no error: it
 * brings another round.
 */
import { confirmSignIn, type SignInOutput, signIn, signUp } from 'aws-amplify/auth';

/** What became of the last step, as the contract in deploy/clients.md lays it down. */
export const codeStatuses = [
  ...(['SENT', 'INCORRECT', 'RESENT', 'RESEND_TOO_SOON', 'RESEND_LIMIT'] as const),
  ...(['THROTTLED', 'EXPIRED', 'DELIVERY_FAILED'] as const),
] as const;
export type CodeStatus = (typeof codeStatuses)[number];

/**
 * One round of a sign-in: the public parameters as numbers and times, which JSON can hold. Keep it
 * in sessionStorage to survive a reload: Amplify keeps its own half there too.
 */
export interface CodeRound {
  readonly status: CodeStatus;
  /** The same in English, for people. */
  readonly message: string;
  /** The number, masked: `+*******4567`; empty where the function shows no digit of it. */
  readonly destination: string;
  /** Digits in a code; undefined where the function does not tell. */
  readonly codeLength?: number | undefined;
  /** Wrong codes that are still allowed, the next one included. */
  readonly attemptsRemaining: number;
  /** New codes that may still be asked for. */
  readonly resendsRemaining: number;
  /** When the code stops being valid, in epoch milliseconds of this device. */
  readonly expiresAt: number;
  /** From when on a new code may be asked for. */
  readonly resendAt: number;
  /** After a reload, Amplify can take the sign-in up again until then, and no longer. */
  readonly resumableUntil: number;
}

export type SignInStep =
  | { readonly kind: 'code'; readonly round: CodeRound }
  | { readonly kind: 'signed-in' };

export type Problem =
  /**
   * From `startSignIn`: no such user, one who may not sign in, or a function that wants a password
   * first. Later the sign-in is over: too many wrong codes, or too many rounds.
   */
  | 'refused'
  /** The sign-in took too long, or this page has lost it: start again. */
  | 'session-lost'
  | 'account-exists'
  /** The pool wants the account confirmed in its own way first. */
  | 'account-not-confirmed'
  | 'too-many-requests'
  /** No answer: try the same again. */
  | 'unreachable'
  /** Anything else; `message` is what the service said. */
  | 'failed';

export class PhoneSignInError extends Error {
  override readonly name = 'PhoneSignInError';
  readonly problem: Problem;

  constructor(problem: Problem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

/** Makes an account for a number. It can be used once its first code was right. */
export async function createAccount(phoneNumber: string): Promise<void> {
  const { isSignUpComplete } = await translateErrors(() =>
    signUp({
      username: phoneNumber,
      // Cognito wants a password. Nobody will ever type this one, and nothing keeps it.
      password: unguessablePassword(),
    }),
  );
  if (!isSignUpComplete) throw notConfirmed();
}

/**
 * Asks for a code by SMS. A number without an account looks the same, but gets none; a function with
 * HIDE_USER_EXISTENCE=false refuses it.
 */
export async function startSignIn(phoneNumber: string): Promise<SignInStep> {
  return nextStep(() =>
    signIn({ username: phoneNumber, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } }),
  );
}

export async function answerCode(code: string): Promise<SignInStep> {
  return nextStep(() => confirmSignIn({ challengeResponse: code }));
}

/** Asks for a new code. It does not count as a try. */
export async function resendCode(): Promise<SignInStep> {
  return nextStep(() =>
    confirmSignIn({
      challengeResponse: 'resend',
      options: { clientMetadata: { action: 'resend' } },
    }),
  );
}

async function nextStep(call: () => Promise<SignInOutput>): Promise<SignInStep> {
  const { nextStep: next } = await translateErrors(call);
  switch (next.signInStep) {
    case 'DONE':
      return { kind: 'signed-in' };
    case 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE':
      return { kind: 'code', round: readRound(next.additionalInfo ?? {}, Date.now()) };
    case 'CONFIRM_SIGN_UP':
      throw notConfirmed();
    default:
      throw new PhoneSignInError('failed', `This app has no screen for ${next.signInStep}.`);
  }
}

/** How long Amplify keeps a sign-in in sessionStorage, whatever the user pool allows. */
const AMPLIFY_KEEPS_MS = 3 * 60 * 1000;

/** @param now epoch milliseconds: the parameters say how long, a round says until when */
export function readRound(parameters: Readonly<Record<string, unknown>>, now: number): CodeRound {
  const text = (name: string) => String(parameters[name] ?? '');
  const whole = <T>(name: string, fallback: T) => {
    const value = Number.parseInt(text(name), 10);
    return Number.isNaN(value) ? fallback : value;
  };
  return {
    status: codeStatuses.find((known) => known === parameters.status) ?? 'SENT',
    message: text('message'),
    destination: numberOf(text('CODE_DELIVERY_DESTINATION')),
    codeLength: whole('codeLength', undefined),
    attemptsRemaining: whole('attemptsRemaining', 1),
    resendsRemaining: whole('resendsRemaining', 0),
    expiresAt: now + whole('expiresInSeconds', 180) * 1000,
    resendAt: now + whole('resendAfterSeconds', 0) * 1000,
    resumableUntil: now + AMPLIFY_KEEPS_MS,
  };
}

/**
 * Whether the code of a round is another than that of the round before: then only the new one works.
 * A new code counts as one, and is valid for longer; but time is told to the second only.
 */
export function hasNewCode(round: CodeRound, before: CodeRound): boolean {
  const isCounted = round.resendsRemaining !== before.resendsRemaining;
  return isCounted || round.expiresAt - before.expiresAt > 2000;
}

/** A mask without a digit stands for every number alike. */
function numberOf(destination: string): string {
  return /\d/.test(destination) ? destination : '';
}

async function translateErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new PhoneSignInError(problemOf(name, message), message, error);
  }
}

function problemOf(name: string, message: string): Problem {
  switch (name) {
    case 'NotAuthorizedException':
      return message.startsWith('Invalid session') ? 'session-lost' : 'refused';
    case 'UserNotFoundException': // of an app client that tells who is unknown
      return 'refused';
    case 'SignInException': // Amplify's own: it has no sign-in to go on with
      return 'session-lost';
    case 'UsernameExistsException':
      return 'account-exists';
    case 'TooManyRequestsException':
    case 'LimitExceededException':
    case 'ForbiddenException': // AWS WAF, where it limits what one IP address may call
      return 'too-many-requests';
    case 'NetworkError':
      return 'unreachable';
    default:
      return 'failed';
  }
}

function notConfirmed(): PhoneSignInError {
  return new PhoneSignInError('account-not-confirmed', 'This account is not confirmed yet.');
}

/** 256 random bits, and the kinds of characters that a password policy may ask for. */
function unguessablePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `Aa1!${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
