/** What the terminal of `npm start` shows of what happens: a short line for each event, or JSON for programs. */
import { styleText } from 'node:util';
import type { InboxEvent, Sms } from './inbox.ts';
import { nameOf, sentenceOf } from './web/event-words.ts';
import type { LogEntry } from './web/page-protocol.ts';

export type TerminalEvent =
  | LogEntry
  | InboxEvent
  /** Of a trigger: that it was loaded anew, is slow, or has thrown. */
  | { readonly kind: 'note'; readonly text: string };

/** The event in one line, styled where the terminal has styles. An SMS stands out from all others. */
export function lineOf(event: TerminalEvent): string {
  switch (event.kind) {
    case 'sms':
      return smsLine(event.sms);
    case 'cleared':
      return styleText('dim', `SMS deleted: ${event.to ?? 'all'}`);
    case 'note':
      return event.text;
    case 'call':
    case 'trigger':
    case 'refusal':
      return entryLine(event);
  }
}

function smsLine({ to, subject, message, at }: Sms): string {
  const what = subject === undefined ? ` SMS to ${to} ` : ` Mail to ${to}: ${subject} `;
  const sms = styleText(['bold', 'inverse'], what);
  return `\n${timeOf(at)} ${sms}\n  ${styleText('bold', message)}\n`;
}

function entryLine(entry: LogEntry): string {
  const name = entry.kind === 'trigger' ? `  ${nameOf(entry)}` : nameOf(entry);
  const line = `${name}  ${styleText('dim', sentenceOf(entry))}`;
  const failed =
    entry.kind === 'refusal' || (entry.kind === 'trigger' && entry.outcome.kind === 'failed');
  return `${timeOf(entry.at)} ${failed ? styleText('red', `${name}  ${sentenceOf(entry)}`) : line}`;
}

/** @param at ISO 8601 */
function timeOf(at: string): string {
  return styleText('dim', new Date(at).toLocaleTimeString('en-GB'));
}
