import { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, it } from 'vitest';
import type { SendPace } from '../../src/domain/abuse/answer-pace.ts';
import type { CreateOutcome } from '../../src/domain/create-outcome.ts';
import { logOutcome } from '../../src/observability/outcome-log.ts';
import { recordOf } from '../../src/observability/outcome-record.ts';
import { captureLog } from '../support/function.ts';

describe('The log of a send that took longer than its step', () => {
  function linesOf(pace: SendPace) {
    const outcome: CreateOutcome = {
      kind: 'sent',
      status: 'SENT',
      reference: 'reference',
      round: 'round',
      destination: '+*******',
      codeLength: 6,
      expiresInMs: 300_000,
      attemptsRemaining: 3,
      resendsRemaining: 2,
      resendAfterMs: 30_000,
      foreignMetadata: false,
      routing: undefined,
      country: 'SG',
      pace,
    };
    const log = captureLog();
    logOutcome(new Logger(), { user: 'pseudonym' }, outcome, recordOf(outcome));
    return log.lines();
  }

  it('has a line of its own for the operator, where too many did', () => {
    expect(linesOf({ dueAt: 500, overran: true, tooMany: true })).toMatchObject([
      { level: 'INFO', outcome: 'sent', user: 'pseudonym' },
      { level: 'WARN', outcome: 'warning', warning: expect.stringContaining('ANSWER_STEP_MS') },
    ]);
  });

  it('has none otherwise', () => {
    expect(linesOf({ dueAt: 500, overran: true })).toHaveLength(1);
  });
});
