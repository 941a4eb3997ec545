import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { NumberingPlan, NumberKind } from '../../src/domain/ports/numbering-plan.ts';

/** Knows four countries, by their calling codes, and what is dear in them. */
export class FakeNumberingPlan implements NumberingPlan {
  countryOf(number: string): string {
    if (number.startsWith('+65')) {
      return 'SG';
    }
    if (number.startsWith('+44')) {
      return 'GB';
    }
    if (number.startsWith('+1242')) {
      return 'BS';
    }
    return number.startsWith('+1') ? 'US' : 'ZZ';
  }

  kindOf(number: string): NumberKind {
    if (/^\+(1900|4470|4490|881)/.test(number)) {
      return 'special';
    }
    return /^\+(1[2-9]\d{9}|44[1-9]\d{8,9}|65\d{8})$/.test(number) ? 'ordinary' : 'impossible';
  }

  canonical(number: PhoneNumber): PhoneNumber {
    return number.replace(/^\+440/, '+44') as PhoneNumber;
  }
}
