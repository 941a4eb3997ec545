/** What a challenge asks for, and the answers to it. */
import { missingParameter } from './errors.ts';
import type { PendingChallenge } from './pending-sign-in.ts';
import type { PasswordClaim, SrpExchange } from './srp.ts';
import type { CreatedChallenge } from './trigger-response.ts';

/** An answer together with what it answers. */
export type ChallengeAnswer =
  | { readonly kind: 'custom'; readonly created: CreatedChallenge; readonly text: string }
  | { readonly kind: 'password'; readonly exchange: SrpExchange; readonly claim: PasswordClaim }
  | {
      readonly kind: 'new-password';
      readonly password: string;
      readonly attributes: ReadonlyMap<string, string>;
    };

type Responses = Readonly<Record<string, string>>;

/** @throws CognitoError InvalidParameterException where the responses lack what the challenge asks */
export function readAnswer(challenge: PendingChallenge, responses: Responses): ChallengeAnswer {
  const response = (name: string) => {
    const value = responses[name];
    if (value === undefined) throw missingParameter(name);
    return value;
  };
  switch (challenge.name) {
    case 'CUSTOM_CHALLENGE':
      return { kind: 'custom', created: challenge.created, text: response('ANSWER') };
    case 'PASSWORD_VERIFIER': {
      const claim = {
        timestamp: response('TIMESTAMP'),
        secretBlock: response('PASSWORD_CLAIM_SECRET_BLOCK'),
        signature: response('PASSWORD_CLAIM_SIGNATURE'),
      };
      return { kind: 'password', exchange: challenge.exchange, claim };
    }
    case 'NEW_PASSWORD_REQUIRED':
      return {
        kind: 'new-password',
        password: response('NEW_PASSWORD'),
        attributes: attributesIn(responses),
      };
  }
}

/** They come with a prefix, such as `userAttributes.name`. */
function attributesIn(responses: Responses): ReadonlyMap<string, string> {
  const prefix = 'userAttributes.';
  return new Map(
    Object.entries(responses).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}
