/** Stands between a client and DynamoDB, and lets befall each request in turn what a test asks for. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { itemsOf, operationOf, passOn } from './dynamodb-forward.ts';

/** What befalls one request. */
export type DynamoDbFault =
  | 'hang'
  | 'drop the connection'
  /** DynamoDB does what was asked for, and nobody hears of it. */
  | 'lose the answer'
  /** Of a batch, the last item comes back as one that DynamoDB did not get to. */
  | 'leave an item out'
  /** Happens when the request has arrived; DynamoDB answers it all the same. */
  | (() => void)
  | Refusal;

/** An error in DynamoDB's own words. */
export interface Refusal {
  readonly status: number;
  readonly name: string;
  /** The service's time, where it differs from ours. */
  readonly date?: Date;
  /** Repeats the request in the error's text. */
  readonly quotes?: true;
}

export interface FaultyDynamoDb {
  readonly url: string;
  /** Operations that arrived, in order, such as `UpdateItem`. */
  readonly requests: string[];
  /** How many connections there have been, and how many are open now. */
  connections(): { readonly opened: number; readonly open: number };
  /** How many items have been asked for. */
  itemsRead(): number;
  /** What the newest request says. */
  newest(): unknown;
  /** What befalls the next requests, in order; those after them pass. */
  next(...faults: DynamoDbFault[]): void;
  /** What befalls every request, until told otherwise. */
  always(fault: DynamoDbFault | undefined): void;
  /** Drops the next request on every connection that is open now. */
  killConnections(): void;
  close(): Promise<void>;
}

export async function startFaultyDynamoDb(target: string): Promise<FaultyDynamoDb> {
  const requests: string[] = [];
  let newest = '';
  let itemsRead = 0;
  let queue: DynamoDbFault[] = [];
  let constant: DynamoDbFault | undefined;

  let opened = 0;
  const open = new Set<Socket>();
  const dead = new Set<Socket>();

  const server = createServer(async (message, response) => {
    const body = await text(message);
    newest = body;
    const operation = operationOf(message);
    requests.push(operation);
    itemsRead += operation.endsWith('GetItem') ? itemsOf(body) : 0;
    const fault = queue.shift() ?? constant;
    if (fault === 'hang') {
      return;
    }
    if (fault === 'drop the connection' || dead.has(message.socket)) {
      message.socket.resetAndDestroy();
      return;
    }
    if (typeof fault === 'object') {
      refuse(response, fault, body);
      return;
    }
    if (typeof fault === 'function') {
      fault();
    }
    const leftOut = fault === 'leave an item out' ? withoutLastKey(body) : undefined;
    const passed = leftOut?.request ?? body;
    const answer = await passOn(target, message, passed).catch(() => undefined);
    if (fault === 'lose the answer' || answer === undefined) {
      message.socket.resetAndDestroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(leftOut?.amend(answer.content) ?? answer.content);
  });
  server.on('connection', (socket) => {
    opened += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => ({ opened, open: open.size }),
    itemsRead: () => itemsRead,
    newest: () => JSON.parse(newest),
    next(...faults) {
      queue = faults;
    },
    always(fault) {
      constant = fault;
    },
    killConnections() {
      for (const socket of open) {
        dead.add(socket);
      }
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * A batch that DynamoDB does in part: what reaches it, and how its answer then reads.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
function withoutLastKey(body: string) {
  const { RequestItems } = JSON.parse(body);
  const [[table, { Keys, ...rest }]] = Object.entries<{ Keys: unknown[] }>(RequestItems) as [
    [string, { Keys: unknown[] }],
  ];
  const only = (keys: unknown[]) => ({ [table]: { ...rest, Keys: keys } });
  // An empty batch is an error: of a single item, another stands in for what is answered.
  const asked = Keys.length > 1 ? Keys.slice(0, -1) : [{ pk: { S: 'nothing' } }];
  return {
    request: JSON.stringify({ RequestItems: only(asked) }),
    amend: (content: string) =>
      JSON.stringify({ ...JSON.parse(content), UnprocessedKeys: only(Keys.slice(-1)) }),
  };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function refuse(
  response: ServerResponse,
  { status, name, date, quotes }: Refusal,
  request: string,
): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    ...(date !== undefined && { date: date.toUTCString() }),
  });
  const origin = name.startsWith('Throttling')
    ? 'com.amazon.coral.availability'
    : 'com.amazonaws.dynamodb.v20120810';
  response.end(JSON.stringify({ __type: `${origin}#${name}`, message: quotes ? request : name }));
}
