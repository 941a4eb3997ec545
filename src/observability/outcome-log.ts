/** One log line for what each invocation came to, at a level that says whether to look at it. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Outcome, TriggerEvent } from '../dispatcher.ts';
import type { Pseudonymizer } from '../domain/ports/pseudonymizer.ts';
import type { SmsRouting } from '../domain/ports/sms-gateway.ts';
import { describeFault } from './redaction.ts';

export function logOutcome(
  logger: Logger,
  pseudonymizer: Pseudonymizer,
  event: TriggerEvent,
  outcome: Outcome,
): void {
  const subject =
    outcome.kind === 'not-our-trigger'
      ? { trigger: event.triggerSource }
      : subjectOf(event, pseudonymizer);
  for (const line of smsLines(outcome)) {
    logger[line.reason === undefined ? 'info' : 'warn'](line.outcome, { ...line, ...subject });
  }
  logger[level(outcome)](outcome.kind, { outcome: outcome.kind, ...subject, ...details(outcome) });
}

/** One line for each SMS that a provider was asked to send: what it cost, and what came of it. */
function smsLines(outcome: Outcome) {
  const routing = smsRouting(outcome);
  return (routing?.attempts ?? []).map(({ attempt, gateway, segments, latencyMs, error }) => ({
    outcome: error === undefined ? 'sms-accepted' : 'sms-failed',
    attempt,
    gateway,
    country: routing?.country,
    segments,
    latencyMs,
    ...(error !== undefined && {
      reason: error.failure,
      mayHaveLeft: error.mayHaveLeft,
      provider: error.provider,
    }),
  }));
}

/** How the outcome's SMS found its way, where one was to be sent. */
export function smsRouting(outcome: Outcome): SmsRouting | undefined {
  switch (outcome.kind) {
    case 'sent':
    case 'resent':
      return outcome.routing;
    case 'delivery-failed':
      return outcome.error.routing;
    default:
      return undefined;
  }
}

/** Whom a line is about. The same user always has the same pseudonym; only the key's holder can tell whose it is. */
function subjectOf(event: TriggerEvent, pseudonymizer: Pseudonymizer) {
  const { triggerSource, userPoolId, callerContext, userName, request } = event;
  return {
    trigger: triggerSource,
    userPool: userPoolId,
    appClient: callerContext.clientId,
    user: pseudonymizer.pseudonym(request.userAttributes?.sub ?? userName),
  };
}

function level(outcome: Outcome): 'info' | 'warn' {
  switch (outcome.kind) {
    case 'delivery-failed':
    case 'abandoned':
    case 'not-our-trigger':
    case 'phone-not-confirmed':
      return 'warn';
    case 'throttled':
      return outcome.reason === 'number-limit' ? 'info' : 'warn';
    case 'withheld':
      return outcome.reason === 'user-not-found' ? 'info' : 'warn';
    case 'failed':
    case 'rejected':
      return outcome.reason === 'foreign-metadata' || isNotable(outcome) ? 'warn' : 'info';
    default:
      return isNotable(outcome) ? 'warn' : 'info';
  }
}

/** What deserves a look whatever else became of the round. */
function isNotable(outcome: Outcome): boolean {
  return (
    ('foreignMetadata' in outcome && outcome.foreignMetadata) ||
    ('locksAccount' in outcome && outcome.locksAccount) ||
    ('unprovenSends' in outcome && outcome.unprovenSends) ||
    ('fault' in outcome && outcome.fault !== undefined)
  );
}

function details(outcome: Outcome): Record<string, unknown> {
  return {
    ...('reason' in outcome && { reason: outcome.reason }),
    ...(outcome.kind === 'delivery-failed' && {
      reason: outcome.error.failure,
      mayHaveLeft: outcome.error.mayHaveLeft,
      provider: outcome.error.provider,
    }),
    ...('country' in outcome && { country: outcome.country }),
    ...('unprovenSends' in outcome && { unprovenSends: true }),
    ...('locksAccount' in outcome && { lockout: true }),
    ...('fault' in outcome && { fault: describeFault(outcome.fault) }),
    ...('feedback' in outcome && { feedback: outcome.feedback }),
    ...('status' in outcome && {
      status: outcome.status,
      attemptsRemaining: outcome.attemptsRemaining,
      resendsRemaining: outcome.resendsRemaining,
      ...(outcome.foreignMetadata && { foreignMetadata: true }),
    }),
  };
}
