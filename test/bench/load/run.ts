/** A load on one store: planned sign-ins in thousands, and what the function holds after each. */
import { startLocalDynamoDb } from '../../../deploy/local/dynamodb.ts';
import type { TriggerEvent } from '../../../src/trigger-events.ts';
import { DURABLE, ENV } from '../../support/function.ts';
import { startSnsServer } from '../../support/sns-server.ts';
import type { Held } from './function-process.ts';
import { LoadedFunction } from './loaded-function.ts';
import { type Ending, Planner } from './plan.ts';
import { Inbox, play } from './play.ts';

export const STORES = ['session', 'dynamodb'] as const;
export type Store = (typeof STORES)[number];

export interface Load {
  readonly store: Store;
  /** The folder with the function's `index.mjs`. */
  readonly bundle: string;
  readonly signIns: number;
  /** Sign-ins that go on at the same time. */
  readonly atOnce: number;
  /** Events that the function works on at the same time. */
  readonly eventsAtOnce: number;
  readonly seed: number;
  /** Sign-ins that are begun before all others, and that count for nothing but the room that they take. */
  readonly begunBefore?: number;
  /** No thousand begins after so many minutes: whatever is left is told as wrong. */
  readonly maxMinutes: number;
  readonly ended: AbortSignal;
}

export interface LoadResult {
  readonly endings: Readonly<Record<Ending, number>>;
  readonly sms: number;
  /** Whatever went otherwise than planned, one sentence each. */
  readonly wrong: readonly string[];
  readonly seconds: number;
  /** After each thousand. */
  readonly held: readonly Held[];
  /** Milliseconds that each event took, by its trigger. */
  readonly took: Readonly<Partial<Record<TriggerEvent['triggerSource'], readonly number[]>>>;
}

/** After how many sign-ins it is asked what it holds. */
export const STRETCH = 1000;

/** Sign-ins that come one after the other, before all others: on Lambda, no cold process has many at once. */
const FIRST = 20;

export async function runLoad(load: Load): Promise<LoadResult> {
  const sns = await startSnsServer();
  const dynamoDb =
    load.store === 'dynamodb' ? await startLocalDynamoDb(DURABLE.TABLE_NAME) : undefined;
  try {
    const fn = await LoadedFunction.start({
      bundle: load.bundle,
      eventsAtOnce: load.eventsAtOnce,
      ended: load.ended,
      env: {
        ...ENV,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL_SNS: sns.url,
        // Nobody here waits for a resend.
        OTP_RESEND_COOLDOWN_SECONDS: '0',
        ...(dynamoDb && { ...DURABLE, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url }),
      },
    });
    try {
      return await playAll(load, fn, new Inbox(sns));
    } finally {
      await fn.close();
    }
  } finally {
    await Promise.all([sns.close(), dynamoDb?.close()]);
  }
}

async function playAll(
  { signIns, atOnce, seed, begunBefore = 0, maxMinutes }: Load,
  fn: LoadedFunction,
  inbox: Inbox,
): Promise<LoadResult> {
  const until = performance.now() + maxMinutes * 60_000;
  const planner = new Planner(seed);
  const stage = { fn, inbox, atOnce };
  const wrong = await play(planner.next(FIRST), { ...stage, atOnce: 1 });
  wrong.push(...(await play(planner.abandoned(begunBefore), stage)));
  fn.took.clear();
  const smsBefore = inbox.size;
  const endings = { tokens: 0, failed: 0, open: 0 };
  const held: Held[] = [];
  let [due, milliseconds] = [0, 0];
  for (let left = signIns; left > 0; left -= STRETCH) {
    if (performance.now() > until) {
      wrong.push(`After ${maxMinutes} minutes, ${left} of ${signIns} sign-ins were not begun.`);
      break;
    }
    const planned = planner.next(Math.min(left, STRETCH));
    const began = performance.now();
    wrong.push(...(await play(planned, stage)));
    milliseconds += performance.now() - began;
    for (const { ends, sms } of planned) {
      endings[ends] += 1;
      due += sms;
    }
    if (planned.length === STRETCH) held.push(await fn.measure());
  }
  const sms = inbox.size - smsBefore;
  if (sms !== due) wrong.push(`${sms} SMS were sent in all, ${due} were asked for.`);
  wrong.push(...fn.complaints.map((line) => `The log says: ${line}`));
  const took = Object.fromEntries(fn.took);
  return { endings, sms, wrong, seconds: milliseconds / 1000, held, took };
}
