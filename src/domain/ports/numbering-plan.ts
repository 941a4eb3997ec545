import type { PhoneNumber } from '../phone-number.ts';

/**
 * Knows the world's numbering plans (ITU-T E.164). Plans change: a number in an area younger than what is
 * known is `ordinary` if its length is right, and belongs to the main country of its calling code.
 */
export interface NumberingPlan {
  /**
   * The country whose numbers look like this one, as ISO 3166-1 alpha-2, area codes included: +1 242
   * is the Bahamas, not the United States. `ZZ` where the calling code is no country's, as of satellite phones.
   */
  countryOf(number: PhoneNumber): string;

  /** What the number is for, as it stands: not in its canonical form. */
  kindOf(number: PhoneNumber): NumberKind;

  /**
   * The form of the number that a message reaches it by: `+4407418084106`, with the zero that is dialled
   * inside the country, means `+447418084106`. A number without such a form stays as it is.
   */
  canonical(number: PhoneNumber): PhoneNumber;
}

/** What a number is for. */
export type NumberKind =
  /** People have such numbers. */
  | 'ordinary'
  /** Premium, shared-cost, personal, pager, voicemail or universal access numbers, and what no country has: satellites, services of many countries. */
  | 'special'
  /** No plan allows it: an unknown calling code, too many or too few digits, or a trunk prefix in between. */
  | 'impossible';
