/**
 * Stands between a client of this process and DynamoDB, and counts round trips: calls that wait for
 * nothing but each other's company are one.
 *
 * No call is answered before the client has come to rest, that is, has asked for nothing more for some
 * turns of the event loop that it shares with this server. Then all calls that are held are answered,
 * and what comes next may have waited for any of those answers: it begins the next round trip. So the
 * count is the length of the longest chain of calls, each of which needs the answer of the one before,
 * if all took equally long; and how fast the machine is has no say in it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { itemsOf, operationOf, passOn } from './dynamodb-forward.ts';

/** How long a call takes at least. */
const ANSWER_MS = 10;
/** More than a call takes from its `send` to this server, over a new connection. */
const TURNS_AT_REST = 20;

/** Calls that were under way together. */
export type RoundTrip = readonly Call[];

export interface Call {
  /** Such as `UpdateItem`. */
  readonly operation: string;
  /** How many items it reads or writes. */
  readonly items: number;
}

export interface RoundTripCounter {
  readonly url: string;
  /** So far, in order. */
  readonly roundTrips: readonly RoundTrip[];
  close(): Promise<void>;
}

export async function startRoundTripCounter(target: string): Promise<RoundTripCounter> {
  const roundTrips: Call[][] = [];
  let calls = 0;
  /** While calls are held: what holds them. */
  let rest: Promise<void> | undefined;

  const comeToRest = async () => {
    let before: number;
    do {
      before = calls;
      await setTimeout(ANSWER_MS);
      for (let turn = 0; turn < TURNS_AT_REST; turn++) {
        await setImmediate();
      }
    } while (calls > before);
    rest = undefined;
  };

  const server = createServer(async (message, response) => {
    calls += 1;
    if (rest === undefined) {
      roundTrips.push([]);
      rest = comeToRest();
    }
    const held = rest;
    const underWay = roundTrips.at(-1);
    const body = await text(message);
    underWay?.push({ operation: operationOf(message), items: itemsOf(body) });
    const answer = await passOn(target, message, body);
    await held;
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(answer.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    roundTrips,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
