/** `npm run bench`, run as the process that it is. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Program } from '../support/program.ts';

async function bench(...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'bench.json');
  const program = new Program('test/bench/bench.ts', [...args, '--json', file]);
  const exitCode = await program.exited;
  return {
    exitCode,
    output: program.output,
    figures: async () => JSON.parse(await readFile(file, 'utf8')),
  };
}

it('The bench measures every subject and keeps what it measured', async () => {
  const { exitCode, output, figures } = await bench('--runs', '1');
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  const { machine, cold, memory, durable, warm, session, bundle, load } = await figures();
  expect(machine).toMatchObject({ node: process.version, cores: expect.any(Number) });

  const [round, ...others] = cold.rounds;
  expect(others).toEqual([]);
  expect(Object.keys(round)).toEqual([
    ...['ours', 'ours, code cache', 'ours, DynamoDB'],
    ...['bare', 'textbook', 'floor'],
  ]);
  expect(round.ours).toMatchObject({
    starts: [{ name: 'start', wallMs: expect.any(Number), cpuMs: expect.any(Number) }],
    calls: [
      { trigger: 'DefineAuthChallenge_Authentication' },
      { trigger: 'CreateAuthChallenge_Authentication' },
      { trigger: 'VerifyAuthChallengeResponse_Authentication' },
      { trigger: 'DefineAuthChallenge_Authentication' },
    ],
  });
  expect(round.textbook.starts).toHaveLength(3);
  // Without root no processor can be portioned out, and the table says so.
  const sizes = memory.skipped ?? memory.map(({ memoryMb }: { memoryMb: number }) => memoryMb);
  expect(sizes).toSatisfy((told) => typeof told === 'string' || told.length === 15);
  expect(Object.keys(durable)).toEqual(['byDefault', 'withBudgets']);
  expect(warm.sides.ours).toHaveLength(warm.events.length);
  expect(session.rounds).not.toEqual([]);
  expect(bundle.ours.packages).toMatchObject({ 'src/': { bytes: expect.any(Number) } });
  expect(bundle['ours, DynamoDB'].packages).toHaveProperty('@aws-sdk/client-dynamodb');
  expect(load).toMatchObject({ session: { wrong: [] }, dynamodb: { wrong: [] } });
}, 120_000);

it('The bench measures one subject alone', async () => {
  const { exitCode, figures } = await bench('durable');
  expect(exitCode).toBe(0);
  expect(Object.keys(await figures())).toEqual(['machine', 'durable']);
});

it('The bench says which subjects there are', async () => {
  expect(await bench('lukewarm')).toMatchObject({
    exitCode: 1,
    output:
      "There is no subject 'lukewarm': cold, memory, durable, warm, session, bundle, plan, load.\n",
  });
});
