/** What people read: every status, problem and event in words. */
import {
  type CodeRound,
  hasNewCode,
  type PhoneSignInError,
  type Problem,
} from './phone-sign-in.ts';

export type Tone = 'calm' | 'good' | 'bad' | 'busy';

export interface Notice {
  readonly tone: Tone;
  readonly text: string;
}

/** @param before the round before, where there was one */
export function roundNotice(round: CodeRound, before?: CodeRound): Notice {
  const { status, resendsRemaining, expiresAt } = round;
  const to = recipientOf(round);
  switch (status) {
    case 'SENT':
      return { tone: 'calm', text: `We sent a code to ${to}.` };
    case 'RESENT':
      return {
        tone: 'good',
        text: `A new code is on its way to ${to}. The old one no longer works.`,
      };
    case 'INCORRECT':
      return { tone: 'bad', text: 'That is not the code. The one we sent still works: try again.' };
    case 'RESEND_TOO_SOON':
      return { tone: 'calm', text: 'Not yet: the last code is on its way, and still works.' };
    case 'RESEND_LIMIT':
      return {
        tone: 'calm',
        text: 'No more codes can be sent for this sign-in. Use the last one.',
      };
    case 'THROTTLED':
      return Date.now() < expiresAt
        ? {
            tone: 'bad',
            text: 'Too many codes were asked for, so no new one was sent. The last one still works.',
          }
        : { tone: 'bad', text: 'Too many codes were asked for, so none was sent this time.' };
    case 'EXPIRED':
      return resendsRemaining > 0
        ? { tone: 'bad', text: 'That code is too old. Ask for a new one.' }
        : { tone: 'bad', text: 'That code is too old, and no more can be sent. Start again.' };
    case 'DELIVERY_FAILED':
      return { tone: 'bad', text: failedSendText(round, before) };
  }
}

function failedSendText(round: CodeRound, before: CodeRound | undefined): string {
  const { resendsRemaining, expiresAt } = round;
  const isOver = resendsRemaining === 0;
  const sms = `The SMS to ${recipientOf(round)}`;
  if (Date.now() >= expiresAt) {
    return isOver
      ? `${sms} did not go out, and no more can be sent. Start again.`
      : `${sms} did not go out. Ask for a new code.`;
  }
  const next = isOver ? 'start again' : 'ask for a new one';
  return before === undefined || hasNewCode(round, before)
    ? // Nobody knows what became of it.
      `${sms} may not have gone out. If it arrives, its code works. If not, ${next}.`
    : `${sms} did not go out. The code from before still works. If you don’t have it, ${next}.`;
}

function recipientOf({ destination }: CodeRound): string {
  return destination === '' ? 'your phone' : destination;
}

/** What to do where no SMS arrives. */
export function helpText({ destination, resendsRemaining }: CodeRound): string {
  const advice =
    resendsRemaining > 0
      ? 'Nothing arrived? Ask for a new code when the wait is over.'
      : 'Nothing arrived? Start again.';
  return destination === ''
    ? `${advice} A number without an account looks just the same here, but gets no SMS.`
    : advice;
}

/** Why a sign-in did not begin. */
export function startProblemText(problem: Problem, message: string): string {
  return problem === 'refused'
    ? 'This number can’t sign in. If it has no account yet, create one. Where PASSWORD_FIRST is true no number can: this page has no password to give.'
    : problemText(problem, message);
}

/** Why a sign-in ended, or did not go on, after this round. */
export function roundProblemText(
  { attemptsRemaining }: CodeRound,
  error: PhoneSignInError,
): string {
  return error.problem === 'refused' && attemptsRemaining <= 1
    ? 'This sign-in is over: too many wrong codes. You can start a new one.'
    : problemText(error.problem, error.message);
}

export function problemText(problem: Problem, message: string): string {
  switch (problem) {
    case 'refused':
      return 'This sign-in was ended. You can start a new one.';
    case 'session-lost':
      return 'This sign-in took too long and can’t be continued. Please start again.';
    case 'account-exists':
      return 'This number already has an account: sign in instead.';
    case 'account-not-confirmed':
      return 'The account exists but is not confirmed yet. The function behind this endpoint has no PreSignUp trigger that confirms it.';
    case 'too-many-requests':
      return 'Too many tries in a short time. Wait a little, then try again.';
    case 'unreachable':
      return 'The endpoint does not answer. Is npm start still running?';
    case 'failed':
      return `That did not work: ${message}`;
  }
}

export function triesLeft(count: number): string {
  return count === 1 ? '1 try left' : `${count} tries left`;
}
