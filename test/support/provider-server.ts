/** A provider on 127.0.0.1, in any mood; what it says and what it finds fault with is its protocol's. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type {
  Refusal as ContractRefusal,
  Mood,
  ProviderBehaviour,
} from '../contracts/sms-gateway.contract.ts';

/** As the contract's provider, but refuses in the provider's own words; or does so after a while. */
export type Behaviour<Refusal> =
  | Mood
  | Refusal
  | { readonly afterMs: number; readonly answer: 'accept' | Refusal };

export interface Protocol<Request, Refusal> {
  read(request: IncomingMessage, body: string): Request;
  /** What the provider itself would refuse in this request. */
  findFault(request: Request, message: IncomingMessage): Refusal | undefined;
  accept(response: ServerResponse, request: Request): void;
  refuse(response: ServerResponse, refusal: Refusal): void;
  /** Names its error, and all else that is no free text, by these words. */
  echo?(response: ServerResponse, words: string): void;
}

export interface ProviderServer<Request, Refusal> {
  readonly url: string;
  /** In order of arrival. */
  readonly requests: Request[];
  /** Requests that were answered with a yes. */
  readonly accepted: Request[];
  openConnections(): number;
  behave(behaviour: Behaviour<Refusal>): void;
  close(): Promise<void>;
}

export async function startProviderServer<Request, Refusal extends object>(
  protocol: Protocol<Request, Refusal>,
): Promise<ProviderServer<Request, Refusal>> {
  const requests: Request[] = [];
  const accepted: Request[] = [];
  let behaviour: Behaviour<Refusal> = 'accept';
  let openConnections = 0;

  const server = createServer(async (message, response) => {
    const request = protocol.read(message, await text(message));
    requests.push(request);
    let mood = behaviour;
    if (typeof mood === 'object' && 'afterMs' in mood) {
      await setTimeout(mood.afterMs);
      mood = mood.answer;
    }
    if (mood === 'hang') {
      return;
    }
    if (mood === 'redirect') {
      response.writeHead(307, { location: message.url }).end();
      return;
    }
    if (mood === 'reset') {
      message.socket.resetAndDestroy();
      return;
    }
    if (typeof mood === 'object' && 'echo' in mood) {
      const echo = protocol.echo ?? ((response, words) => answer(response, 400, { error: words }));
      echo(response, mood.echo);
      return;
    }
    if (typeof mood === 'object' && 'proxy' in mood) {
      answer(response, mood.proxy, '<html>Bad gateway</html>', { 'content-type': 'text/html' });
      return;
    }
    const refusal = mood === 'accept' ? protocol.findFault(request, message) : mood;
    if (refusal === undefined) {
      accepted.push(request);
      protocol.accept(response, request);
    } else {
      protocol.refuse(response, refusal);
    }
  });
  server.on('connection', (socket) => {
    openConnections += 1;
    socket.on('close', () => {
      openConnections -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    accepted,
    openConnections: () => openConnections,
    behave(next) {
      behaviour = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * What the contract asks of a provider, in the provider's own words.
 *
 * @param refusals how it words each refusal that it knows.
 */
export function inItsWords<Refusals extends Readonly<Partial<Record<ContractRefusal, object>>>>(
  refusals: Refusals,
  behaviour: ProviderBehaviour,
): Mood | Refusals[keyof Refusals] {
  return typeof behaviour === 'string' && behaviour in refusals
    ? refusals[behaviour as keyof Refusals]
    : (behaviour as Mood);
}

/** An answer in JSON, or in any other type of content. */
export function answer(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A request's headers, as the web's own type. */
export function webHeaders(headers: IncomingHttpHeaders): Headers {
  return new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
