/**
 * The Session strings that tie the rounds of one sign-in together: opaque, good for one answer,
 * good for a few minutes. Everything they stand for stays on this side.
 */
import { randomBytes } from 'node:crypto';
import { notAuthorized } from './errors.ts';

interface Entry<State> {
  readonly state: State;
  readonly expiresAt: number;
  used: boolean;
}

export interface OpenSession<State> {
  readonly state: State;
  /**
   * Burns the session. Of several callers that hold it, the first goes on.
   * @throws CognitoError NotAuthorizedException for all the others
   */
  consume(): void;
}

/** How long after its expiry a session is still told apart from one that never existed. */
const TOMBSTONE_MS = 60 * 60 * 1000;

export class SessionStore<State> {
  readonly #entries = new Map<string, Entry<State>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(state: State, validityMs: number): string {
    this.#forgetOld();
    const session = randomBytes(96).toString('base64url');
    this.#entries.set(session, { state, expiresAt: this.#now() + validityMs, used: false });
    return session;
  }

  /**
   * Looks a session up without burning it, so that a request refused for its own faults can be
   * repeated.
   * @param owns whether the session was made for this caller
   * @throws CognitoError NotAuthorizedException
   */
  open(session: string, owns: (state: State) => boolean): OpenSession<State> {
    const entry = this.#entries.get(session);
    if (entry === undefined || !owns(entry.state)) {
      throw notAuthorized('Invalid session for the user.');
    }
    const refuseUsed = () => {
      if (entry.used) {
        throw notAuthorized('Invalid session for the user, session can only be used once.');
      }
    };
    refuseUsed();
    if (this.#now() >= entry.expiresAt) {
      throw notAuthorized('Invalid session for the user, session is expired.');
    }
    const consume = () => {
      refuseUsed();
      entry.used = true;
    };
    return { state: entry.state, consume };
  }

  #forgetOld(): void {
    const horizon = this.#now() - TOMBSTONE_MS;
    for (const [session, entry] of this.#entries) {
      if (entry.expiresAt < horizon) this.#entries.delete(session);
    }
  }
}
