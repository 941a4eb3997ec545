/** What the endpoint answers at which address, and the CORS headers that browsers need. */
import { type Context, Hono } from 'hono';
import { openIdConfiguration } from './cognito/discovery.ts';
import { CognitoError } from './cognito/errors.ts';
import { answerCall, answerInternalError, type CallListeners } from './cognito/protocol.ts';
import type { CognitoService } from './cognito/service.ts';
import { END_USER_MESSAGING, EndUserMessagingSide } from './end-user-messaging.ts';
import type { Inbox } from './inbox.ts';
import { createInboxRoutes } from './inbox-routes.ts';
import type { SmsNetwork } from './sms-network.ts';
import { SnsSide } from './sns.ts';
import { TwilioSide } from './twilio.ts';

export interface RoutedTo {
  readonly service: CognitoService;
  readonly network: SmsNetwork;
  readonly inbox: Inbox;
  /** The Lambda side. */
  readonly lambda: Hono;
  readonly listeners: CallListeners;
  /** Whether users can sign in yet. */
  readonly isReady: () => boolean;
  /** The address that the endpoint listens at. */
  readonly host: string;
}

export function createRoutes(parts: RoutedTo): Hono {
  const { service, network, inbox, lambda, listeners, isReady, host } = parts;
  const sns = new SnsSide(network);
  const endUserMessaging = new EndUserMessagingSide(network);
  const twilio = new TwilioSide(network);
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('access-control-allow-origin', '*');
    context.header(
      'access-control-expose-headers',
      'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
    );
  });
  app.options('/inbox', (context) => answerPreflight(context, 'GET, DELETE'));
  app.options('*', (context) => answerPreflight(context, 'POST'));
  app.post('/', (context) => {
    const request = context.req.raw;
    const target = request.headers.get('x-amz-target');
    if (target === null) return sns.answer(request);
    return target.startsWith(`${END_USER_MESSAGING}.`)
      ? endUserMessaging.answer(request)
      : answerCall(service, request, listeners);
  });
  app.post('/2010-04-01/Accounts/:accountSid/Messages.json', (context) =>
    twilio.answer(context.req.raw, context.req.param('accountSid')),
  );
  app.get('/health', (context) =>
    isReady() ? context.json({ status: 'ready' }) : context.json({ status: 'starting' }, 503),
  );
  app.route('/', lambda);
  app.route('/inbox', createInboxRoutes(inbox, host));
  app.get('/:poolId/.well-known/jwks.json', async (context) =>
    context.json(await service.pools.pool(context.req.param('poolId')).keys.jwks()),
  );
  app.get('/:poolId/.well-known/openid-configuration', (context) => {
    const { id } = service.pools.pool(context.req.param('poolId'));
    const base = `${new URL(context.req.url).origin}/${id}`;
    return context.json(openIdConfiguration(service.issuerOf(id), base));
  });
  app.onError(answerFault);
  return app;
}

/** Echoes the headers asked for: a wildcard would never cover `Authorization`. */
function answerPreflight(context: Context, methods: string): Response {
  return context.body(null, 200, {
    'access-control-allow-methods': methods,
    'access-control-allow-headers': context.req.header('access-control-request-headers') ?? '',
    'access-control-max-age': '172800',
  });
}

function answerFault(error: Error, context: Context): Response {
  if (error instanceof CognitoError) return context.json({ message: error.message }, error.status);
  console.error(error);
  return answerInternalError();
}
