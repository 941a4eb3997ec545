/** Before the tests of this folder: AWS's runtime client, and the bundle that they run on it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installRuntimeClient, type RuntimeClient } from './runtime-client.ts';

declare module 'vitest' {
  interface ProvidedContext {
    runtimeClient: RuntimeClient;
  }
}

export async function setup(project: TestProject): Promise<void> {
  if (!existsSync(join(import.meta.dirname, '../../dist/index.mjs'))) {
    throw new Error('There is no dist/ to run: `npm run test:lambda` builds it first.');
  }
  project.provide('runtimeClient', await installRuntimeClient());
}
