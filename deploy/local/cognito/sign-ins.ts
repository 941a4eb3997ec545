/** What is remembered of every sign-in after its tokens went out: refreshing and revoking need it. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AppClient } from './app-client.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

/** One sign-in. All tokens that ever come of it share `originJti` and `eventId`. */
export interface SignIn {
  readonly clientId: string;
  readonly username: string;
  readonly sub: string;
  readonly originJti: string;
  readonly eventId: string;
  /** Epoch milliseconds. */
  readonly authenticatedAt: number;
  readonly refreshExpiresAt: number;
}

interface RefreshEntry {
  readonly signIn: SignIn;
  /** When a rotated token was replaced, epoch milliseconds. */
  readonly replacedAt: number | undefined;
}

export class SignIns {
  readonly #byRefreshToken = new Map<string, RefreshEntry>();
  readonly #byEventId = new Map<string, SignIn>();
  readonly #revoked = new Set<SignIn>();

  start(client: AppClient, user: User, now: number): SignIn {
    const signIn: SignIn = {
      clientId: client.id,
      username: user.username,
      sub: user.sub,
      originJti: randomUUID(),
      eventId: randomUUID(),
      authenticatedAt: now,
      refreshExpiresAt: now + client.refreshTokenSeconds * 1000,
    };
    this.#byEventId.set(signIn.eventId, signIn);
    return signIn;
  }

  issueRefreshToken(signIn: SignIn): string {
    const token = randomBytes(192).toString('base64url');
    this.#byRefreshToken.set(token, { signIn, replacedAt: undefined });
    return token;
  }

  /** Gives out another refresh token in place of this one. */
  rotate(token: string, signIn: SignIn, now: number): string {
    this.#byRefreshToken.set(token, { signIn, replacedAt: now });
    return this.issueRefreshToken(signIn);
  }

  ofRefreshToken(token: string): RefreshEntry | undefined {
    return this.#byRefreshToken.get(token);
  }

  /** The sign-in an access token comes of, by the token's `event_id`. */
  ofEvent(eventId: string): SignIn | undefined {
    return this.#byEventId.get(eventId);
  }

  /** Ends a sign-in: its refresh token and every access token that came of it. */
  revoke(signIn: SignIn): void {
    this.#revoked.add(signIn);
  }

  /** Ends every sign-in of a user, on whatever device. */
  revokeAllOf(pool: UserPool, user: User, now: number): void {
    for (const signIn of this.#byEventId.values()) {
      if (signIn.sub === user.sub) this.revoke(signIn);
    }
    pool.update(user, { tokensNotBefore: now }, now);
  }

  isRevoked(signIn: SignIn): boolean {
    return this.#revoked.has(signIn);
  }
}
