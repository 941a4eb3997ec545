/** What a cold sign-in loads, which does not vary as times do. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type BundledFile, bundleFunction } from '../../deploy/bundling/bundle.ts';
import { ENV } from '../support/function.ts';
import { startSnsServer } from '../support/sns-server.ts';

const isAscii = (text: string) => Buffer.byteLength(text) === text.length;

let folder: string;
let files: readonly BundledFile[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  files = await bundleFunction(folder);
  return () => rm(folder, { recursive: true });
});

/** A file of the bundle by how its name begins, and all that it imports. */
async function loadedWith(beginning: string): Promise<ReadonlySet<BundledFile>> {
  const loaded = new Set(files.filter(({ path }) => path.startsWith(beginning)));
  expect(loaded.size).toBe(1);
  for (const { path } of loaded) {
    const code = await readFile(join(folder, path), 'utf8');
    const imports = [...code.matchAll(/\bfrom ?["'`]\.\/(?:chunks\/)?([^"'`]+)["'`]/g)];
    for (const [, name] of imports) {
      const file = files.find((other) => other.path === `chunks/${name}`);
      if (file !== undefined) loaded.add(file);
    }
  }
  return loaded;
}

async function loadedFor(...beginnings: readonly string[]) {
  const loaded = new Set<BundledFile>();
  for (const beginning of beginnings) {
    for (const file of await loadedWith(beginning)) {
      loaded.add(file);
    }
  }
  const modules = [...loaded].flatMap((file) => Object.keys(file.modules));
  const kib = [...loaded].reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
  return { files: loaded.size, kib, modules };
}

/** Protocols, clients and sources of credentials that Lambda has no use for where SNS sends. */
const OTHERS = /protocols\/json|client-(dynamodb|sso|sts)|credential-provider-(?!node|env)/;

/** Parts of Node that it loads on demand, and that take milliseconds each. */
const DISPENSABLE = /undici|webstreams|fs\/streams|fs\/promises|readline|webcrypto|perf_hooks/;

const START = 'index';
const SNS = 'chunks/sns-';
const DYNAMODB = 'chunks/dynamodb-store-';

describe('A cold sign-in', () => {
  it('loads five files of some 380 KiB by SNS, and two more on DynamoDB', async () => {
    const bySns = await loadedFor(START, SNS);
    expect(bySns.files).toBe(5);
    expect(bySns.kib).toBeLessThan(390);
    const onDynamoDb = await loadedFor(START, SNS, DYNAMODB);
    expect(onDynamoDb.files).toBe(7);
    expect(onDynamoDb.kib).toBeLessThan(460);
  });

  it('loads nothing of the AWS SDK that neither SNS nor its credentials take', async () => {
    const { modules } = await loadedFor(START, SNS);
    expect(modules.filter((path) => OTHERS.test(path))).toEqual([]);
  });

  it('by Twilio loads nothing of the AWS SDK', async () => {
    const { modules } = await loadedFor(START, 'chunks/twilio-');
    expect(modules.filter((path) => /@aws-sdk|@smithy/.test(path))).toEqual([]);
  });

  it('has Node load nothing that it can do without', async () => {
    const sns = await startSnsServer();
    onTestFinished(() => sns.close());
    const script = join(import.meta.dirname, 'bundle-signs-in.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [script, join(folder, 'index.mjs')],
      {
        env: {
          ...ENV,
          AWS_ENDPOINT_URL_SNS: sns.url,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        },
      },
    );
    const { response, loaded } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n')));
    expect(response).toMatchObject({ publicChallengeParameters: { status: 'SENT' } });
    expect(sns.requests).toHaveLength(1);
    expect(loaded).toContain('NativeModule crypto');
    expect(loaded.filter((name: string) => DISPENSABLE.test(name))).toEqual([]);
  });

  it('is read by V8 as one byte a character', async () => {
    for (const { path } of files) {
      expect(await readFile(join(folder, path), 'utf8')).toSatisfy(isAscii);
    }
  });
});
