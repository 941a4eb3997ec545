import { SystemClock } from '../../src/adapters/clock/system.ts';
import { smsGatewayOpener } from '../../src/adapters/sms-gateway/lib/registry.ts';
import { RoutedSmsGateway } from '../../src/adapters/sms-gateway/routed.ts';
import { parseConfig } from '../../src/config/config.ts';

/**
 * Reads the function's settings as its own start does. That one would put what is wrong into its
 * log, and end in a sentence for Cognito's end users.
 *
 * @throws ConfigError
 */
export async function checkSettings(): Promise<void> {
  const { sms } = parseConfig(process.env);
  const clock = new SystemClock();
  const open = smsGatewayOpener(sms.variable, clock);
  await new RoutedSmsGateway(sms.routes, open, clock).open();
}
