import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ConfigError } from '../../src/settings.ts';
import type { Settings } from './function-settings.ts';

/** The file beside the bundle that holds settings. */
export const SETTINGS_NAME = 'settings.json';

/** Where the package has it, and where `npm run build` leaves it. */
const PLACES = ['dist', '../../dist'].map((place) => join(import.meta.dirname, place));

/** Whoever deploys by hand leaves a zip file there. */
const LEFT_OUT = '.zip';
const EXCLUDE = [`*${LEFT_OUT}`];

/**
 * The function as it was built. The same files are the same code, whenever they were written.
 *
 * @param settings what it finds in a file beside it; no file where absent.
 * @throws ConfigError when it has not been built.
 */
export function builtBundle(settings?: Settings, places: readonly string[] = PLACES): Code {
  const dist = places.find((place) => existsSync(join(place, 'index.mjs')));
  if (dist === undefined) {
    throw new ConfigError('There is no dist/index.mjs to deploy: run npm run build first.');
  }
  return settings === undefined
    ? Code.fromAsset(dist, { exclude: EXCLUDE })
    : withSettings(dist, settings);
}

function withSettings(dist: string, settings: Settings): Code {
  return Code.fromAsset(dist, {
    // What is not copied is not to be part of the asset's hash either.
    exclude: EXCLUDE,
    bundling: {
      // Never asked for: the files are put together here.
      image: DockerImage.fromRegistry('scratch'),
      // So that other settings are other code: of what is done here, CDK sees nothing.
      environment: { ...settings },
      local: {
        tryBundle: (folder) => {
          cpSync(dist, folder, {
            recursive: true,
            filter: (path) => !path.endsWith(LEFT_OUT),
          });
          writeFileSync(join(folder, SETTINGS_NAME), `${JSON.stringify(settings, null, 2)}\n`);
          return true;
        },
      },
    },
  });
}
