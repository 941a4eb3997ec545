/** How users get another password: the signed-in one changes it, the forgetful one has a code sent. */
import {
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { callerOf } from './access-token.ts';
import { checkSecretHash } from './app-client.ts';
import { findNamed, findRecipient } from './caller.ts';
import { checkCode, codesWithout, decoyDelivery, expiredCode, sendCode } from './code-delivery.ts';
import { incorrectUsernameOrPassword, notAuthorized } from './errors.ts';
import { publicOperation } from './operation.ts';
import { checkPassword } from './password-policy.ts';
import { checkRecoverable, checkRecoveryByUser, recoveryAttribute } from './password-recovery.ts';
import { passwordPolicyOf } from './pool-options.ts';
import { isPassword } from './srp.ts';
import { postConfirmationEvent } from './trigger-events.ts';

export const passwordOperations = [
  publicOperation(ChangePasswordCommand, async (service, input) => {
    const { pool, user } = await callerOf(service, input.AccessToken);
    const { PreviousPassword: previous, ProposedPassword: proposed } = input;
    // Someone who never had a password sets a first one without any.
    if (user.password !== undefined) {
      const right =
        previous !== undefined && isPassword(user.password, pool.shortId, user.username, previous);
      if (!right) throw incorrectUsernameOrPassword();
    }
    checkPassword(passwordPolicyOf(pool.settings.options), proposed);
    pool.setPassword(user, proposed, service.now());
    return {};
  }),

  publicOperation(ForgotPasswordCommand, (service, input) => {
    const target = service.pools.client(input.ClientId);
    const { pool } = target;
    checkSecretHash(target.client, input.Username, input.SecretHash);
    checkRecoveryByUser(pool);
    const user = findRecipient(target, input.Username);
    // Nobody learns from this call that there is no such user.
    if (user === undefined) {
      return { CodeDeliveryDetails: decoyDelivery(input.Username) };
    }
    checkRecoverable(user);
    const attribute = recoveryAttribute(pool, user);
    return { CodeDeliveryDetails: sendCode(service, pool, user, 'new-password', attribute) };
  }),

  publicOperation(ConfirmForgotPasswordCommand, async (service, input) => {
    const target = service.pools.client(input.ClientId);
    const { pool } = target;
    checkSecretHash(target.client, input.Username, input.SecretHash);
    const user = findNamed(target, input.Username);
    if (user === undefined) throw expiredCode();
    if (!user.enabled) throw notAuthorized('User is disabled.');
    checkCode(service, user, 'new-password', input.ConfirmationCode);
    checkPassword(passwordPolicyOf(pool.settings.options), input.Password);
    const changed = pool.setPassword(user, input.Password, service.now());
    const codes = codesWithout(user, 'new-password');
    const confirmed = pool.update(changed, { status: 'CONFIRMED', codes }, service.now());
    const { ClientMetadata } = input;
    const event = postConfirmationEvent(target, confirmed, 'ConfirmForgotPassword', ClientMetadata);
    await service.triggers.runIfAttached(pool, 'PostConfirmation', event);
    return {};
  }),
];
