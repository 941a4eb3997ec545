/**
 * Lets every test file of a run share one DynamoDB Local, which starts when the first of them asks for it.
 *
 * It is used where it is installed, asked for by `DYNAMODB_LOCAL=1`, or in CI. In the last two cases it is
 * installed first, and what can't be had is a failure.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { install, isInstalled } from './install.ts';
import { type DynamoDbLocal, hasJdk, startDynamoDbLocal } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers with the URL of DynamoDB Local, or with why there is none; not there if nobody wants it. */
    dynamoDbLocal: string | undefined;
  }
}

const NEEDS_JAVA =
  'DynamoDB Local needs a Java development kit, 17 or newer, on PATH (Debian: openjdk-17-jdk-headless).';
const HOW_TO_GET_IT = `Skipped: the tests on DynamoDB Local. DYNAMODB_LOCAL=1 downloads it once, 57 MB. ${NEEDS_JAVA}\n`;

export async function setup(project: TestProject): Promise<undefined | (() => Promise<void>)> {
  const wanted = Boolean(process.env.CI) || process.env.DYNAMODB_LOCAL === '1';
  if (!wanted && !(isInstalled() && hasJdk())) {
    process.stderr.write(HOW_TO_GET_IT);
    return undefined;
  }

  let started: Promise<DynamoDbLocal> | undefined;
  const broker = createServer(async (_, response) => {
    started ??= start();
    try {
      const { url } = await started;
      response.end(url);
    } catch (error) {
      response.statusCode = 500;
      response.end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  project.provide('dynamoDbLocal', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);

  return async () => {
    broker.close();
    broker.closeAllConnections();
    const server = await started?.catch(() => undefined);
    await server?.close();
  };
}

async function start(): Promise<DynamoDbLocal> {
  if (!hasJdk()) {
    throw new Error(NEEDS_JAVA);
  }
  await install();
  return startDynamoDbLocal();
}
