/** The Lambda entry: built once at cold start, then called for each of the three custom-auth triggers. */
import { Logger } from '@aws-lambda-powertools/logger';
import { parseConfig } from './config.ts';
import { createContainer } from './container.ts';
import { createPipeline, type Handler, shieldedError } from './pipeline.ts';
import { TOKENS } from './tokens.ts';

export const handler: Handler = start();

function start(): Handler {
  try {
    const container = createContainer(parseConfig(process.env));
    return createPipeline({
      dispatcher: container.get(TOKENS.dispatcher),
      logger: container.get(TOKENS.logger),
      pseudonymizer: container.get(TOKENS.pseudonymizer),
      clock: container.get(TOKENS.clock),
      initMs: initDuration(),
    });
  } catch (error) {
    // Cognito shows even a failed start's text to the end user, so the log alone tells the reason.
    throw shieldedError(new Logger({ serviceName: 'cognito-phone-otp' }), error);
  }
}

/** Milliseconds since the process began, if a caller waited through them. */
function initDuration(): number {
  return process.env.AWS_LAMBDA_INITIALIZATION_TYPE === 'on-demand' ? performance.now() : 0;
}
