/** What the terminal of `npm start` shows of each event. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { lineOf, type TerminalEvent } from '../../../deploy/local/terminal.ts';

const at = new Date(2026, 0, 15, 12, 0, 5).toISOString();

const round = (trigger: string, response: object, request = {}) =>
  ({
    ...{ kind: 'trigger', at, trigger, request },
    outcome: { kind: 'returned', response },
  }) as TerminalEvent;

const lines: readonly [TerminalEvent, string][] = [
  [
    { kind: 'call', at, operation: 'InitiateAuth' },
    '12:00:05 InitiateAuth  The app wants to sign a user in.',
  ],
  [
    round('CreateAuthChallenge', { publicChallengeParameters: { status: 'SENT' } }),
    '12:00:05   CreateAuthChallenge  A round is opened, with status SENT.',
  ],
  [
    round('VerifyAuthChallengeResponse', { answerCorrect: false }),
    '12:00:05   VerifyAuthChallengeResponse  The answer is not right.',
  ],
  [
    round(
      'VerifyAuthChallengeResponse',
      { answerCorrect: false },
      { clientMetadata: { action: 'resend' } },
    ),
    '12:00:05   VerifyAuthChallengeResponse  A new code is asked for.',
  ],
  [
    {
      ...{ kind: 'trigger', at, trigger: 'CreateAuthChallenge', request: {} },
      outcome: { kind: 'failed', reason: 'It did not answer in time.' },
    },
    '12:00:05   CreateAuthChallenge  The function failed: It did not answer in time.',
  ],
  [
    {
      ...{ kind: 'refusal', at, operation: 'InitiateAuth', code: 'InvalidLambdaResponseException' },
      ...{ message: 'Unrecognizable lambda output', hint: 'no challengeName' },
    },
    '12:00:05 InitiateAuth  Refused: InvalidLambdaResponseException: Unrecognizable lambda output (no challengeName)',
  ],
  [{ kind: 'cleared' }, 'SMS deleted: all'],
  [{ kind: 'cleared', to: '+12025550100' }, 'SMS deleted: +12025550100'],
];

describe('The terminal of npm start', () => {
  it.each(lines)('has one line for %j', (event, line) => {
    expect(stripVTControlCharacters(lineOf(event))).toBe(line);
  });

  it('sets an SMS apart from the lines around it', () => {
    const sms = { to: '+12025550100', message: 'Your code is 123456', at };
    expect(stripVTControlCharacters(lineOf({ kind: 'sms', sms }))).toBe(
      '\n12:00:05  SMS to +12025550100 \n  Your code is 123456\n',
    );
  });
});
