/** One log line for what each invocation came to, and one for each SMS that a provider was asked to send. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Outcome } from '../domain/outcome.ts';
import type { SmsRouting } from '../domain/ports/sms-gateway.ts';
import { describeFailedSms, type OutcomeRecord } from './outcome-record.ts';

/** @param subject fields that say whom the lines are about. */
export function logOutcome(
  logger: Logger,
  subject: Readonly<Record<string, string>>,
  { kind }: Outcome,
  { level, details, routing, warning }: OutcomeRecord,
): void {
  if (routing !== undefined) {
    logSms(logger, subject, routing);
  }
  logger[level](kind, { outcome: kind, ...subject, ...details });
  if (warning !== undefined) {
    logger.warn('warning', { outcome: 'warning', warning });
  }
}

/** What each attempt cost, and what came of it. */
function logSms(
  logger: Logger,
  subject: Readonly<Record<string, string>>,
  { country, attempts }: SmsRouting,
): void {
  for (const { attempt, gateway, segments, latencyMs, error } of attempts) {
    const outcome = error === undefined ? 'sms-accepted' : 'sms-failed';
    logger[error === undefined ? 'info' : 'warn'](outcome, {
      outcome,
      attempt,
      gateway,
      country,
      segments,
      latencyMs,
      ...(error !== undefined && describeFailedSms(error)),
      ...subject,
    });
  }
}
