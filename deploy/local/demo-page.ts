/**
 * The demo page at http://localhost:3000: built into memory when it starts, and served with what
 * it can't know by itself: where the endpoint is, and, live, the SMS and the event log.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { LocalEndpoint } from './endpoint.ts';
import type { EventLog } from './event-log.ts';
import { createInboxRoutes } from './inbox-routes.ts';
import { onlyKnownHosts } from './known-hosts.ts';
import type { PageConfig, PageEvent } from './web/page-protocol.ts';

const SOURCE = fileURLToPath(new URL('web', import.meta.url));

export interface DemoPageOptions {
  readonly endpoint: LocalEndpoint;
  readonly log: EventLog;
  readonly users: readonly string[];
  /** 0 takes any free port. */
  readonly port: number;
  readonly files: PageFiles;
}

export interface DemoPage {
  readonly url: string;
  close(): Promise<void>;
}

/** The built page: text by path, such as `/index.html`. */
export type PageFiles = ReadonlyMap<string, string>;

/** Builds the page with Vite, which leaves nothing on the disk. */
export async function buildPage(): Promise<PageFiles> {
  const { build } = await import('vite');
  const result = await build({
    root: SOURCE,
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2022', modulePreload: false, chunkSizeWarningLimit: 2000 },
  });
  const files = new Map<string, string>();
  for (const { output } of [result].flat().filter((built) => 'output' in built)) {
    for (const file of output) {
      const content = file.type === 'chunk' ? file.code : file.source;
      files.set(`/${file.fileName}`, content.toString());
    }
  }
  return files;
}

/** @throws Error with the `code` of the socket, such as EADDRINUSE, where it can't listen */
export async function startDemoPage(options: DemoPageOptions): Promise<DemoPage> {
  const app = createPageRoutes(options);
  const open = () => createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  const servers = await listenOnLocalhost(open, options.port);
  const { port } = servers[0].address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: async () => {
      await Promise.all(servers.map(stop));
    },
  };
}

function createPageRoutes({ endpoint, log, users, files }: DemoPageOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('content-security-policy', contentSecurityPolicy(endpoint.url));
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'no-referrer');
    context.header('cache-control', 'no-store');
  });
  app.use(onlyKnownHosts());
  app.get('/config.json', (context) => {
    const { url, userPoolId, clientId } = endpoint;
    const config: PageConfig = { endpoint: url, userPoolId, clientId, users };
    return context.json(config);
  });
  app.get('/events', () => streamEvents(endpoint, log));
  app.route('/inbox', createInboxRoutes(endpoint.inbox));
  app.get('*', (context) => serveFile(context, files));
  return app;
}

/** Nothing but the page's own files, and calls of the endpoint. */
function contentSecurityPolicy(endpoint: string): string {
  // A policy has no form for an address of IPv6: there it is any host, at that port.
  const source = endpoint.replace(/\[.+\]/, '*');
  return `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ${source}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

function serveFile(context: Context, files: PageFiles): Response {
  const path = context.req.path === '/' ? '/index.html' : context.req.path;
  const content = files.get(path);
  const type = CONTENT_TYPES[path.slice(path.lastIndexOf('.') + 1)];
  if (content === undefined || type === undefined) return context.notFound() as Response;
  return context.body(content, 200, { 'content-type': type });
}

/** Server-sent events. A page that connects again gets everything again, and starts over. */
function streamEvents(endpoint: LocalEndpoint, log: EventLog): Response {
  let unsubscribe = () => {};
  const text = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      const send = (event: PageEvent) => {
        stream.enqueue(text.encode(`data: ${JSON.stringify(event)}\n\n`));
      };
      const stopSms = endpoint.inbox.subscribe(send);
      const stopLog = log.subscribe((entry) => send({ kind: 'log', entry }));
      unsubscribe = () => {
        stopSms();
        stopLog();
      };
      send({ kind: 'start' });
      for (const sms of endpoint.inbox.messages) send({ kind: 'sms', sms });
      for (const entry of log.entries) send({ kind: 'log', entry });
    },
    cancel: () => unsubscribe(),
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/**
 * `localhost` is one address to people and two to machines: a page on only one of them could lose
 * its visitors to whatever listens on the other.
 */
async function listenOnLocalhost(
  open: () => Server,
  wanted: number,
): Promise<[Server, ...Server[]]> {
  const first = open();
  await listen(first, wanted, '127.0.0.1');
  const { port } = first.address() as AddressInfo;
  const second = open();
  try {
    await listen(second, port, '::1');
    return [first, second];
  } catch (error) {
    if (hasCode(error, ['EADDRNOTAVAIL', 'EAFNOSUPPORT'])) return [first];
    await stop(first);
    throw error;
  }
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, host, listening.resolve);
  await listening.promise;
}

async function stop(server: Server): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  server.close(() => stopped.resolve());
  server.closeAllConnections();
  await stopped.promise;
}
