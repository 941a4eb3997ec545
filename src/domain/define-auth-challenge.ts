import { MAX_ROUNDS, type OtpPolicy } from './otp-policy.ts';
import type { ChallengeRepository } from './ports/challenge-repository.ts';
import {
  CUSTOM_CHALLENGE,
  PASSWORD_VERIFIER,
  type Round,
  referenceScopeOf,
  type SignInRequest,
  SRP_A,
} from './sign-in.ts';

/** A sign-in that wants to know how it goes on. */
export interface DefineRequest extends SignInRequest {
  /** All completed rounds, oldest first. */
  readonly rounds: readonly Round[];
}

/** What comes next in the sign-in. */
export type DefineOutcome =
  | { readonly kind: 'code-asked' }
  | { readonly kind: 'password-asked' }
  | { readonly kind: 'tokens-issued' }
  | { readonly kind: 'failed'; readonly reason: FailureReason };

/** Why a sign-in ended without tokens. */
export type FailureReason =
  | 'attempts-used-up'
  | 'too-many-rounds'
  | 'user-not-found'
  | 'password-missing'
  | 'password-wrong'
  /** An unknown challenge, or a known one out of its order. */
  | 'unexpected-round'
  /** The last round's metadata is not of our making, so its counts can't be known. */
  | 'foreign-metadata';

/** How a sign-in is to go. */
export interface DefineSettings {
  /** Whether a password is asked for before the code. */
  readonly passwordFirst: boolean;
  /** Whether users who don't exist get rounds as any other. */
  readonly hideUserExistence: boolean;
}

/**
 * Rounds that Cognito may put in itself between a right password and ours: a new password, a known device, MFA.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
 */
const AFTER_PASSWORD: ReadonlySet<string> = new Set([
  'NEW_PASSWORD_REQUIRED',
  'DEVICE_SRP_AUTH',
  'DEVICE_PASSWORD_VERIFIER',
  'SMS_MFA',
  'EMAIL_OTP',
  'SOFTWARE_TOKEN_MFA',
  'SELECT_MFA_TYPE',
  'MFA_SETUP',
]);

/** Decides, from the rounds so far, whether to ask for a code, issue tokens or fail. */
export class DefineAuthChallenge {
  readonly #challenges: ChallengeRepository;
  readonly #policy: OtpPolicy;
  readonly #settings: DefineSettings;

  constructor(challenges: ChallengeRepository, policy: OtpPolicy, settings: DefineSettings) {
    this.#challenges = challenges;
    this.#policy = policy;
    this.#settings = settings;
  }

  async execute(request: DefineRequest): Promise<DefineOutcome> {
    const firstCode = request.rounds.findIndex(isCodeRound);
    const opening = firstCode === -1 ? request.rounds : request.rounds.slice(0, firstCode);
    const codeRounds = request.rounds.slice(opening.length);

    const { passwordFirst, hideUserExistence } = this.#settings;
    if (request.userNotFound && !hideUserExistence) {
      return failed('user-not-found');
    }
    const next = passwordFirst ? afterPasswordOpening(opening) : afterPlainOpening(opening);
    if (codeRounds.length === 0 || next.kind === 'failed') {
      return next;
    }
    return next.kind === 'code-asked'
      ? this.#afterCodeRounds(request, codeRounds)
      : failed('unexpected-round');
  }

  async #afterCodeRounds(request: DefineRequest, rounds: readonly Round[]): Promise<DefineOutcome> {
    const last = rounds.at(-1);
    const inOrder = rounds.every(
      (round) => isCodeRound(round) && (!round.passed || round === last),
    );
    if (last === undefined || !inOrder) {
      return failed('unexpected-round');
    }
    const { reference } = last;
    if (reference === undefined) {
      return failed('foreign-metadata');
    }
    if (last.passed) {
      return this.#afterRightAnswer(reference, request);
    }
    const found = await this.#challenges.find(reference, referenceScopeOf(request));
    if (found === undefined) {
      return failed('foreign-metadata');
    }
    const { failures } = request.resendRequested ? found : this.#challenges.afterAnswer(found);
    if (failures >= this.#policy.maxAttempts) {
      return failed('attempts-used-up');
    }
    return rounds.length >= MAX_ROUNDS ? failed('too-many-rounds') : { kind: 'code-asked' };
  }

  /** That it was right is our own Verify's word, if the round is ours: nothing else needs to be read. */
  async #afterRightAnswer(reference: string, request: DefineRequest): Promise<DefineOutcome> {
    if (!(await this.#challenges.recognises(reference, referenceScopeOf(request)))) {
      return failed('foreign-metadata');
    }
    return request.userNotFound ? failed('user-not-found') : { kind: 'tokens-issued' };
  }
}

function isCodeRound(round: Round): boolean {
  return round.challengeName === CUSTOM_CHALLENGE;
}

/** Older iOS clients open even a passwordless sign-in with `SRP_A`; no password is asked for it. */
function afterPlainOpening(opening: readonly Round[]): DefineOutcome {
  const [first, ...others] = opening;
  const inOrder = first === undefined || (isStep(first, SRP_A) && others.length === 0);
  return inOrder ? { kind: 'code-asked' } : failed('unexpected-round');
}

function afterPasswordOpening(opening: readonly Round[]): DefineOutcome {
  const [srp, password, ...others] = opening;
  if (srp === undefined) {
    return failed('password-missing');
  }
  if (!isStep(srp, SRP_A)) {
    return failed('unexpected-round');
  }
  if (password === undefined) {
    return { kind: 'password-asked' };
  }
  if (password.challengeName !== PASSWORD_VERIFIER) {
    return failed('unexpected-round');
  }
  if (!password.passed) {
    return failed(others.length > 0 ? 'unexpected-round' : 'password-wrong');
  }
  return others.every(({ challengeName, passed }) => passed && AFTER_PASSWORD.has(challengeName))
    ? { kind: 'code-asked' }
    : failed('unexpected-round');
}

function isStep(round: Round, challengeName: string): boolean {
  return round.challengeName === challengeName && round.passed;
}

function failed(reason: FailureReason): DefineOutcome {
  return { kind: 'failed', reason };
}
