/**
 * Keeps codes from other sites. A browser can be made to ask for them: by a page of another origin,
 * or by a host name whose owner lets it point here (DNS rebinding).
 */
import { isIP } from 'node:net';
import { hostname as ownHostname } from 'node:os';
import type { Context, MiddlewareHandler } from 'hono';

/** The address that only this machine reaches. */
export const DEFAULT_HOST = '127.0.0.1';

/** What a container calls the machine that it runs on. */
const CONTAINER_ALIAS = 'host.docker.internal';

/** Whether only this machine reaches what listens at `host`. */
export function isThisMachine(host: string): boolean {
  // Browsers look for `localhost`, and whatever ends in it, nowhere but here.
  return ['127.0.0.1', '::1', 'localhost'].includes(host) || host.endsWith('.localhost');
}

/**
 * Answers 403 to whatever is asked of a host that may be another site's, and by such a one.
 *
 * @param listensAt from where the endpoint is reached.
 */
export function onlyKnownHosts(listensAt = DEFAULT_HOST): MiddlewareHandler {
  const isKnown = (host: string) =>
    isThisMachine(host) || (!isThisMachine(listensAt) && canBeNobodyElses(host, listensAt));
  const said = isThisMachine(listensAt) ? '' : ', addresses, and names without a dot';
  return (context, next) => {
    const header = context.req.header('host') ?? '';
    const host = hostOf(`http://${header}`);
    if (!isKnown(host)) return refuse(context, 'host', header, said);
    const origin = context.req.header('origin');
    if (origin === undefined) return next();
    // Any page has an origin: only those of this machine, and of the very host that is asked, may.
    const from = hostOf(origin);
    return isThisMachine(from) || from === host ? next() : refuse(context, 'origin', origin, said);
  };
}

/**
 * An address is nobody's name, and no name server of the internet knows a name without a dot, such
 * as a container's.
 */
function canBeNobodyElses(host: string, listensAt: string): boolean {
  const names = [listensAt, ownHostname().toLowerCase(), CONTAINER_ALIAS];
  return isIP(host) !== 0 || names.includes(host) || /^[\w-]+$/.test(host);
}

/** @returns the host name of a URL, without the brackets of IPv6; empty where it is none */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

async function refuse(
  context: Context,
  what: string,
  value: string,
  others: string,
): Promise<Response> {
  const message = `The ${what} '${value}' is not known here: SMS are shown to 127.0.0.1, [::1] and localhost${others} alone.`;
  return context.json({ message }, 403);
}
