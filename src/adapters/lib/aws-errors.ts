/** What AWS's services call two refusals that all of them know: each has names of its own. */

/** Too many requests, by name. */
const THROTTLED =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|ProvisionedThroughputExceeded)/;

/** Credentials or permissions, by name: some services answer these with status 400. */
const UNAUTHORISED =
  /^(AccessDenied|AuthorizationError|UnrecognizedClient|ExpiredToken|IncompleteSignature|InvalidSignature|MissingAuthenticationToken|CredentialsProviderError)/;

/**
 * Whether the service limits our rate.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function isThrottling(name: string, httpStatus?: number): boolean {
  return THROTTLED.test(name) || httpStatus === 429;
}

/** Whether our credentials or permissions don't allow the call. */
export function isUnauthorised(name: string, httpStatus?: number): boolean {
  return UNAUTHORISED.test(name) || httpStatus === 401 || httpStatus === 403;
}
