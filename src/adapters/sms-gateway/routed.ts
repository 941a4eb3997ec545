import type { Deadline } from '../../domain/deadline.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import {
  isOutage,
  isPermanent,
  type Sms,
  type SmsAttempt,
  SmsDeliveryError,
  type SmsGateway,
  type SmsReceipt,
} from '../../domain/ports/sms-gateway.ts';
import {
  type RouteGateway,
  routeFor,
  type SendingRoute,
  type SmsRoute,
} from '../../domain/sms/route.ts';
import { smsSegments } from '../../domain/sms/segments.ts';
import { CircuitBreaker } from './lib/circuit-breaker.ts';
import type { OpenSmsGateway } from './lib/registry.ts';

/** One provider under one set of settings; routes that ask for the same share it. */
interface Link {
  readonly name: string;
  readonly index: number;
  readonly gateway: SmsGateway;
  readonly breaker: CircuitBreaker;
}

const MAX_REFERENCE_LENGTH = 40;

/**
 * Sends by the gateways that the destination country's route names, in its order: the next one is
 * asked only when the one before has answered and does not blame the number.
 */
export class RoutedSmsGateway implements SmsGateway {
  readonly #routes: readonly SmsRoute[];
  readonly #links: ReadonlyMap<string, Link>;
  readonly #clock: Clock;

  private constructor(routes: readonly SmsRoute[], links: ReadonlyMap<string, Link>, clock: Clock) {
    this.#routes = routes;
    this.#links = links;
    this.#clock = clock;
  }

  /**
   * Loads every gateway that a route names, so that what is wrong with one is told at start.
   *
   * @throws ConfigError when a route's settings are wrong.
   */
  static async open(
    routes: readonly SmsRoute[],
    openGateway: OpenSmsGateway,
    clock: Clock,
  ): Promise<RoutedSmsGateway> {
    return new RoutedSmsGateway(routes, await openAll(routes, openGateway, clock), clock);
  }

  async send(sms: Sms): Promise<SmsReceipt> {
    const { country } = sms;
    const route = routeFor(this.#routes, { number: sms.to, country });
    if (route?.kind !== 'send') {
      const routing = { country, attempts: [] };
      throw new SmsDeliveryError('country-blocked', 'unsent', { name: 'DeniedByRoute' }, routing);
    }
    const { segments } = smsSegments(sms.text);
    const attempts: SmsAttempt[] = [];
    const links = this.#usable(route);
    let failure = new SmsDeliveryError('timed-out', 'unsent');

    for (const [index, link] of links.entries()) {
      if (sms.deadline.passed) {
        break;
      }
      const startedAt = this.#clock.elapsed();
      const attempted = (error?: SmsDeliveryError) =>
        attempts.push({
          attempt: attempts.length + 1,
          gateway: link.name,
          segments,
          latencyMs: this.#clock.elapsed() - startedAt,
          error,
        });
      try {
        const deadline = this.#share(sms.deadline, links.length - index, route);
        const receipt = await link.gateway.send({ ...sms, deadline });
        link.breaker.succeeded();
        attempted();
        const feedbackReference = referenceOf(link, receipt);
        return { routing: { country, attempts }, feedbackReference };
      } catch (error) {
        if (!(error instanceof SmsDeliveryError)) {
          throw error;
        }
        attempted(error);
        failure = error;
        if (isOutage(error.failure)) {
          link.breaker.failed();
        }
        if (isLast(error, attempts, route)) {
          break;
        }
      }
    }
    const doubtful = attempts.find(({ error }) => error?.mayHaveLeft === true);
    const fate = doubtful?.error?.fate ?? 'unsent';
    const routing = { country, attempts };
    throw new SmsDeliveryError(failure.failure, fate, failure.provider, routing);
  }

  async prepare(): Promise<void> {
    // A gateway of a caller's own may reject; whatever is wrong, its first message tells.
    await Promise.allSettled(
      [...this.#links.values()].map(async ({ gateway }) => gateway.prepare?.()),
    );
  }

  async confirm(reference: string): Promise<void> {
    const [index, ...rest] = reference.split(':');
    const links = [...this.#links.values()];
    const link = links.find((candidate) => String(candidate.index) === index);
    await link?.gateway.confirm?.(rest.join(':'));
  }

  /**
   * How long a gateway may take. Where a timeout ends the matter, a slow gateway may use all the
   * time there is: cutting it short would win nothing. Where the next one is asked after a timeout,
   * the gateways that are left share the time equally.
   */
  #share(deadline: Deadline, gatewaysLeft: number, { retryAfterTimeout }: SendingRoute): Deadline {
    return retryAfterTimeout
      ? deadline.within(Math.ceil(deadline.timeLeft / gatewaysLeft))
      : deadline;
  }

  /** The route's gateways without those that keep failing, unless that would leave none. */
  #usable(route: SendingRoute): readonly Link[] {
    const named = route.gateways.map((gateway) => this.#links.get(keyOf(gateway)));
    const all = named.filter((link) => link !== undefined);
    const working = all.filter(({ breaker }) => !breaker.open);
    return working.length > 0 ? working : all;
  }
}

/** Whether no other gateway should be asked after this failure, the newest of the attempts. */
function isLast(
  { failure, fate }: SmsDeliveryError,
  attempts: readonly SmsAttempt[],
  { retryAfterTimeout }: SendingRoute,
): boolean {
  // One provider may be wrong about a number, or not know its range yet; two are believed.
  const isConfirmed =
    attempts.filter(({ error }) => error?.failure === 'invalid-number').length > 1;
  const isLost = fate === 'unanswered' && !retryAfterTimeout;
  return isPermanent(failure) || isConfirmed || isLost;
}

async function openAll(
  routes: readonly SmsRoute[],
  openGateway: OpenSmsGateway,
  clock: Clock,
): Promise<ReadonlyMap<string, Link>> {
  const chosen = new Map<string, RouteGateway>();
  for (const route of routes) {
    for (const gateway of route.kind === 'send' ? route.gateways : []) {
      chosen.set(keyOf(gateway), chosen.get(keyOf(gateway)) ?? gateway);
    }
  }
  const links = await Promise.all(
    [...chosen].map(async ([key, choice], index): Promise<[string, Link]> => {
      const gateway = await openGateway(choice);
      return [key, { name: choice.gateway, index, gateway, breaker: new CircuitBreaker(clock) }];
    }),
  );
  return new Map(links);
}

function keyOf({ gateway, settings }: RouteGateway): string {
  return JSON.stringify([gateway, settings]);
}

/** Names the gateway along with its own reference: a later invocation must ask the same one. */
function referenceOf(link: Link, { feedbackReference }: SmsReceipt): string | undefined {
  const reference = `${link.index}:${feedbackReference}`;
  return feedbackReference === undefined || reference.length > MAX_REFERENCE_LENGTH
    ? undefined
    : reference;
}
