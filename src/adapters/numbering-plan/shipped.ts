import type { PhoneNumber } from '../../domain/phone-number.ts';
import type { NumberingPlan, NumberKind } from '../../domain/ports/numbering-plan.ts';
import type { CallingCodePlan } from './calling-code-plan.ts';
import plans from './plan.json' with { type: 'json' };

const PLANS: Readonly<Record<string, CallingCodePlan>> = plans;

// ISO 3166-1 leaves ZZ to its users, and CLDR reads it as "unknown region".
const UNKNOWN_COUNTRY = 'ZZ';

/** Knows the world's numbering plans as they were when this version was built. */
export class ShippedNumberingPlan implements NumberingPlan {
  countryOf(number: PhoneNumber): string {
    const { plan, national } = split(this.canonical(number));
    const areas = Object.entries(plan?.areas ?? {});
    const [area] = areas.find(([, prefixes]) => beginsWithAny(national, prefixes)) ?? [];
    return area ?? plan?.country ?? UNKNOWN_COUNTRY;
  }

  kindOf(number: PhoneNumber): NumberKind {
    const { plan, national } = split(number);
    if (plan === undefined) {
      return 'impossible';
    }
    // Before its length: these must be told even where the plan is older than the number.
    if (plan.country === undefined || beginsWithAny(national, plan.special)) {
      return 'special';
    }
    return isPossible(national, plan) ? 'ordinary' : 'impossible';
  }

  canonical(number: PhoneNumber): PhoneNumber {
    const { callingCode, plan, national } = split(number);
    if (plan === undefined || isPossible(national, plan)) {
      return number;
    }
    const without = withoutTrunk(national, plan);
    return isPossible(without, plan) ? (`+${callingCode}${without}` as PhoneNumber) : number;
  }
}

/** Whether a number can belong to a country of this ISO 3166-1 alpha-2 code. */
export function isCountry(code: unknown): boolean {
  return (
    typeof code === 'string' &&
    Object.values(PLANS).some(
      ({ country, areas = {} }) => code === country || Object.hasOwn(areas, code),
    )
  );
}

interface Split {
  readonly callingCode: string;
  /** None where no calling code begins like the number. */
  readonly plan: CallingCodePlan | undefined;
  /** What follows the calling code. */
  readonly national: string;
}

/** No calling code begins like another. */
function split(number: PhoneNumber): Split {
  const lengths = [1, 2, 3];
  const callingCode =
    lengths.map((length) => number.slice(1, 1 + length)).find(isCallingCode) ?? '';
  return {
    callingCode,
    plan: callingCode === '' ? undefined : PLANS[callingCode],
    national: number.slice(1 + callingCode.length),
  };
}

function isCallingCode(digits: string): boolean {
  return Object.hasOwn(PLANS, digits);
}

function isPossible(national: string, { lengths = [], never = '0' }: CallingCodePlan): boolean {
  return lengths.includes(national.length) && !never.includes(national.charAt(0));
}

function withoutTrunk(national: string, { trunk = '0', rewrite = '' }: CallingCodePlan): string {
  const [dialled = '', held] = national.match(`^(?:${trunk})`) ?? [];
  const stands = held === undefined ? '' : rewrite.replace('$1', held);
  return stands + national.slice(dialled.length);
}

function beginsWithAny(national: string, prefixes: readonly string[] = []): boolean {
  return prefixes.some((prefix) => {
    const [digits = ''] = prefix.split('x');
    return national.startsWith(digits) && [digits.length, national.length].includes(prefix.length);
  });
}
