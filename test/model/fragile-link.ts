/** One container's way to DynamoDB, on which requests get lost, answers get lost, and writes arrive late. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { passOn } from '../support/dynamodb-forward.ts';

/** Milliseconds that a slow request takes: long enough for others to come first. */
const SLOW_MS = 20;

/** What befalls one request. */
export const MISHAPS = ['none', 'slow', 'request lost', 'answer lost', 'late'] as const;
export type Mishap = (typeof MISHAPS)[number];

export class FragileLink {
  readonly url: string;
  readonly close: () => Promise<void>;
  #mishaps: Mishap[] = [];
  #late: (() => Promise<unknown>)[] = [];
  /** Requests until the container is dead; it never dies where undefined. */
  #life: number | undefined;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.close = close;
  }

  static async open(target: string): Promise<FragileLink> {
    let link: FragileLink;
    const server = createServer(async (message, response) => {
      const body = await text(message);
      const mishap = link.#next(() => passOn(target, message, body));
      if (mishap === 'slow') {
        await setTimeout(SLOW_MS);
      }
      const answer =
        mishap === 'request lost' || mishap === 'late'
          ? undefined
          : await passOn(target, message, body).catch(() => undefined);
      if (answer === undefined || mishap === 'answer lost' || link.isDead) {
        reset(message);
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(answer.content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    link = new FragileLink(`http://127.0.0.1:${port}`, () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    });
    return link;
  }

  /** The container was stopped: nothing of it gets through any more. */
  get isDead(): boolean {
    return this.#life !== undefined && this.#life < 0;
  }

  /** What befalls the next requests, in order; those after them pass. */
  plan(mishaps: readonly Mishap[]): void {
    this.#mishaps = [...mishaps];
  }

  /** Stops the container after so many more requests. */
  dieAfter(requests: number): void {
    this.#life = requests;
  }

  /** A new container takes its place. */
  revive(): void {
    this.#life = undefined;
    this.#mishaps = [];
  }

  /** Has what is under way for long arrive after all. */
  async deliverLate(): Promise<void> {
    for (const deliver of this.#late.splice(0)) {
      await deliver().catch(() => undefined);
    }
  }

  #next(deliver: () => Promise<unknown>): Mishap {
    if (this.#life !== undefined) {
      this.#life -= 1;
      if (this.#life < 0) {
        return 'request lost';
      }
    }
    const mishap = this.#mishaps.shift() ?? 'none';
    if (mishap === 'late') {
      this.#late.push(deliver);
    }
    return mishap;
  }
}

function reset({ socket }: IncomingMessage): void {
  socket.resetAndDestroy();
}
