import { SystemClock } from '../../src/adapters/clock/system.ts';
import type { SmsGatewayDefinition } from '../../src/adapters/sms-gateway/lib/definition.ts';
import { smsGatewayOpener } from '../../src/adapters/sms-gateway/lib/registry.ts';
import type { Clock } from '../../src/domain/ports/clock.ts';
import type { SmsGateway } from '../../src/domain/ports/sms-gateway.ts';

/** What a test says of a gateway. */
export interface GatewaySettings {
  /** As a route has them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment variables by name. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

/**
 * The gateway that a definition makes of these settings, as a route would open it.
 *
 * @throws ConfigError with a sentence for each setting that is wrong.
 */
export function openSmsGateway(
  definition: SmsGatewayDefinition,
  { settings = {}, variables = {}, clock = new SystemClock() }: GatewaySettings = {},
): Promise<SmsGateway> {
  const open = smsGatewayOpener((name) => variables[name] || undefined, clock, {
    own: async () => ({ definition }),
  });
  return open({ gateway: 'own', settings, title: 'The test' });
}
