/** A user pool and an app client that are right for signing in by a code alone. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { except } from './exceptions.ts';

/** A pool whose users are known by their phone number, which Cognito itself sends nothing to. */
export function createPhoneUserPool(scope: Construct, signUp: boolean): UserPool {
  const userPool = new UserPool(scope, 'UserPool', {
    signInAliases: { phone: true },
    // Unset, a new pool is on the dearer plan, whose own ways to sign in nobody uses here.
    featurePlan: FeaturePlan.LITE,
    // The function sends all SMS, and marks a number as verified once a code has proven it.
    autoVerify: { phone: false },
    enableSmsRole: false,
    selfSignUpEnabled: signUp,
    // No client takes a password: one can neither be forgotten nor recovered.
    accountRecovery: AccountRecovery.NONE,
    mfa: Mfa.OFF,
    passwordPolicy: {
      minLength: 12,
      requireDigits: true,
      requireLowercase: true,
      requireSymbols: true,
      requireUppercase: true,
    },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  except(userPool, 'userPool');
  return userPool;
}

/**
 * An app client that signs in by a code alone, and can't let users write their number.
 *
 * @param lifetimeMs milliseconds that a code lives.
 */
export function addPhoneClient(userPool: UserPool, lifetimeMs: number): UserPoolClient {
  return userPool.addClient('App', {
    authFlows: { custom: true },
    disableOAuth: true,
    preventUserExistenceErrors: true,
    // No shorter than a code lives, so that the code's life is what ends a round.
    authSessionValidity: Duration.minutes(Math.max(5, Math.ceil(lifetimeMs / 60_000))),
    writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
  });
}
