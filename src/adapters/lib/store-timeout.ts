/**
 * Milliseconds that one call of a store may take, its second try included: several must fit into
 * Cognito's five seconds. It has a file of its own, so that whoever needs it does not load the AWS SDK.
 */
export const STORE_TIMEOUT_MS = 600;
