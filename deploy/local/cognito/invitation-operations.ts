/** AdminCreateUser: a user made by an administrator, who is told so with a temporary password. */
import {
  AdminCreateUserCommand,
  type AdminCreateUserRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import { attributeMap, validationDataMap } from './attributes.ts';
import { deliver } from './code-delivery.ts';
import { describeListedUser } from './describe-user.ts';
import { CognitoError } from './errors.ts';
import { adminOperation } from './operation.ts';
import { checkPassword } from './password-policy.ts';
import { invitation, type Medium } from './pool-messages.ts';
import { passwordPolicyOf } from './pool-options.ts';
import type { Checked } from './request-shape.ts';
import type { CognitoService } from './service.ts';
import { createTemporaryPassword, temporaryPasswordExpiry } from './temporary-password.ts';
import { preSignUpEvent } from './trigger-events.ts';
import type { User } from './user.ts';
import { findUser } from './user-operations.ts';
import type { UserPool } from './user-pool.ts';

type Input = Checked<AdminCreateUserRequest>;

export const invitationOperations = [
  adminOperation(AdminCreateUserCommand, async (service, input) => {
    const pool = service.pools.pool(input.UserPoolId);
    const { TemporaryPassword } = input;
    if (TemporaryPassword !== undefined) {
      checkPassword(passwordPolicyOf(pool.settings.options), TemporaryPassword);
    }
    const user =
      input.MessageAction === 'RESEND'
        ? findInvited(service, input)
        : await createUser(service, pool, input);
    return { User: describeListedUser(invite(service, pool, user, input)) };
  }),
];

async function createUser(service: CognitoService, pool: UserPool, input: Input): Promise<User> {
  const attributes = attributeMap(input.UserAttributes);
  const identity = pool.identify(input.Username, attributes, 'User account already exists');
  const event = preSignUpEvent(
    { pool, client: undefined, username: identity.username },
    identity.attributes,
    validationDataMap(input.ValidationData),
    input.ClientMetadata,
  );
  await service.triggers.runIfAttached(pool, 'PreSignUp', event);
  const conflict = input.ForceAliasCreation === true ? 'move' : 'refuse';
  return pool.create(identity, 'FORCE_CHANGE_PASSWORD', service.now(), conflict);
}

/** Only who never signed in can be invited again. */
function findInvited(service: CognitoService, input: Input): User {
  const { user } = findUser(service, input);
  if (user.status === 'FORCE_CHANGE_PASSWORD') return user;
  const message = `Resend not possible. ${user.username} status is not FORCE_CHANGE_PASSWORD`;
  throw new CognitoError('UnsupportedUserStateException', message);
}

/** Sends the password wherever it was asked for and the user can be reached: by SMS if not said. */
function invite(service: CognitoService, pool: UserPool, user: User, input: Input): User {
  const { MessageAction, DesiredDeliveryMediums: media = ['SMS'] } = input;
  const ways = MessageAction === 'SUPPRESS' ? [] : waysTo(user, media);
  const made = ways.length === 0 ? undefined : createTemporaryPassword(pool);
  const password = input.TemporaryPassword ?? made;
  if (password === undefined) return user;
  for (const [medium, to] of ways) {
    deliver(
      service,
      medium,
      to,
      invitation(pool.settings.options, medium, input.Username, password),
    );
  }
  const now = service.now();
  return pool.setPassword(user, password, now, temporaryPasswordExpiry(pool, now));
}

function waysTo({ attributes }: User, media: readonly Medium[]): readonly [Medium, string][] {
  return media.flatMap((medium) => {
    const to = attributes.get(medium === 'SMS' ? 'phone_number' : 'email');
    return to === undefined ? [] : [[medium, to] as [Medium, string]];
  });
}
