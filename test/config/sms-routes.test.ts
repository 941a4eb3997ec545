import { describe, expect, it } from 'vitest';
import { isCountry } from '../../src/adapters/country-lookup/libphonenumber.ts';
import { parseSmsRoutes } from '../../src/config/sms-routes.ts';
import { routeFor } from '../../src/domain/sms/route.ts';

const KNOWN = {
  gateways: ['sns', 'end-user-messaging', 'twilio'],
  languages: ['en', 'ms'],
  isCountry,
};
const sns = { gateway: 'sns' };

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
    expect(routeFor(routes, 'MY')).toEqual({
      kind: 'send',
      countries: new Set(['SG', 'MY']),
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
    expect(routeFor(routes, 'US')).toMatchObject({
      retryAfterTimeout: true,
      gateways: [{ gateway: 'sns' }, { gateway: 'twilio' }],
    });
  });

  it('denies where it says so, and where no rule takes the country', () => {
    expect(routeFor(routes, 'BS')).toMatchObject({ kind: 'deny' });
    expect(routeFor(routes.slice(0, 2), 'BS')).toBeUndefined();
  });

  it.each<readonly [unknown, string]>([
    ['{}', 'SMS_ROUTES does not hold rules; it takes a JSON array of rules such as [{"countries"'],
    [[], 'SMS_ROUTES does not hold rules; it takes a JSON array'],
    [['SG'], 'SMS_ROUTES rule 1 is "SG"; it takes an object.'],
    [
      [{ country: ['SG'], gateways: [sns] }],
      'SMS_ROUTES rule 1 has the key "country"; it takes countries, gateways, deny, locale, ignoreUserLocale, retryAfterTimeout.',
    ],
    [
      [{ gateways: [sns] }],
      'SMS_ROUTES rule 1: countries is not set; it takes ISO 3166-1 codes such as ["SG", "MY"], or ["*"] for all.',
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
