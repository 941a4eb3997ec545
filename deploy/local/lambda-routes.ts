/**
 * The Lambda side of the endpoint: what commands that attach functions to pools read of a function, and
 * the statements by which it lets a pool call it. Whether a pool calls it is not asked of them here.
 */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { FunctionPolicies } from './function-policies.ts';
import { type LambdaService, nameIn } from './lambda.ts';
import { isSignedFor } from './signature.ts';

const FUNCTIONS = '/2015-03-31/functions/:name';

const permission = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    StatementId: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/)),
    Action: v.pipe(v.string(), v.regex(/^lambda:(\*|\w+)$/)),
    Principal: v.string(),
    SourceArn: v.exactOptional(v.string()),
    SourceAccount: v.exactOptional(v.string()),
  }),
);

/** @param variables of a function's environment, where anything is known of it */
export function createLambdaRoutes(
  lambda: LambdaService,
  variables: () => Readonly<Record<string, string>> | undefined,
): Hono {
  const policies = new FunctionPolicies();
  const app = new Hono();
  app.use('/2015-03-31/*', async (context, next) => {
    if (isSignedFor('lambda', context.req.header('authorization') ?? '')) return next();
    const message = 'Missing Authentication Token for service lambda.';
    return refuse(context, 403, 'MissingAuthenticationTokenException', message);
  });
  app.get(`${FUNCTIONS}/configuration`, (context) => {
    const resource = resourceOf(context, lambda);
    if (resource === undefined) return noFunction(context);
    const environment = variables();
    return context.json({
      FunctionName: nameIn(resource),
      FunctionArn: resource,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 5,
      MemorySize: 512,
      ...(environment !== undefined && { Environment: { Variables: environment } }),
    });
  });
  app.get(`${FUNCTIONS}/policy`, (context) => {
    const resource = resourceOf(context, lambda);
    if (resource === undefined) return noFunction(context);
    const held = policies.of(resource);
    if (held.length === 0) {
      const message = 'The resource you requested does not exist.';
      return refuse(context, 404, 'ResourceNotFoundException', message);
    }
    const policy = { Version: '2012-10-17', Id: 'default', Statement: held };
    return context.json({ Policy: JSON.stringify(policy) });
  });
  app.post(`${FUNCTIONS}/policy`, async (context) => {
    const resource = resourceOf(context, lambda);
    if (resource === undefined) return noFunction(context);
    const asked = v.safeParse(permission, await context.req.text());
    if (!asked.success) {
      return refuse(context, 400, 'InvalidParameterValueException', v.summarize(asked.issues));
    }
    const added = policies.add(resource, asked.output);
    if (added === undefined) {
      const message = `The statement id (${asked.output.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
      return refuse(context, 409, 'ResourceConflictException', message);
    }
    return context.json({ Statement: JSON.stringify(added) }, 201);
  });
  app.delete(`${FUNCTIONS}/policy/:statement`, (context) => {
    const resource = resourceOf(context, lambda);
    if (resource === undefined) return noFunction(context);
    const id = context.req.param('statement');
    return policies.remove(resource, id)
      ? context.body(null, 204)
      : refuse(context, 404, 'ResourceNotFoundException', `Statement ${id} is not found.`);
  });
  return app;
}

/** @returns the ARN of what is asked for, by name or ARN; undefined where there is no such function */
function resourceOf(context: Context, lambda: LambdaService): string | undefined {
  const asked = decodeURIComponent(context.req.param('name') ?? '');
  const [name = '', alias = context.req.query('Qualifier')] = asked
    .replace(/^arn:aws:lambda:[\w-]+:\d{12}:function:/, '')
    .split(':');
  const arn = lambda.arnOf(name);
  return arn === undefined || alias === undefined ? arn : `${arn}:${alias}`;
}

function noFunction(context: Context): Response {
  const message = `Function not found: ${context.req.param('name')}`;
  return refuse(context, 404, 'ResourceNotFoundException', message);
}

function refuse(
  context: Context,
  status: 400 | 403 | 404 | 409,
  type: string,
  message: string,
): Response {
  return context.json({ Type: 'User', Message: message }, status, { 'x-amzn-errortype': type });
}
