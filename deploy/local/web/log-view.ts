/** The event log below: the custom-auth flow, told one step at a time. */
import type { Json } from '../json.ts';
import { byId, make } from './elements.ts';
import { nameOf, sentenceOf } from './event-words.ts';
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
  return [
    time,
    make('strong', {}, ...breakable(nameOf(entry))),
    make('span', { text: sentenceOf(entry) }),
  ];
}

/** Long names, which may break before each of their words. */
function breakable(name: string): readonly (Node | string)[] {
  return name.split(/(?<=[a-z])(?=[A-Z])/).flatMap((word) => [make('wbr'), word]);
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
