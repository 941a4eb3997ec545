/**
 * Milliseconds that one call of a store may take, its second try included: several must fit into
 * Cognito's five seconds. It stands alone so that whoever reckons with it does not load the AWS SDK.
 */
export const STORE_TIMEOUT_MS = 600;
