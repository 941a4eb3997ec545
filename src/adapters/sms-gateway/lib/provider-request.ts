/** What all SMS adapters do alike: ask once, before the deadline, and say what became of the message. */
import type { Deadline } from '../../../domain/deadline.ts';
import { type ProviderError, SmsDeliveryError } from '../../../domain/ports/sms-gateway.ts';
import { isUnauthorised } from '../../lib/aws-errors.ts';

/** A request failed before it was handed to the network: nothing can have left. `cause` tells why. */
export class RequestNotSent extends Error {
  override readonly name = 'RequestNotSent';
  readonly code = 'REQUEST_NOT_SENT';

  constructor(cause: unknown) {
    super('The request was not sent', { cause });
  }
}

/**
 * Runs one request, and ends it at the deadline.
 *
 * @param failureOf what any error but a {@link SmsDeliveryError} stands for; by default, that no answer came.
 * @throws {@link SmsDeliveryError}
 */
export async function requestBefore<T>(
  deadline: Deadline,
  request: (signal: AbortSignal) => Promise<T>,
  failureOf: (error: unknown) => SmsDeliveryError = connectionFailure,
): Promise<T> {
  const { timeLeft } = deadline;
  if (timeLeft === 0) {
    throw new SmsDeliveryError('timed-out', 'unsent');
  }
  const signal = AbortSignal.timeout(timeLeft);
  try {
    return await request(signal);
  } catch (error) {
    if (error instanceof SmsDeliveryError) {
      throw error;
    }
    const notSent = error instanceof RequestNotSent;
    if (signal.aborted) {
      throw new SmsDeliveryError('timed-out', notSent ? 'unsent' : 'unanswered');
    }
    const { failure, fate, provider } = failureOf(notSent ? error.cause : error);
    throw new SmsDeliveryError(failure, notSent ? 'unsent' : fate, provider);
  }
}

/**
 * Errors from before a request could leave: nobody was reached, or whoever was could not prove who they are. After
 * any other, it may have arrived.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The failure of a request that got no answer. */
export function connectionFailure(error: unknown): SmsDeliveryError {
  const { name, code } = describe(error);
  if (isUnauthorised(name)) {
    return new SmsDeliveryError('unauthorised', 'unsent', { name });
  }
  const fate = code !== undefined && NOT_CONNECTED.has(code) ? 'unsent' : 'unanswered';
  return new SmsDeliveryError('unavailable', fate, { name: code ?? name });
}

/** The failure that a 5xx answer stands for. */
export function serverFailure(provider: ProviderError): SmsDeliveryError {
  // A proxy that lost its server gave no answer of the provider's.
  const isProxy = provider.httpStatus === 502 || provider.httpStatus === 504;
  return new SmsDeliveryError('unavailable', isProxy ? 'unanswered' : 'uncertain', provider);
}

/** `fetch` hides in its cause what befell the connection. */
function describe(error: unknown): { name: string; code: string | undefined } {
  if (!(error instanceof Error)) {
    return { name: typeof error, code: undefined };
  }
  return { name: error.name, code: codeOf(error) ?? codeOf(error.cause) };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
