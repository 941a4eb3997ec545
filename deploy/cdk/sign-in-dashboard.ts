/** What an operator looks at first: sign-ins, SMS, and what stands in their way. */
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { SERVICE } from '../../src/container/container.ts';
import type { Watched } from './alarms.ts';
import {
  conversion,
  count,
  FIVE_MINUTES,
  faults,
  sends,
  storeFaults,
  tableThrottles,
} from './function-metrics.ts';

/** Puts it together. */
export function createDashboard(
  scope: Construct,
  { handler, table, unconverted }: Watched,
  alarms: readonly Alarm[],
): Dashboard {
  const duration = (percentile: number) =>
    handler.metricDuration({ statistic: Stats.p(percentile), period: FIVE_MINUTES });
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24 })],
      [
        graph('Sign-ins', [count('sent'), count('verified'), count('rejected'), count('failed')]),
        graph('Conversion (%)', [conversion(FIVE_MINUTES, unconverted.allowance)]),
        graph('SMS', [sends(FIVE_MINUTES), count('delivery-failed'), count('throttled')]),
      ],
      [
        graph('SMS by gateway, country and result', [bySms('sms', 'Sum')]),
        graph('Milliseconds that providers take (p99)', [bySms('sms-latency', 'p99')]),
        graph('Locks', [count('lockout'), count('lockout-near-stop'), count('withheld')]),
      ],
      [
        graph('Milliseconds that the function takes', [duration(50), duration(99)]),
        graph('Function', [faults(handler), handler.metricThrottles({ period: FIVE_MINUTES })]),
        graph('Table', [storeFaults(), tableThrottles(table)]),
      ],
    ],
  });
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8 });
}

/** A metric of each attempt to send, with a line for each gateway, country and result. */
function bySms(name: string, statistic: string): IMetric {
  const schema = `{${SERVICE},service,gateway,country,result}`;
  return new MathExpression({
    expression: `SEARCH('${schema} MetricName="${name}"', '${statistic}', ${FIVE_MINUTES.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period: FIVE_MINUTES,
  });
}
