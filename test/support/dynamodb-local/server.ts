/** DynamoDB Local as a process of its own, in memory, on 127.0.0.1. It ends with this process, however that ends. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FOLDER } from './install.ts';

export interface DynamoDbLocal {
  readonly url: string;
  close(): Promise<void>;
}

/** The compiler comes with it, and is needed: the server's own few lines are run from source. */
export function hasJdk(): boolean {
  return spawnSync('javac', ['-version']).status === 0;
}

/** Needs a JDK, 17 or newer, and an installed DynamoDB Local. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const java = spawn(
    'java',
    [
      // To start in two thirds of the time.
      ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
      `-Dsqlite4java.library.path=${join(FOLDER, 'DynamoDBLocal_lib')}`,
      ...['-Dorg.eclipse.jetty.util.log.announce=false', '-Dorg.eclipse.jetty.LEVEL=WARN'],
      ...['-cp', join(FOLDER, 'DynamoDBLocal.jar')],
      join(import.meta.dirname, 'LoopbackDynamoDb.java'),
    ],
    // Its standard input closes when this process ends, killed or not; that ends Java.
    { cwd: FOLDER, env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' } },
  );
  const exited = once(java, 'exit');
  let complaint = '';
  java.stderr.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-2000);
  });
  const [port] = await Promise.race([
    once(createInterface(java.stdout), 'line'),
    exited.then(() => []),
  ]);
  if (port === undefined) {
    throw new Error(`DynamoDB Local in ${FOLDER} did not start. ${complaint}`);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      java.stdin.end();
      await exited;
    },
  };
}
