/** A small load on the bundle: what the sign-ins come to, not how fast or in how much memory. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundleFunction } from '../../deploy/bundling/bundle.ts';
import { Planner } from './load/plan.ts';
import { runLoad, STORES } from './load/run.ts';
import { growthOf } from './statistics.ts';

const SIGN_INS = 200;

let bundle: string;

beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'load-test-'));
  await bundleFunction(bundle);
}, 60_000);

afterAll(() => rm(bundle, { recursive: true }));

it.each(STORES)(
  'Of many sign-ins at once, each ends as its user had it end, by its own SMS (%s)',
  {
    timeout: 120_000,
  },
  async (store) => {
    const eventsAtOnce = store === 'session' ? 50 : 5;
    const { endings, sms, wrong } = await runLoad({
      ...{ store, bundle, signIns: SIGN_INS, atOnce: 50, eventsAtOnce, seed: 1 },
      maxMinutes: 1,
      ended: AbortSignal.timeout(110_000),
    });
    expect(wrong).toEqual([]);
    expect(endings).toEqual({ tokens: 168, failed: 12, open: 20 });
    expect(sms).toBe(219);
  },
);

it('A function that takes any code is found out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'load-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ours = JSON.stringify(join(bundle, 'index.mjs'));
  const source = `
    const { handler: ours } = await import(${ours});
    export const handler = async (event, context) => {
      const answer = await ours(event, context);
      if ('answerCorrect' in answer.response) answer.response.answerCorrect = true;
      return answer;
    };
  `;
  await writeFile(join(folder, 'index.mjs'), source);
  const { wrong } = await runLoad({
    ...{ store: 'session', bundle: folder, signIns: 50, atOnce: 10, eventsAtOnce: 10, seed: 1 },
    maxMinutes: 1,
    ended: AbortSignal.timeout(60_000),
  });
  expect(wrong).not.toEqual([]);
  expect(wrong.join('\n')).toContain('it ended in tokens before answer 2.');
});

it('The growth of a series is the slope of the line that fits it best', () => {
  expect(growthOf([3, 5, 7, 9])).toBe(2);
  expect(growthOf([4, 5, 5, 4])).toBe(0);
});

it('The plan is the same for the same seed, and no two sign-ins have the same number', () => {
  const plan = new Planner(7).next(SIGN_INS);
  expect(new Planner(7).next(SIGN_INS)).toEqual(plan);
  expect(new Planner(8).next(SIGN_INS)).not.toEqual(plan);
  expect(new Set(plan.map(({ number }) => number)).size).toBe(SIGN_INS);
});
