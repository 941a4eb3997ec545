/** The triggers of the custom-auth flow, which runs only where a pool has all three. */
export const customAuthTriggers = [
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
] as const;

/** The keys of a pool's LambdaConfig, which error texts use too. */
export const triggerNames = [
  ...customAuthTriggers,
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
] as const;

/** One of {@link triggerNames}. */
export type TriggerName = (typeof triggerNames)[number];
