import type { Container } from 'inversify';
import { TOKENS } from '../../src/container/tokens.ts';
import { createPipeline, type Handler } from '../../src/pipeline.ts';

/** The handler as the Lambda entry builds it, on this container. */
export function pipelineOf(container: Container, initMs = 0): Handler {
  return createPipeline({
    dispatcher: container.get(TOKENS.dispatcher),
    logger: container.get(TOKENS.logger),
    metrics: container.get(TOKENS.metrics),
    pseudonymizer: container.get(TOKENS.pseudonymizer),
    clock: container.get(TOKENS.clock),
    initMs,
  });
}
