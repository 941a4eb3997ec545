/** Plays Cognito's part in one sign-in: calls Define, Create and Verify with the events that Cognito sends. */
import type { Context } from 'aws-lambda';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { context } from './function.ts';

/** The function, or any other that answers these events. */
type Handler = (event: TriggerEvent, context: Context) => Promise<unknown>;

export type Step =
  | { readonly kind: 'challenge'; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'password' }
  | { readonly kind: 'tokens' }
  | { readonly kind: 'failed' };

export interface DrivenUser {
  readonly userName: string;
  readonly userAttributes: Record<string, string>;
  readonly userNotFound?: boolean;
}

export const KNOWN_USER: DrivenUser = {
  userName: '6f1c0f8e-aaaa-4bbb-8ccc-0123456789ab',
  userAttributes: {
    sub: '6f1c0f8e-aaaa-4bbb-8ccc-0123456789ab',
    'cognito:user_status': 'CONFIRMED',
    phone_number_verified: 'true',
    phone_number: '+12025554567',
  },
  userNotFound: false,
};

export const UNKNOWN_USER: DrivenUser = {
  userName: '9a1f0c3e-dddd-3eee-8fff-ba9876543210',
  userAttributes: {},
  userNotFound: true,
};

/** A known user with another number, and so another account. */
export function userWithNumber(phoneNumber: string): DrivenUser {
  const userName = `user-of-${phoneNumber.slice(1)}`;
  return {
    ...KNOWN_USER,
    userName,
    userAttributes: { ...KNOWN_USER.userAttributes, sub: userName, phone_number: phoneNumber },
  };
}

interface CompletedRound {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata: string | null;
}

export class SignInDriver {
  /** Every event as the function returned it, oldest first. */
  readonly answers: TriggerEvent[] = [];
  readonly session: CompletedRound[];
  readonly #handler: Handler;
  readonly #user: DrivenUser;
  #challenge: { metadata: string | null; private: Record<string, string> } | undefined;

  constructor(handler: Handler, user = KNOWN_USER, session: readonly CompletedRound[] = []) {
    this.#handler = handler;
    this.#user = user;
    this.session = [...session];
  }

  start(): Promise<Step> {
    return this.#next({});
  }

  /** Answers the open round, with the ClientMetadata of this one call. */
  async answer(challengeAnswer: string, clientMetadata?: Record<string, string>): Promise<Step> {
    const extra = clientMetadata === undefined ? {} : { clientMetadata };
    const { response } = await this.#call('VerifyAuthChallengeResponse_Authentication', {
      privateChallengeParameters: this.#challenge?.private ?? {},
      challengeAnswer,
      ...extra,
    });
    this.session.push({
      challengeName: 'CUSTOM_CHALLENGE',
      challengeResult: response.answerCorrect === true,
      challengeMetadata: this.#challenge?.metadata ?? null,
    });
    return this.#next(extra);
  }

  /** Has the open round's answer checked, and goes no further: as often, and as many at once, as one likes. */
  async check(challengeAnswer: string): Promise<boolean> {
    const { response } = await this.#call('VerifyAuthChallengeResponse_Authentication', {
      privateChallengeParameters: this.#challenge?.private ?? {},
      challengeAnswer,
    });
    return response.answerCorrect === true;
  }

  resend(): Promise<Step> {
    return this.answer('resend', { action: 'resend' });
  }

  async #next(extra: object): Promise<Step> {
    const session = this.session;
    const { response: decision } = await this.#call('DefineAuthChallenge_Authentication', {
      session,
      ...extra,
    });
    if (decision.failAuthentication === true) {
      return { kind: 'failed' };
    }
    if (decision.issueTokens === true) {
      return { kind: 'tokens' };
    }
    const challengeName = decision.challengeName;
    if (challengeName !== 'CUSTOM_CHALLENGE') {
      return { kind: 'password' };
    }
    const { response } = await this.#call('CreateAuthChallenge_Authentication', {
      challengeName,
      session,
      ...extra,
    });
    this.#challenge = {
      metadata: response.challengeMetadata as string | null,
      private: response.privateChallengeParameters as Record<string, string>,
    };
    const parameters = response.publicChallengeParameters as Record<string, string>;
    return { kind: 'challenge', parameters };
  }

  async #call(triggerSource: keyof typeof EMPTY_RESPONSES, request: object) {
    const { userName, userAttributes, userNotFound } = this.#user;
    const event = structuredClone({
      version: '1',
      region: 'eu-west-1',
      userPoolId: 'eu-west-1_Abc123XyZ',
      userName,
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '3n4b5urk1ft4fl3mg5' },
      triggerSource,
      request: {
        userAttributes,
        ...request,
        ...(userNotFound === undefined ? {} : { userNotFound }),
      },
      response: EMPTY_RESPONSES[triggerSource],
    });
    // The published types leave out the nulls that Cognito really sends.
    const answer = await this.#handler(event as unknown as TriggerEvent, context);
    this.answers.push(answer as TriggerEvent);
    return answer as { response: Record<string, unknown> };
  }
}

const EMPTY_RESPONSES = {
  DefineAuthChallenge_Authentication: {
    challengeName: null,
    issueTokens: null,
    failAuthentication: null,
  },
  CreateAuthChallenge_Authentication: {
    publicChallengeParameters: null,
    privateChallengeParameters: null,
    challengeMetadata: null,
  },
  VerifyAuthChallengeResponse_Authentication: { answerCorrect: null },
};
