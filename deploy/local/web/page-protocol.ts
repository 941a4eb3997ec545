/** What the machine's side of the demo tells the page. Both sides import it; it holds types alone. */
import type { InboxEvent } from '../inbox.ts';
import type { Json } from '../json.ts';

/** The page's surroundings, at /config.json. */
export interface PageConfig {
  readonly endpoint: string;
  readonly userPoolId: string;
  readonly clientId: string;
  /** Numbers that have an account from the start. */
  readonly users: readonly string[];
}

/** Server-sent, at /events: all there was, then whatever comes. */
export type PageEvent =
  | { readonly kind: 'start' }
  | InboxEvent
  | { readonly kind: 'log'; readonly entry: LogEntry };

/** One step inside a sign-in, its secrets masked. */
export type LogEntry =
  | { readonly kind: 'call'; readonly at: string; readonly operation: string }
  | {
      readonly kind: 'trigger';
      readonly at: string;
      readonly trigger: string;
      readonly request: Json;
      readonly outcome: TriggerOutcome;
    }
  | {
      readonly kind: 'refusal';
      readonly at: string;
      readonly operation: string;
      readonly code: string;
      readonly message: string;
      /** What the function behind it should have done. */
      readonly hint?: string;
    };

/** What the function gave back, or what became of it instead. */
export type TriggerOutcome =
  | { readonly kind: 'returned'; readonly response: Json }
  | { readonly kind: 'failed'; readonly reason: string };
