/** What a bundle with a code cache gives its loader. */
import { Logger } from '@aws-lambda-powertools/logger';
import { SERVICE } from '../../../src/container/container.ts';
import { createHandler } from '../../../src/create-handler.ts';
import type { Handler } from '../../../src/pipeline.ts';

/** What became of the code cache at a cold start. */
export type CacheFate =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'ignored';
      readonly reason: IgnoredBecause;
      /** Node.js, its processor and its options, where it was made and where it was to serve. */
      readonly made: string;
      readonly here: string;
    };

export type IgnoredBecause =
  /** It can't be read. */
  | 'missing'
  /** Its bytes, or the bundle's, are not those that the build wrote. */
  | 'changed'
  /** V8 wants one that was made by the same version and with the same options. */
  | 'refused';

/** The handler that Lambda calls, once the log tells what became of the cache. */
export async function start(fate: CacheFate): Promise<Handler> {
  const logger = new Logger({ serviceName: SERVICE });
  if (fate.kind === 'accepted') {
    logger.info('code-cache', { outcome: 'code-cache-accepted' });
  } else {
    const { reason, made, here } = fate;
    logger.warn('code-cache', { outcome: 'code-cache-ignored', reason, made, here });
  }
  return createHandler();
}
