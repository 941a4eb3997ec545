import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ConfigError } from '../../src/settings.ts';

/** Where the package has it, and where `npm run build` leaves it. */
const PLACES = ['dist', '../../dist'].map((place) => join(import.meta.dirname, place));

/**
 * The function as it was built. The same files are the same code, whenever they were written.
 *
 * @throws ConfigError when it has not been built.
 */
export function builtBundle(places: readonly string[] = PLACES): Code {
  const dist = places.find((place) => existsSync(join(place, 'index.mjs')));
  if (dist === undefined) {
    throw new ConfigError('There is no dist/index.mjs to deploy: run npm run build first.');
  }
  // Whoever deploys by hand leaves a zip file there.
  return Code.fromAsset(dist, { exclude: ['*.zip'] });
}
