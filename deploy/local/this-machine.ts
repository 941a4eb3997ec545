/**
 * Keeps codes from other sites. A browser on this machine can be made to ask for them: by a page of
 * another origin, or by a host name whose owner lets it point here (DNS rebinding).
 */
import type { Context, MiddlewareHandler } from 'hono';

/** Answers 403 to whatever is not asked of this machine, and by it. */
export const onlyThisMachine: MiddlewareHandler = (context, next) => {
  const host = context.req.header('host') ?? '';
  const origin = context.req.header('origin');
  if (!isHere(`http://${host}`)) return refuse(context, 'host', host);
  if (origin !== undefined && !isHere(origin)) return refuse(context, 'origin', origin);
  return next();
};

/** Browsers look for `localhost`, and whatever ends in it, nowhere but here. */
function isHere(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname) || hostname.endsWith('.localhost');
}

async function refuse(context: Context, what: string, value: string): Promise<Response> {
  const message = `The ${what} '${value}' is not this machine's: SMS are shown to 127.0.0.1, [::1] and localhost alone.`;
  return context.json({ message }, 403);
}
