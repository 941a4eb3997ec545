/** Milliseconds that one call of a store may take, its second try included: several must fit into Cognito's five seconds. */
export const STORE_TIMEOUT_MS = 600;
