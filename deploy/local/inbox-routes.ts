/** `/inbox`: the SMS so far, to read and to throw away; `?to=` picks those to one number. */
import { type Context, Hono } from 'hono';
import type { Inbox } from './inbox.ts';
import { onlyKnownHosts } from './known-hosts.ts';

/** @param listensAt the address from which it is reached */
export function createInboxRoutes(inbox: Inbox, listensAt?: string): Hono {
  const app = new Hono();
  app.use(onlyKnownHosts(listensAt));
  app.get('/', (context) => {
    const to = readNumber(context);
    if (to instanceof Response) return to;
    return context.json(inbox.messages.filter((sms) => to === undefined || sms.to === to));
  });
  app.delete('/', (context) => {
    const to = readNumber(context);
    if (to instanceof Response) return to;
    inbox.clear(to);
    return context.body(null, 204);
  });
  return app;
}

/** @returns undefined for all numbers, or the answer to a query that means nothing here */
function readNumber(context: Context): string | undefined | Response {
  const { to, ...others } = context.req.query();
  const [unknown] = Object.keys(others);
  // With a parameter that is only ignored, DELETE would throw all away.
  if (unknown !== undefined) return badQuery(context, `There is no parameter '${unknown}', only`);
  // A plus that is not written %2B is read as a space.
  const number = to?.replace(/^ /, '+');
  if (number === undefined || /^\+[1-9]\d{1,14}$/.test(number)) return number;
  return badQuery(context, `'${to}' is no phone number in E.164, such as`);
}

function badQuery(context: Context, what: string): Response {
  return context.json({ message: `${what} ?to=+12025550100.` }, 400);
}
