/** One user's sign-in over HTTP, by the AWS SDK. */
import {
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DEFAULT_CLIENT_ID } from '../../../deploy/local/endpoint.ts';

/** What a round says to the user's app. */
export type Round = Readonly<Record<string, string>>;

/** Always answers with the newest session. */
export class UserSignIn {
  readonly #cognito: CognitoIdentityProviderClient;
  readonly #username: string;
  #session: string | undefined;

  constructor(cognito: CognitoIdentityProviderClient, username: string) {
    this.#cognito = cognito;
    this.#username = username;
  }

  async start(): Promise<Round> {
    const { Session, ChallengeParameters = {} } = await this.#cognito.send(
      new InitiateAuthCommand({
        AuthFlow: 'CUSTOM_AUTH',
        ClientId: DEFAULT_CLIENT_ID,
        AuthParameters: { USERNAME: this.#username },
      }),
    );
    this.#session = Session;
    return ChallengeParameters;
  }

  /** @returns the next round, if the answer did not sign the user in. */
  async answer(code: string): Promise<Round | 'signed in'> {
    const { Session, ChallengeParameters, AuthenticationResult } = await this.#cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: DEFAULT_CLIENT_ID,
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session: this.#session,
        ChallengeResponses: { USERNAME: this.#username, ANSWER: code },
      }),
    );
    this.#session = Session;
    return AuthenticationResult === undefined ? (ChallengeParameters ?? {}) : 'signed in';
  }
}
