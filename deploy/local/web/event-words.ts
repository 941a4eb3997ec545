/** The events of a sign-in in words: for the page, and for the terminal. */
import { isJsonObject, type Json } from '../json.ts';
import type { LogEntry } from './page-protocol.ts';

type TriggerEntry = Extract<LogEntry, { kind: 'trigger' }>;
type Refusal = Extract<LogEntry, { kind: 'refusal' }>;

/** Of the operation or the trigger. */
export function nameOf(entry: LogEntry): string {
  return entry.kind === 'trigger' ? entry.trigger : entry.operation;
}

/** Of what happened, for people who learn the custom-auth flow. */
export function sentenceOf(entry: LogEntry): string {
  switch (entry.kind) {
    case 'call':
      return callSentence(entry.operation);
    case 'refusal':
      return refusalSentence(entry);
    case 'trigger':
      return entry.outcome.kind === 'failed'
        ? `The function failed: ${entry.outcome.reason}`
        : triggerSentence(entry, entry.outcome.response);
  }
}

function refusalSentence({ code, message, hint }: Refusal): string {
  return `Refused: ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

const CALLS: Readonly<Record<string, string>> = {
  SignUp: 'The app asks for an account.',
  InitiateAuth: 'The app wants to sign a user in.',
  RespondToAuthChallenge: 'The app sends an answer, or asks for a new code.',
  GetTokensFromRefreshToken: 'The app wants new tokens.',
  RevokeToken: 'The app signs out on this device.',
  GlobalSignOut: 'The app signs the user out everywhere.',
};

function callSentence(operation: string): string {
  const byOthers = /^(Admin|Describe)/.test(operation);
  return CALLS[operation] ?? `${byOthers ? 'A backend' : 'The app'} calls ${operation}.`;
}

function triggerSentence({ trigger, request }: TriggerEntry, response: Json): string {
  const said = isJsonObject(response) ? response : {};
  switch (trigger) {
    case 'DefineAuthChallenge':
      if (said.issueTokens === true) return 'What now? Issue tokens.';
      if (said.failAuthentication === true) return 'What now? End the sign-in.';
      return `What now? Ask for a ${String(said.challengeName)}.`;
    case 'CreateAuthChallenge': {
      const shown = isJsonObject(said.publicChallengeParameters)
        ? said.publicChallengeParameters
        : {};
      return `A round is opened, with status ${String(shown.status ?? 'unknown')}.`;
    }
    case 'VerifyAuthChallengeResponse':
      if (said.answerCorrect === true) return 'The answer is right.';
      return wantsNewCode(request) ? 'A new code is asked for.' : 'The answer is not right.';
    case 'PreSignUp':
      return said.autoConfirmUser === true
        ? 'The account needs no other confirmation: its first code will prove the number.'
        : 'The account has to be confirmed first.';
    case 'PostAuthentication':
      return 'Someone signed in.';
    default:
      return '';
  }
}

function wantsNewCode(request: Json): boolean {
  const { clientMetadata } = isJsonObject(request) ? request : {};
  return isJsonObject(clientMetadata) && clientMetadata.action === 'resend';
}
