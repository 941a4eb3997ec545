/** The registry of SMS gateways: what `SMS_ROUTES` can name. An adapter's code loads only when a route names it. */

import type { Clock } from '../../../domain/ports/clock.ts';
import type { SmsGateway } from '../../../domain/ports/sms-gateway.ts';
import type { RouteGateway } from '../../../domain/sms/route.ts';
import { ConfigError } from '../../../settings.ts';
import type { SmsGatewayDefinition } from './definition.ts';

/** Loads the definition of each gateway, by the name that routes call it by. */
export type SmsGatewayRegistry = Readonly<
  Record<string, () => Promise<{ readonly definition: SmsGatewayDefinition }>>
>;

/** The gateways that there are. */
export const SMS_GATEWAYS = {
  sns: () => import('../sns.ts'),
  'end-user-messaging': () => import('../end-user-messaging.ts'),
  twilio: () => import('../twilio.ts'),
  console: () => import('../console.ts'),
} as const satisfies SmsGatewayRegistry;

/** Every environment variable that a gateway reads, told here so that its code need not be loaded for that. */
export const GATEWAY_VARIABLES = [
  'SMS_REGION',
  'SMS_MAX_PRICE_USD',
  'TWILIO_ACCOUNT_SID',
  'TWILIO_API_KEY_SID',
  'TWILIO_SECRET',
  'TWILIO_API_URL',
  'AWS_LAMBDA_FUNCTION_NAME',
];

/** Loads a gateway's code and makes the gateway that a route asks for. */
export type OpenSmsGateway = (choice: RouteGateway) => Promise<SmsGateway>;

/**
 * @param variable an environment variable's value.
 * @returns a function that rejects with a {@link ConfigError} when the route's settings are wrong.
 */
export function smsGatewayOpener(
  variable: (name: string) => string | undefined,
  clock: Clock,
  registry: SmsGatewayRegistry = SMS_GATEWAYS,
): OpenSmsGateway {
  return async ({ gateway, settings, title }) => {
    const load = registry[gateway];
    if (load === undefined) {
      throw new ConfigError(`${title} is not in the registry of gateways.`);
    }
    const { definition } = await load();
    const opened = definition.open({ title, settings, variable }, clock);
    if (opened.kind === 'invalid') {
      throw new ConfigError(opened.problems.join(' '));
    }
    return opened.value;
  };
}
