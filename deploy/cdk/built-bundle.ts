import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ConfigError } from '../../src/settings.ts';

const DIST = resolve(import.meta.dirname, '../../dist');

/**
 * The bundle as `npm run build` left it. The same files are the same code, whenever they were written.
 *
 * @throws ConfigError when it has not been built.
 */
export function builtBundle(dist = DIST): Code {
  if (!existsSync(join(dist, 'index.mjs'))) {
    throw new ConfigError('There is no dist/index.mjs to deploy: run npm run build first.');
  }
  // Whoever deploys by hand leaves a zip file there.
  return Code.fromAsset(dist, { exclude: ['*.zip'] });
}
