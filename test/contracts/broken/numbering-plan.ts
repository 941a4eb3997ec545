import { ShippedNumberingPlan } from '../../../src/adapters/numbering-plan/shipped.ts';
import type { NumberingPlan } from '../../../src/domain/ports/numbering-plan.ts';
import { describeNumberingPlanContract } from '../numbering-plan.contract.ts';
import { altered, suitesOf } from './broken-port.ts';

const make =
  (changes: (plan: NumberingPlan) => Partial<NumberingPlan> = () => ({})) =>
  () =>
    altered<NumberingPlan>(new ShippedNumberingPlan(), changes);

export const NUMBERING_PLANS = suitesOf('numbering plan', describeNumberingPlanContract, make(), {
  'takes every +1 for the United States': [
    'finds the country of +12425551234',
    make((plan) => ({
      countryOf: (number) => (number.startsWith('+1') ? 'US' : plan.countryOf(number)),
    })),
  ],
  'keeps the zero that is dialled inside the country': [
    'counts +4407418084106 as +447418084106',
    make(() => ({ canonical: (number) => number })),
  ],
  'tells what the canonical form is for': [
    'tells what +4407418084106 is for',
    make((plan) => ({ kindOf: (number) => plan.kindOf(plan.canonical(number)) })),
  ],
  'takes premium numbers for ordinary ones': [
    'tells what +19005550100 is for',
    make((plan) => ({
      kindOf: (number) => (plan.kindOf(number) === 'impossible' ? 'impossible' : 'ordinary'),
    })),
  ],
  'takes any number for possible': [
    'tells what +1555123 is for',
    make((plan) => ({
      kindOf: (number) => (plan.kindOf(number) === 'special' ? 'special' : 'ordinary'),
    })),
  ],
  'goes on in its pattern where it stopped': [
    'says the same of the same number again',
    make((plan) => {
      const american = /^\+1/g;
      return {
        countryOf: (number) =>
          american.test(number) || !number.startsWith('+1') ? plan.countryOf(number) : 'ZZ',
      };
    }),
  ],
});
