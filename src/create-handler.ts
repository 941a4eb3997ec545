/** Builds the function: from its settings, and from gateways and adapters that its caller brings along. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Container } from 'inversify';
import { createContainer, SERVICE } from './container/container.ts';
import {
  type OwnAdapters,
  type OwnGateways,
  openAdapters,
  readConfig,
  readEnvironment,
} from './container/open-adapters.ts';
import { TOKENS } from './container/tokens.ts';
import { createPipeline, type Handler, shieldedError } from './pipeline.ts';

/** What differs from the function as it ships. */
export interface HandlerOptions {
  /** SMS gateways beside those that ship, by the names that `SMS_ROUTES` calls them, which no shipped one has: see `defineSmsGateway`. */
  readonly gateways?: OwnGateways;
  /**
   * Adapters in place of those that the settings choose, by the name of their port. `challengeRepository` with
   * `idempotencyStore`, and `accountLedger` with `smsTraffic`, are stores that need no table of ours.
   */
  readonly adapters?: OwnAdapters;
  /** Settings, as environment variables: by default those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The handler for Cognito's triggers, ready to be exported by a Lambda function's module:
 *
 * ```ts
 * export const handler = await createHandler({ gateways: { acme } });
 * ```
 *
 * @throws Error with one harmless sentence when a setting is wrong; the log tells which.
 */
export async function createHandler({
  gateways = {},
  adapters = {},
  env = process.env,
}: HandlerOptions = {}): Promise<Handler> {
  try {
    const settings = await readEnvironment(env, gateways);
    const config = readConfig(settings, gateways, adapters.clock?.now(), adapters);
    const opened = await openAdapters(config, adapters.clock, gateways);
    if (isOnLambda(env)) {
      await Promise.all([opened.smsGateway.prepare?.(), opened.dynamoDb?.prepare()]);
    }
    const container = createContainer(config, { ...opened, ...adapters });
    for (const warning of config.warnings) {
      container.get(TOKENS.logger).warn('warning', { outcome: 'warning', warning });
    }
    return handlerOf(container, initDuration());
  } catch (error) {
    // Cognito shows even a failed start's text to the end user, so the log alone tells the reason.
    throw shieldedError(new Logger({ serviceName: SERVICE }), error);
  }
}

/**
 * The handler on a container.
 *
 * @param initMs milliseconds that the cold start took of the first invocation's time.
 */
export function handlerOf(container: Container, initMs = 0): Handler {
  return createPipeline({
    dispatcher: container.get(TOKENS.dispatcher),
    logger: container.get(TOKENS.logger),
    metrics: container.get(TOKENS.metrics),
    pseudonymizer: container.get(TOKENS.pseudonymizer),
    clock: container.get(TOKENS.clock),
    initMs,
  });
}

/** There a start has a whole processor, and events have the share that the function's memory comes with. */
function isOnLambda(env: NonNullable<HandlerOptions['env']>): boolean {
  return env.AWS_LAMBDA_INITIALIZATION_TYPE !== undefined;
}

/** Milliseconds since the process began, if a caller waited through them. */
function initDuration(): number {
  return process.env.AWS_LAMBDA_INITIALIZATION_TYPE === 'on-demand' ? process.uptime() * 1000 : 0;
}
