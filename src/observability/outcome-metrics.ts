/** What each invocation came to, in numbers: CloudWatch metrics, by way of the log (embedded metric format). */
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Outcome } from '../domain/outcome.ts';
import type { SmsRouting } from '../domain/ports/sms-gateway.ts';
import { StoreError } from '../domain/ports/store-error.ts';
import type { OutcomeRecord } from './outcome-record.ts';

/** Counts the outcome under its own kind, every SMS by gateway, country and result, and what an alarm should watch. */
export function countOutcome(
  metrics: Metrics,
  { kind }: Outcome,
  { routing, counts = [] }: OutcomeRecord,
): void {
  if (routing !== undefined) {
    countSms(metrics, routing);
  }
  for (const [name, dimensions] of counts) {
    count(metrics, name, dimensions);
  }
  count(metrics, kind);
}

/** Counts an invocation that came to no outcome. */
export function countFault(metrics: Metrics, error: unknown): void {
  if (error instanceof StoreError) {
    count(metrics, 'store-fault', { failure: error.failure });
  }
  count(metrics, 'fault');
}

function countSms(metrics: Metrics, { country, attempts }: SmsRouting): void {
  for (const { gateway, attempt, segments, latencyMs, error } of attempts) {
    const result = error === undefined ? 'accepted' : error.failure;
    metrics
      .addDimensions({ gateway, country, result })
      .addMetadata('attempt', String(attempt))
      .addMetric('sms', MetricUnit.Count, 1)
      .addMetric('sms-segments', MetricUnit.Count, segments)
      .addMetric('sms-latency', MetricUnit.Milliseconds, latencyMs)
      .publishStoredMetrics();
  }
}

function count(metrics: Metrics, name: string, dimensions?: Readonly<Record<string, string>>) {
  if (dimensions !== undefined) {
    metrics.addDimensions(dimensions);
  }
  metrics.addMetric(name, MetricUnit.Count, 1).publishStoredMetrics();
}
