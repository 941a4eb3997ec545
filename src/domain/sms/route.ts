/** Which providers a message may go by, decided by its destination. */

/** One rule, for some numbers. */
export type SmsRoute = (SendingRoute | DenyingRoute) & {
  /** ISO 3166-1 alpha-2 codes, or all. */
  readonly countries: ReadonlySet<string> | '*';
  /** What numbers begin with, such as `+881`; such a rule comes before those for countries. */
  readonly prefixes: readonly string[];
};

/** A rule that sends. */
export interface SendingRoute {
  readonly kind: 'send';
  /** In the order in which they are asked; at least one. */
  readonly gateways: readonly RouteGateway[];
  /** BCP 47; for users who have not said which language they read. */
  readonly locale: string | undefined;
  /** Write to everyone in `locale`: where carriers deliver registered texts alone, as in India. */
  readonly ignoreUserLocale: boolean;
  /** Ask the next provider even where the first may have sent the message without saying so. */
  readonly retryAfterTimeout: boolean;
}

/** A rule under which nobody gets an SMS. */
export interface DenyingRoute {
  readonly kind: 'deny';
}

/** A provider's name in the registry, and what the route sets for it. */
export interface RouteGateway {
  readonly gateway: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where in SMS_ROUTES it stands, for the operator. */
  readonly title: string;
}

/** Where a message is to go. */
export interface Destination {
  /** In its canonical form. */
  readonly number: string;
  /** ISO 3166-1 alpha-2, or `ZZ`. */
  readonly country: string;
}

/**
 * The rule for a destination: the one with the longest prefix that its number begins with, or else the first that
 * takes its country; `undefined` when none does, which denies it.
 */
export function routeFor(
  routes: readonly SmsRoute[],
  { number, country }: Destination,
): SmsRoute | undefined {
  return (
    routeByPrefix(routes, number) ??
    routes.find(({ countries }) => countries === '*' || countries.has(country))
  );
}

/** Whether a rule names the number by what it begins with, and sends. */
export function isNamed(routes: readonly SmsRoute[], number: string): boolean {
  return routeByPrefix(routes, number)?.kind === 'send';
}

function routeByPrefix(routes: readonly SmsRoute[], number: string): SmsRoute | undefined {
  const fitting = routes.flatMap((route) =>
    route.prefixes
      .filter((prefix) => number.startsWith(prefix))
      .map(({ length }) => ({ route, length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.route;
}
