/** The Lambda entry: built once at cold start, then called for each of the three custom-auth triggers. */
import { Logger } from '@aws-lambda-powertools/logger';
import {
  createContainer,
  openAdapters,
  readConfig,
  readEnvironment,
  SERVICE,
} from './container.ts';
import { createPipeline, type Handler, shieldedError } from './pipeline.ts';
import { TOKENS } from './tokens.ts';

/** The handler that Lambda calls. Its start is done when the module has loaded. */
export const handler: Handler = await start();

async function start(): Promise<Handler> {
  try {
    const config = readConfig(await readEnvironment(process.env));
    const container = createContainer(config, await openAdapters(config));
    for (const warning of config.warnings) {
      container.get(TOKENS.logger).warn('warning', { outcome: 'warning', warning });
    }
    return createPipeline({
      dispatcher: container.get(TOKENS.dispatcher),
      logger: container.get(TOKENS.logger),
      metrics: container.get(TOKENS.metrics),
      pseudonymizer: container.get(TOKENS.pseudonymizer),
      clock: container.get(TOKENS.clock),
      initMs: initDuration(),
    });
  } catch (error) {
    // Cognito shows even a failed start's text to the end user, so the log alone tells the reason.
    throw shieldedError(new Logger({ serviceName: SERVICE }), error);
  }
}

/** Milliseconds since the process began, if a caller waited through them. */
function initDuration(): number {
  return process.env.AWS_LAMBDA_INITIALIZATION_TYPE === 'on-demand' ? performance.now() : 0;
}
