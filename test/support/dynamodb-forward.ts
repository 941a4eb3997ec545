/** What stands between a client and DynamoDB reads of a request, and how it hands it on. */
import type { IncomingMessage } from 'node:http';

/** Such as `UpdateItem`. */
export function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).split('.')[1] ?? '';
}

/** How many items a request is about. */
export function itemsOf(body: string): number {
  const { RequestItems = {} } = JSON.parse(body) as {
    readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly unknown[] }>>;
  };
  const keys = Object.values(RequestItems).flatMap(({ Keys }) => Keys);
  return keys.length || 1;
}

/** @throws TypeError if the target can't be reached. */
export async function passOn(
  target: string,
  message: IncomingMessage,
  body: string,
): Promise<{ readonly status: number; readonly content: string }> {
  const { host: _, 'content-length': __, connection: ___, ...headers } = message.headers;
  const passed = headers as Record<string, string>;
  const answer = await fetch(target, { method: 'POST', headers: passed, body });
  return { status: answer.status, content: await answer.text() };
}
