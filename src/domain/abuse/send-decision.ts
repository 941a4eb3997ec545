import type { StoreError } from '../ports/store-error.ts';

/** Why an SMS may not be sent. */
export type RefusalReason =
  | 'number-limit'
  | 'country-budget'
  | 'overall-budget'
  | 'unproven-sends'
  /** An operator has stopped all SMS. */
  | 'sending-stopped'
  /** An operator has stopped the country's. */
  | 'country-stopped'
  /** The counts can't be reached. */
  | 'limits-unavailable';

/** Whether an SMS may be sent. */
export type SendDecision =
  | SendAllowed
  /** Looks allowed, but the account is locked: nothing is to be sent. */
  | { readonly kind: 'account-locked'; readonly fault?: StoreError }
  | SendRefused;

/** It may be sent. */
export interface SendAllowed {
  readonly kind: 'allowed';
  /** The country's SMS look like pumped traffic. */
  readonly unconvertedSends?: true;
  /** The limits could not be reached, or not all of them, and the settings say to send all the same. */
  readonly fault?: StoreError;
  /** Where there is a fault: the places that it was counted for all the same. */
  readonly countedFor?: readonly string[];
}

/** It may not be sent. */
export interface SendRefused {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  /** Epoch milliseconds from which a send may be asked for again. */
  readonly retryAt: number;
  readonly fault?: StoreError;
}
