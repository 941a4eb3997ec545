/** The metrics of deploy/README.md#metrics, and those that AWS keeps of the function and its table. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SERVICE } from '../../src/container/container.ts';
import type { StoreFailure } from '../../src/domain/ports/store-error.ts';

/** How long each value of a metric counts, where nothing else is said. */
export const FIVE_MINUTES = Duration.minutes(5);

const STORE_FAILURES: Readonly<Record<StoreFailure, string>> = {
  throttled: 'throttled',
  'table-missing': 'tableMissing',
  'access-denied': 'accessDenied',
  'timed-out': 'timedOut',
  unavailable: 'unavailable',
};

/** How often something came to pass, by the function's own count. */
export function count(
  metricName: string,
  period = FIVE_MINUTES,
  dimensions: Readonly<Record<string, string>> = {},
): Metric {
  return new Metric({
    namespace: SERVICE,
    metricName,
    dimensionsMap: { service: SERVICE, ...dimensions },
    statistic: 'Sum',
    period,
  });
}

/** The store's failures, whatever their reason: the metric has a value for each. */
export function storeFaults(): IMetric {
  const byFailure = Object.entries(STORE_FAILURES).map(
    ([failure, id]) => [id, count('store-fault', FIVE_MINUTES, { failure })] as const,
  );
  return sum('DynamoDB failed', FIVE_MINUTES, Object.fromEntries(byFailure));
}

/** Invocations that failed. Lambda takes a sign-up that was refused for an error, which it is not. */
export function faults(handler: IFunction): IMetric {
  return new MathExpression({
    expression: 'SUM([errors, -1 * refused])',
    usingMetrics: {
      errors: handler.metricErrors({ period: FIVE_MINUTES }),
      refused: count('sign-up-refused'),
    },
    label: 'Faults',
    period: FIVE_MINUTES,
  });
}

/** SMS that went out. */
export function sends(period: Duration): IMetric {
  return sum('SMS sent', period, { sent: count('sent', period), resent: count('resent', period) });
}

/**
 * Sign-ins by a right code, in percent of the codes sent.
 *
 * @param enough SMS in the period; with fewer, nothing can be told, and the value is 100.
 */
export function conversion(period: Duration, enough: number): IMetric {
  return new MathExpression({
    expression: `IF(sent >= ${enough}, 100 * SUM([0 * sent, verified]) / sent, 100)`,
    usingMetrics: { sent: count('sent', period), verified: count('verified', period) },
    label: 'Conversion (%)',
    period,
  });
}

/** Reads and writes that DynamoDB refused for their rate. */
export function tableThrottles({ tableName }: Table): IMetric {
  const throttles = (metricName: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: tableName },
      statistic: 'Sum',
      period: FIVE_MINUTES,
    });
  return sum('Throttled by DynamoDB', FIVE_MINUTES, {
    reads: throttles('ReadThrottleEvents'),
    writes: throttles('WriteThrottleEvents'),
  });
}

/** The sum of metrics: an array of them has a sum wherever one of them has a value. */
function sum(label: string, period: Duration, usingMetrics: Record<string, IMetric>): IMetric {
  const expression = `SUM([${Object.keys(usingMetrics).join(', ')}])`;
  return new MathExpression({ expression, usingMetrics, label, period });
}
