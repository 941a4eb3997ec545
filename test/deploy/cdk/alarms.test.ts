/** Alarms and dashboard: on metrics that exist, each with what to do, and told to a topic. */
import { glob, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ofType, only, type Resource, synthesize } from './synthesized.ts';

interface MetricQuery {
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
  };
}

type Alarm = Resource['Properties'] & {
  readonly AlarmDescription: string;
  readonly Metrics: readonly MetricQuery[];
};

/** The alarm whose description begins with this. */
function alarm(resources: readonly Resource[], beginning: string): Alarm {
  const found = ofType(resources, 'AWS::CloudWatch::Alarm').find(({ Properties }) =>
    String(Properties.AlarmDescription).startsWith(beginning),
  );
  if (found === undefined) {
    throw new Error(`No alarm's description begins with ${beginning}`);
  }
  return found.Properties as Alarm;
}

function expressionOf({ Metrics }: Alarm): string | undefined {
  return Metrics.find(({ Expression }) => Expression !== undefined)?.Expression;
}

const { resources } = synthesize({ smsBudgetPerHour: 1000 });

describe('Every alarm', () => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

  it('is told to the topic, says where to read on, and stays silent without traffic', () => {
    expect(alarms).toHaveLength(11);
    for (const { AlarmActions, AlarmDescription, TreatMissingData } of alarms) {
      expect(AlarmActions).toEqual(['<PhoneOtpAlarmsTopic>']);
      expect(AlarmDescription).toMatch(/ See deploy\/README\.md#alarms\.$/);
      expect(TreatMissingData).toBe('notBreaching');
    }
  });

  it('has a topic that CloudWatch of this account may publish to, over TLS alone', () => {
    const { PolicyDocument } = only(resources, 'AWS::SNS::TopicPolicy').Properties;
    expect((PolicyDocument as { readonly Statement: unknown }).Statement).toEqual([
      {
        Sid: expect.any(String),
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: '<PhoneOtpAlarmsTopic>',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: '<PhoneOtpAlarmsTopic>',
        Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
      },
    ]);
  });
});

describe('The metrics that alarms watch', () => {
  it('are those that the function counts', async () => {
    const sources: string[] = [];
    for await (const path of glob('src/observability/*.ts')) {
      sources.push(await readFile(path, 'utf8'));
    }
    const source = sources.join('\n');
    const written = JSON.stringify(ofType(resources, 'AWS::CloudWatch::Alarm'));
    const names = [
      ...written.matchAll(/"MetricName":"([\w-]+)","Namespace":"cognito-phone-otp"/g),
    ].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      expect(source).toContain(`'${name}'`);
    }
  });
});

describe('An alarm rings', () => {
  it('with the first fault, of which a refused sign-up is none', () => {
    const faults = alarm(resources, 'The function failed');
    expect(expressionOf(faults)).toBe('SUM([errors, -1 * refused])');
    expect(faults).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it('when the slowest answers near the 5 seconds that Cognito waits, in two periods of three', () => {
    expect(alarm(resources, 'One answer in a hundred')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Duration',
      ExtendedStatistic: 'p99',
      Threshold: 4000,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    });
  });

  it.each([
    ['No provider took', 'delivery-failed', 5],
    ['Limits forbid', 'throttled', 20],
    ['Wrong answers lock', 'lockout', 5],
    ['An account nears', 'lockout-near-stop', 1],
  ])('%s …: %s, %i times in 5 minutes', (beginning, MetricName, Threshold) => {
    expect(alarm(resources, beginning)).toMatchObject({
      Namespace: 'cognito-phone-otp',
      MetricName,
      Dimensions: [{ Name: 'service', Value: 'cognito-phone-otp' }],
      Statistic: 'Sum',
      Period: 300,
      Threshold,
    });
  });

  it('when Lambda refuses a call', () => {
    expect(alarm(resources, 'Lambda refused')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Threshold: 1,
    });
  });

  it('when DynamoDB fails, for whichever reason', () => {
    const { Metrics, Threshold } = alarm(resources, 'DynamoDB failed');
    const failures = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []).map(
      ({ MetricName, Dimensions }) => [
        MetricName,
        Dimensions.find(({ Name }) => Name === 'failure')?.Value,
      ],
    );
    expect(failures).toEqual(
      ['throttled', 'table-missing', 'access-denied', 'timed-out', 'unavailable'].map((failure) => [
        'store-fault',
        failure,
      ]),
    );
    expect(Threshold).toBe(1);
  });

  it('when DynamoDB limits its rate', () => {
    const { Metrics } = alarm(resources, "DynamoDB limits the table's rate");
    const names = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? []);
    expect(names).toEqual(['ReadThrottleEvents', 'WriteThrottleEvents']);
  });

  it('when an hour has used 80 % of its budget', () => {
    const spend = alarm(resources, 'An hour used most');
    expect(expressionOf(spend)).toBe('SUM([sent, resent])');
    expect(spend.Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? [])).toEqual([
      3600, 3600,
    ]);
    expect(spend).toMatchObject({ Threshold: 800 });
    const small = synthesize({ smsBudgetPerHour: 1 }).resources;
    expect(alarm(small, 'An hour used most')).toMatchObject({ Threshold: 1 });
  });

  it('when as few codes come back in an hour as make traffic look pumped', () => {
    const low = alarm(resources, 'Few codes come back');
    expect(expressionOf(low)).toBe('IF(sent >= 20, 100 * SUM([0 * sent, verified]) / sent, 100)');
    expect(low).toMatchObject({ Threshold: 30, ComparisonOperator: 'LessThanThreshold' });
    const settings = { UNPROVEN_SENDS_ALLOWANCE: '50', UNPROVEN_SENDS_PERCENT: '90' };
    const patient = alarm(synthesize({ settings }).resources, 'Few codes come back');
    expect(expressionOf(patient)).toContain('sent >= 50');
    expect(patient).toMatchObject({ Threshold: 10 });
  });
});

describe('The dashboard', () => {
  it('shows the alarms, and every metric that they watch', () => {
    const body = String(only(resources, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody);
    const { widgets } = JSON.parse(body);
    expect(widgets[0].type).toBe('alarm');
    expect(widgets[0].properties.alarms).toHaveLength(11);
    for (const name of [
      'sent',
      'verified',
      'delivery-failed',
      'throttled',
      'lockout',
      'store-fault',
    ]) {
      expect(body).toContain(`["cognito-phone-otp","${name}"`);
    }
    expect(body).toContain(
      `SEARCH('{cognito-phone-otp,service,gateway,country,result} MetricName=\\"sms\\"', 'Sum', 300)`,
    );
  });
});
