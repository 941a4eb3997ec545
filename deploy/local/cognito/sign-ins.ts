/** What is remembered of every sign-in after its tokens went out. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AppClient } from './app-client.ts';
import type { User } from './user-pool.ts';

/** One sign-in. All tokens that ever come of it share `originJti`. */
export interface SignIn {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly username: string;
  readonly originJti: string;
  readonly eventId: string;
  readonly authenticatedAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
}

export class SignIns {
  readonly #byRefreshToken = new Map<string, SignIn>();

  start(client: AppClient, user: User, now: number): SignIn {
    const signIn: SignIn = {
      userPoolId: client.userPoolId,
      clientId: client.id,
      username: user.username,
      originJti: randomUUID(),
      eventId: randomUUID(),
      authenticatedAt: now,
      refreshToken: randomBytes(192).toString('base64url'),
      refreshExpiresAt: now + client.refreshTokenSeconds * 1000,
    };
    this.#byRefreshToken.set(signIn.refreshToken, signIn);
    return signIn;
  }
}
