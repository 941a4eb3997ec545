/** What the gateways that send by AWS share. */
import { SmsDeliveryError, type SmsDeliveryFailure } from '../../../domain/ports/sms-gateway.ts';
import { isThrottling, isUnauthorised } from '../../lib/aws-errors.ts';
import { connectionFailure, RequestNotSent, serverFailure } from './provider-request.ts';

/**
 * Settings of an AWS client that makes one attempt a call: a retry after a lost answer could be a
 * second SMS. Connections are not kept: one that AWS closed while Lambda had the container frozen
 * would fail the next send, with nothing to tell whether its message left.
 */
export function oneAttempt(region: string) {
  return {
    region,
    maxAttempts: 1,
    requestHandler: { httpsAgent: { keepAlive: false }, httpAgent: { keepAlive: false } },
  };
}

/** A command of the AWS SDK, as far as its requests can be watched. */
interface AwsCommand {
  readonly middlewareStack: {
    add(
      middleware: <A, R>(next: (args: A) => R) => (args: A) => R,
      options: { readonly step: 'deserialize'; readonly priority: 'low' },
    ): void;
  };
}

/**
 * Sends a command until `signal` ends it. (The SDK's own `requestTimeout` only warns, and while it looks
 * for credentials it heeds no signal.)
 *
 * @param send hands the command to its client, with these options.
 * @throws {@link RequestNotSent} if it failed, or was ended, before the request was handed to the network:
 * over credentials, a region or an argument.
 */
export async function sendCommand<T>(
  command: AwsCommand,
  signal: AbortSignal,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  let handedOver = false;
  // Behind all that the SDK does to a request but the sending.
  command.middlewareStack.add(
    (next) => (args) => {
      handedOver = true;
      return next(args);
    },
    { step: 'deserialize', priority: 'low' },
  );
  const ended = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => ended.reject(signal.reason), { once: true });
  try {
    return await Promise.race([send({ abortSignal: signal }), ended.promise]);
  } catch (error) {
    throw handedOver ? error : new RequestNotSent(error);
  }
}

/** The failure that an error of the SDK's own stands for: no answer came, or none that AWS wrote, but a proxy. */
export function sdkFailure(error: unknown): SmsDeliveryError {
  const httpStatus = httpStatusOf(error) ?? 0;
  const provider = { name: 'UnreadableAnswer', httpStatus };
  if (httpStatus >= 500) {
    return serverFailure(provider);
  }
  return httpStatus >= 400
    ? new SmsDeliveryError(refusalOf(provider), 'unsent', provider)
    : connectionFailure(error);
}

function refusalOf({ name, httpStatus }: { name: string; httpStatus: number }): SmsDeliveryFailure {
  if (isThrottling(name, httpStatus)) {
    return 'throttled';
  }
  return isUnauthorised(name, httpStatus) ? 'unauthorised' : 'rejected';
}

/** The SDK notes the status of an answer that it can't read. */
function httpStatusOf(error: unknown): number | undefined {
  const { httpStatusCode } = ((error as { $metadata?: unknown })?.$metadata ?? {}) as {
    readonly httpStatusCode?: number;
  };
  return httpStatusCode;
}
