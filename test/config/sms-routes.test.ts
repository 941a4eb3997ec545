import { describe, expect, it } from 'vitest';
import { isCountry } from '../../src/adapters/numbering-plan/shipped.ts';
import { parseSmsRoutes } from '../../src/config/sms-routes.ts';
import { isNamed, routeFor } from '../../src/domain/sms/route.ts';

const KNOWN = {
  gateways: ['sns', 'end-user-messaging', 'twilio'],
  languages: ['en', 'ms'],
  isCountry,
};
const sns = { gateway: 'sns' };

const to = (country: string, number = '+1') => ({ country, number });

function problems(rules: unknown): readonly string[] {
  const reading = parseSmsRoutes(JSON.stringify(rules), KNOWN);
  return reading.kind === 'invalid' ? reading.problems : [];
}

describe('SMS_ROUTES', () => {
  const reading = parseSmsRoutes(
    JSON.stringify([
      {
        countries: ['SG', 'MY'],
        locale: 'ms',
        gateways: [{ gateway: 'sns', region: 'ap-southeast-1', senderId: 'MyApp' }],
      },
      { countries: ['US'], retryAfterTimeout: true, gateways: [sns, { gateway: 'twilio' }] },
      { countries: ['*'], deny: true },
    ]),
    KNOWN,
  );
  const routes = reading.kind === 'valid' ? reading.value : [];

  it('says by which gateways each country is served', () => {
    expect(routeFor(routes, to('MY'))).toEqual({
      kind: 'send',
      countries: new Set(['SG', 'MY']),
      prefixes: [],
      locale: 'ms',
      ignoreUserLocale: false,
      retryAfterTimeout: false,
      gateways: [
        {
          gateway: 'sns',
          settings: { region: 'ap-southeast-1', senderId: 'MyApp' },
          title: 'SMS_ROUTES rule 1, gateway 1 (sns)',
        },
      ],
    });
    expect(routeFor(routes, to('US'))).toMatchObject({
      retryAfterTimeout: true,
      gateways: [{ gateway: 'sns' }, { gateway: 'twilio' }],
    });
  });

  it.each([
    { countries: ['IN'], gateways: [sns], locale: 'ms', ignoreUserLocale: true },
    { countries: ['IN'], gateways: [sns], locale: 'ms', ignoreUserLocale: false },
    { countries: ['IN'], gateways: [sns], ignoreUserLocale: false },
    { countries: ['IN'], deny: true, ignoreUserLocale: true },
  ])('takes %j', (rule) => {
    expect(parseSmsRoutes(JSON.stringify([rule]), KNOWN)).toMatchObject({ kind: 'valid' });
  });

  it('goes by the longest prefix before it goes by the country, in whatever order the rules stand', () => {
    const reading = parseSmsRoutes(
      JSON.stringify([
        { countries: ['*'], gateways: [sns] },
        { prefixes: ['+44'], gateways: [{ gateway: 'twilio' }] },
        { prefixes: ['+4470'], deny: true },
        { prefixes: ['+447012'], gateways: [{ gateway: 'end-user-messaging' }] },
      ]),
      KNOWN,
    );
    const byPrefix = reading.kind === 'valid' ? reading.value : [];
    const gatewayFor = (number: string) => {
      const route = routeFor(byPrefix, to('GB', number));
      return route?.kind === 'send' ? route.gateways[0]?.gateway : route?.kind;
    };
    expect(gatewayFor('+447418084106')).toBe('twilio');
    expect(gatewayFor('+447099999999')).toBe('deny');
    expect(gatewayFor('+447012345678')).toBe('end-user-messaging');
    expect(gatewayFor('+6591234567')).toBe('sns');
  });

  it('names a number by the longest of its prefixes, where that sends', () => {
    const reading = parseSmsRoutes(
      JSON.stringify([
        { countries: ['*'], prefixes: ['+881'], gateways: [sns] },
        { prefixes: ['+88190'], deny: true },
      ]),
      KNOWN,
    );
    const named = reading.kind === 'valid' ? reading.value : [];
    expect(isNamed(named, '+8816123456789')).toBe(true);
    expect(isNamed(named, '+8819012345678')).toBe(false);
    expect(isNamed(named, '+6591234567')).toBe(false);
  });

  it('denies where it says so, and where no rule takes the country', () => {
    expect(routeFor(routes, to('BS'))).toMatchObject({ kind: 'deny' });
    expect(routeFor(routes.slice(0, 2), to('BS'))).toBeUndefined();
  });

  it.each<readonly [unknown, string]>([
    ['{}', 'SMS_ROUTES does not hold rules; it takes a JSON array of rules such as [{"countries"'],
    [[], 'SMS_ROUTES does not hold rules; it takes a JSON array'],
    [['SG'], 'SMS_ROUTES rule 1 is "SG"; it takes an object.'],
    [
      [{ country: ['SG'], gateways: [sns] }],
      'SMS_ROUTES rule 1 has the key "country"; it takes countries, prefixes, gateways, deny, locale, ignoreUserLocale, retryAfterTimeout.',
    ],
    [
      [{ gateways: [sns] }],
      'SMS_ROUTES rule 1 is for no numbers; it takes "countries": ISO 3166-1 codes such as ["SG", "MY"], or ["*"] for all, or "prefixes": what numbers begin with, such as ["+881", "+4470"].',
    ],
    ...['+881', []].map(
      (prefixes) =>
        [
          [{ prefixes, gateways: [sns] }],
          `SMS_ROUTES rule 1: prefixes is ${JSON.stringify(prefixes)}; it takes what numbers begin with`,
        ] as const,
    ),
    ...['881', 881, '+0', '+44 70', '+1234567890123456', 'x+881', ['+881']].map(
      (prefix) =>
        [
          [{ prefixes: [prefix], gateways: [sns] }],
          `SMS_ROUTES rule 1: prefixes names ${JSON.stringify(prefix)}; it takes what numbers begin with`,
        ] as const,
    ),
    [
      [
        { prefixes: ['+881', '+4470'], deny: true },
        { countries: ['GB'], prefixes: ['+4470'], gateways: [sns] },
      ],
      'SMS_ROUTES rule 2 can never match +4470: SMS_ROUTES rule 1 takes it.',
    ],
    [
      [{ countries: 'SG', gateways: [sns] }],
      'SMS_ROUTES rule 1: countries is "SG"; it takes ISO 3166-1 codes',
    ],
    [
      [{ countries: ['UK'], gateways: [sns] }],
      'SMS_ROUTES rule 1: countries names "UK"; it takes ISO 3166-1 codes',
    ],
    [
      [{ countries: ['SG', '*'], gateways: [sns] }],
      'SMS_ROUTES rule 1: countries names "*"; it takes ISO 3166-1 codes',
    ],
    [
      [
        { countries: ['SG', 'MY'], gateways: [sns] },
        { countries: ['MY'], deny: true },
      ],
      'SMS_ROUTES rule 2 can never match MY: SMS_ROUTES rule 1 takes it.',
    ],
    [
      [{ countries: ['SG', 'SG'], deny: true }],
      'SMS_ROUTES rule 1 can never match SG: SMS_ROUTES rule 1 takes it.',
    ],
    [
      [
        { countries: ['*'], deny: true },
        { countries: ['SG'], gateways: [sns] },
      ],
      'SMS_ROUTES rule 2 can never match: SMS_ROUTES rule 1 takes all countries.',
    ],
    [
      [{ countries: ['SG'] }],
      'SMS_ROUTES rule 1 has no gateways; it takes a list of them, or "deny": true.',
    ],
    [
      [{ countries: ['SG'], gateways: [] }],
      'SMS_ROUTES rule 1 has no gateways; it takes a list of them, or "deny": true.',
    ],
    [[{ countries: ['SG'], deny: 'yes' }], 'SMS_ROUTES rule 1: deny is "yes"; it takes true.'],
    [
      [{ countries: ['SG'], deny: true, gateways: [sns] }],
      'SMS_ROUTES rule 1 has both "deny" and "gateways"; it takes one of them.',
    ],
    [
      [{ countries: ['SG'], gateways: [sns, { gateway: 'pigeon' }] }],
      'SMS_ROUTES rule 1, gateway 2 is "pigeon"; it takes {"gateway": …} with one of sns, end-user-messaging, twilio.',
    ],
    [
      [{ countries: ['SG'], gateways: ['sns'] }],
      'SMS_ROUTES rule 1, gateway 1 is "sns"; it takes {"gateway": …}',
    ],
    [
      [{ countries: ['SG'], gateways: [{ region: 'eu-west-1' }] }],
      'SMS_ROUTES rule 1, gateway 1 is not named; it takes {"gateway": …}',
    ],
    [
      [{ countries: ['SG'], gateways: [sns], locale: 'English, please' }],
      'SMS_ROUTES rule 1: locale is "English, please"; it takes a language that there is a template for: en, ms.',
    ],
    [
      [{ countries: ['SG'], gateways: [sns], locale: 'sv' }],
      'SMS_ROUTES rule 1: locale is "sv"; it takes a language that there is a template for: en, ms.',
    ],
    [
      [{ countries: ['IN'], gateways: [sns], ignoreUserLocale: true }],
      'SMS_ROUTES rule 1: ignoreUserLocale is true; it takes true with a locale, or false.',
    ],
    [
      [{ countries: ['SG'], gateways: [sns], retryAfterTimeout: 'no' }],
      'SMS_ROUTES rule 1: retryAfterTimeout is "no"; it takes true or false.',
    ],
  ])('refuses %j', (rules, sentence) => {
    expect(problems(rules)).toContainEqual(expect.stringContaining(sentence));
  });

  it('is refused when it is no JSON', () => {
    const broken = parseSmsRoutes('[{"countries":', KNOWN);
    expect(broken).toMatchObject({
      kind: 'invalid',
      problems: [expect.stringMatching(/does not hold rules/)],
    });
  });

  it('is refused with a sentence for every rule that is wrong', () => {
    expect(problems([{ countries: ['XX'], deny: true }, { countries: ['SG'] }])).toHaveLength(2);
  });
});
