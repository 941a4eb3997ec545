/** The event log below: the custom-auth flow, told one step at a time. */
import { isJsonObject, type Json } from '../json.ts';
import { byId, make } from './elements.ts';
import type { LogEntry } from './page-protocol.ts';

const list = byId('log-entries', HTMLOListElement);
const count = byId('log-count', HTMLSpanElement);
const empty = byId('log-empty', HTMLParagraphElement);

type TriggerEntry = Extract<LogEntry, { kind: 'trigger' }>;

export class LogView {
  clear(): void {
    list.replaceChildren();
    this.#count();
  }

  add(entry: LogEntry): void {
    list.append(make('li', { class: entry.kind }, ...headOf(entry), ...detailsOf(entry)));
    this.#count();
  }

  #count(): void {
    const { length } = list.children;
    empty.hidden = length > 0;
    count.textContent = length === 0 ? '' : length === 1 ? '1 event' : `${length} events`;
  }
}

function headOf(entry: LogEntry): readonly HTMLElement[] {
  const time = make('time', { text: new Date(entry.at).toLocaleTimeString('en-GB') });
  const name = entry.kind === 'trigger' ? entry.trigger : entry.operation;
  return [time, make('strong', {}, ...breakable(name)), make('span', { text: sentence(entry) })];
}

/** Long names, which may break before each of their words. */
function breakable(name: string): readonly (Node | string)[] {
  return name.split(/(?<=[a-z])(?=[A-Z])/).flatMap((word) => [make('wbr'), word]);
}

function sentence(entry: LogEntry): string {
  switch (entry.kind) {
    case 'call':
      return callSentence(entry.operation);
    case 'refusal':
      return `Refused: ${entry.code}: ${entry.message}`;
    case 'trigger':
      return entry.outcome.kind === 'failed'
        ? `The function failed: ${entry.outcome.reason}`
        : triggerSentence(entry.trigger, entry.outcome.response);
  }
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

function triggerSentence(trigger: string, response: Json): string {
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
      return said.answerCorrect === true ? 'The answer is right.' : 'The answer is not right.';
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

function detailsOf(entry: LogEntry): readonly HTMLElement[] {
  return entry.kind === 'trigger' ? [triggerDetails(entry)] : [];
}

function triggerDetails({ trigger, request, outcome }: TriggerEntry): HTMLElement {
  const response = outcome.kind === 'returned' ? json('It gave back', outcome.response) : [];
  const summary = make('summary', { text: 'Details' });
  summary.append(make('span', { class: 'visually-hidden', text: ` of ${trigger}` }));
  const columns = make('div', { class: 'columns' }, ...json('It got', request), ...response);
  return make('details', {}, summary, columns);
}

function json(title: string, value: Json): readonly HTMLElement[] {
  const text = JSON.stringify(value, undefined, 2);
  return [make('div', {}, make('h3', { text: title }), make('pre', { text }))];
}
