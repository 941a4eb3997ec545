/** Which providers a message may go by, decided by its destination country. */

/** One rule. Of several, the first that takes the country holds. */
export type SmsRoute = (SendingRoute | DenyingRoute) & {
  /** ISO 3166-1 alpha-2 codes, or all. */
  readonly countries: ReadonlySet<string> | '*';
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

/** The rule for a country; `undefined` when none takes it, which denies it. */
export function routeFor(routes: readonly SmsRoute[], country: string): SmsRoute | undefined {
  return routes.find(({ countries }) => countries === '*' || countries.has(country));
}
