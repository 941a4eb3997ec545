/** What is compared: each side's bundles, and the settings that it is deployed with. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BundledFile, bundleFunction } from '../../deploy/bundling/bundle.ts';
import { bundleWithCache } from '../../deploy/bundling/code-cache/bundle-with-cache.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { DURABLE, ENV } from '../support/function.ts';

/**
 * `ours` is what `npm run build` makes, and `ours, code cache` what it makes with `--code-cache`. `textbook` is three functions as tutorials write them, `bare`
 * the least that signs in, and `floor` does nothing at all.
 */
export const SIDES = [
  'ours',
  'ours, code cache',
  'ours, DynamoDB',
  'bare',
  'textbook',
  'floor',
] as const;
export type SideName = (typeof SIDES)[number];

export type TriggerSource = TriggerEvent['triggerSource'];

export interface Side {
  readonly name: SideName;
  /** One for each Lambda function: the folder of its bundle, and the triggers that it is attached to. */
  readonly functions: readonly SideFunction[];
  readonly env: Readonly<Record<string, string>>;
}

export interface SideFunction {
  readonly bundle: string;
  readonly triggers: readonly TriggerSource[];
}

export interface Services {
  readonly snsUrl: string;
  readonly dynamoDbUrl: string;
}

const DEFINE = 'DefineAuthChallenge_Authentication';
const CREATE = 'CreateAuthChallenge_Authentication';
const VERIFY = 'VerifyAuthChallengeResponse_Authentication';
const ALL = [DEFINE, CREATE, VERIFY] as const;

export interface Bundles {
  readonly sides: Readonly<Record<SideName, Side>>;
  /** The files of ours. */
  readonly ours: readonly BundledFile[];
}

/** @param folder an empty one, for the bundles. */
export async function bundleSides(folder: string, services: Services): Promise<Bundles> {
  const bundle = join(folder, 'ours');
  const ours = await bundleFunction(bundle);
  const cached = join(folder, 'cached');
  await bundleWithCache(cached);
  const whole = (bundle: string) => [{ bundle, triggers: ALL }];
  const sns = { AWS_ENDPOINT_URL_SNS: services.snsUrl };
  const env = { ...ENV, ...sns };
  const durable = { ...env, ...DURABLE, AWS_ENDPOINT_URL_DYNAMODB: services.dynamoDbUrl };
  const textbook = [
    { bundle: await bundleEntry('textbook/define', folder), triggers: [DEFINE] },
    { bundle: await bundleEntry('textbook/create', folder), triggers: [CREATE] },
    { bundle: await bundleEntry('textbook/verify', folder), triggers: [VERIFY] },
  ] as const;
  const bare = whole(await bundleEntry('bare', folder));
  const floor = whole(await bundleEntry('floor', folder));
  const sides: Record<SideName, Side> = {
    ours: { name: 'ours', functions: whole(bundle), env },
    'ours, code cache': { name: 'ours, code cache', functions: whole(cached), env },
    'ours, DynamoDB': { name: 'ours, DynamoDB', functions: whole(bundle), env: durable },
    bare: { name: 'bare', functions: bare, env: sns },
    textbook: { name: 'textbook', functions: textbook, env: sns },
    floor: { name: 'floor', functions: floor, env: {} },
  };
  return { sides, ours };
}

/** As bundles are made for Lambda: of the settings that are common, those that start fastest here. */
async function bundleEntry(name: string, folder: string): Promise<string> {
  const outdir = join(folder, name);
  await build({
    entryPoints: { index: join(import.meta.dirname, `${name}.ts`) },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // What is left of CommonJS in the bundle asks for `require`, which ES modules lack.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outdir;
}
