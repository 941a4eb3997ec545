/** What somebody should be told of, and what they are to do about it. */
import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { SendLimitPolicy } from '../../src/domain/abuse/send-limits.ts';
import {
  conversion,
  count,
  FIVE_MINUTES,
  faults,
  sends,
  storeFaults,
  tableThrottles,
} from './function-metrics.ts';

/** What is watched. */
export interface Watched {
  readonly handler: IFunction;
  readonly table: Table;
  /** SMS that an hour refills. */
  readonly smsBudgetPerHour: number;
  /** Where too few codes come back. */
  readonly unconverted: SendLimitPolicy['unconverted'];
}

/** One alarm. */
interface Watch {
  readonly metric: IMetric;
  readonly threshold: number;
  /** Rings below the threshold in place of at it and above. */
  readonly below?: true;
  /** Periods in a row of which all but one must be so; 1 unless it is set. */
  readonly periods?: number;
  /** What happened, and what to do. */
  readonly description: string;
}

/** Milliseconds: at 5 seconds, Cognito gives up. */
const SLOW_MS = 4000;

/** The part of the budget, in percent, from which on somebody should know. */
const NEAR_BUDGET_PERCENT = 80;

const HOUR = Duration.hours(1);

/** All alarms, and the topic that they are told to. */
export class Alarms extends Construct {
  /** To subscribe to. */
  readonly topic: Topic;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    this.topic = createTopic(this);
    const action = new SnsAction(this.topic);
    this.alarms = Object.entries(watches(watched)).map(([name, watch]) => {
      const alarm = createAlarm(this, name, watch);
      alarm.addAlarmAction(action);
      return alarm;
    });
  }
}

function createTopic(scope: Construct): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  // A policy of its own takes the place of the default one, which would let CloudWatch in.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
}

function createAlarm(scope: Construct, name: string, watch: Watch): Alarm {
  const { metric, threshold, below, periods = 1, description } = watch;
  return new Alarm(scope, name, {
    metric,
    threshold,
    comparisonOperator:
      below === true
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods,
    datapointsToAlarm: Math.max(1, periods - 1),
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${description} See deploy/README.md#alarms.`,
  });
}

/** The alarms by name; each has a line in the runbook, deploy/README.md#alarms. */
function watches(watched: Watched): Readonly<Record<string, Watch>> {
  const { handler, table, smsBudgetPerHour, unconverted } = watched;
  return {
    Faults: {
      metric: faults(handler),
      threshold: 1,
      description:
        'The function failed, ran out of time or did not start. Find the lines of level ERROR in its log: each names the fault.',
    },
    SlowAnswers: {
      metric: handler.metricDuration({ statistic: Stats.p(99), period: FIVE_MINUTES }),
      threshold: SLOW_MS,
      periods: 3,
      description:
        'One answer in a hundred takes 4 seconds or more, and Cognito waits 5. Look at sms-latency by gateway, lower SMS_TIMEOUT_MS or put the faster provider first.',
    },
    FailedDeliveries: {
      metric: count('delivery-failed'),
      threshold: 5,
      description:
        'No provider took some SMS. Find the reason in the lines sms-failed of the log: spend limit, sandbox, credentials, country.',
    },
    RefusedSends: {
      metric: count('throttled'),
      threshold: 20,
      description:
        'Limits forbid many SMS. Look at send-refused by reason and country: either an attack, or a limit that is too low.',
    },
    Throttles: {
      metric: handler.metricThrottles({ period: FIVE_MINUTES }),
      threshold: 1,
      description:
        'Lambda refused calls, and their sign-ins failed. Raise the reserved concurrency, or the quota of the account.',
    },
    Lockouts: {
      metric: count('lockout'),
      threshold: 5,
      description:
        'Wrong answers lock several accounts: somebody guesses codes. Find the users and app clients in the lines with lockout, and block their source.',
    },
    LockoutsForGood: {
      metric: count('lockout-near-stop'),
      threshold: 1,
      description:
        'An account nears the number of wrong answers at which only an operator opens it. Find it in the lines with failuresInARow; npm run account unlocks it.',
    },
    StoreFaults: {
      metric: storeFaults(),
      threshold: 1,
      description:
        'DynamoDB failed: sign-ins cannot begin, and no answer is right. The dimension failure of store-fault says why.',
    },
    LowConversion: {
      metric: conversion(HOUR, unconverted.allowance),
      threshold: Math.round((1 - unconverted.share) * 100),
      below: true,
      description:
        'Few codes come back: SMS do not arrive, or traffic is pumped. Compare country-sent and country-verified, and deny the country in SMS_ROUTES or set UNPROVEN_SENDS=refuse.',
    },
    SpendNearBudget: {
      metric: sends(HOUR),
      threshold: Math.ceil((smsBudgetPerHour * NEAR_BUDGET_PERCENT) / 100),
      description:
        'An hour used most of the budget for SMS, beyond which none is sent. Find the country that grew, and raise SENDS_PER_HOUR only if its conversion is sound.',
    },
    TableThrottles: {
      metric: tableThrottles(table),
      threshold: 1,
      description:
        "DynamoDB limits the table's rate. It mends itself as the table grows; if it stays, raise the table's quota or its warm throughput.",
    },
  };
}
