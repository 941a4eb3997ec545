import { describe, expect, it } from 'vitest';
import type { PhoneNumber } from '../../src/domain/phone-number.ts';
import type { NumberingPlan } from '../../src/domain/ports/numbering-plan.ts';

export function describeNumberingPlanContract(name: string, create: () => NumberingPlan): void {
  describe(`NumberingPlan contract: ${name}`, () => {
    it.each([
      ['+6591234567', 'SG'],
      ['+12065550100', 'US'],
      ['+12425551234', 'BS'],
      ['+447418084106', 'GB'],
      ['+4407418084106', 'GB'],
      ['+999123456789012', 'ZZ'],
    ])('finds the country of %s: %s', (number, country) => {
      expect(create().countryOf(number as PhoneNumber)).toBe(country);
    });

    it.each([
      ['+6591234567', 'ordinary'],
      ['+12065550100', 'ordinary'],
      ['+447418084106', 'ordinary'],
      ['+4407418084106', 'impossible'],
      ['+1555123', 'impossible'],
      ['+999123456789012', 'impossible'],
      ['+19005550100', 'special'],
      ['+447012345678', 'special'],
      ['+881612345678', 'special'],
    ])('tells what %s is for: %s', (number, kind) => {
      expect(create().kindOf(number as PhoneNumber)).toBe(kind);
    });

    it.each([
      ['+4407418084106', '+447418084106'],
      ['+447418084106', '+447418084106'],
      ['+6591234567', '+6591234567'],
      ['+999123456789012', '+999123456789012'],
    ])('counts %s as %s, however often it is asked', (number, canonical) => {
      const plan = create();
      const once = plan.canonical(number as PhoneNumber);
      expect(once).toBe(canonical);
      expect(plan.canonical(once)).toBe(canonical);
    });

    it('says the same of the same number again', () => {
      const plan = create();
      for (const number of ['+12065550100', '+12065550100', '+6591234567', '+12065550100']) {
        expect(plan.countryOf(number as PhoneNumber)).toBe(number.startsWith('+1') ? 'US' : 'SG');
      }
    });
  });
}
