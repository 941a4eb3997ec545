import { describe, expect, it } from 'vitest';
import { NO_DESTINATION, type SendSubject } from '../../../src/domain/abuse/send-limits.ts';
import { judge, type UnconvertedSendsPolicy } from '../../../src/domain/abuse/unconverted-sends.ts';
import type { RecentSms } from '../../../src/domain/ports/sms-traffic.ts';
import { createDomain, lock, seconds } from '../../support/domain.ts';

const MINUTE = seconds(60);
const rule = { allowance: 20, share: 0.7 };
const none = { sent: 0, converted: 0 };

describe('The rule for SMS that nobody answers', () => {
  const verdict = (recent: Partial<RecentSms>) =>
    judge(
      { latest: 100, pending: none, hour: none, day: none, ...recent },
      { action: 'refuse', ...rule },
    );

  it.each([
    ['none was sent', 0, 0, 'clear'],
    ['20 are unconverted', 20, 0, 'clear'],
    ['21 are unconverted', 21, 0, 'refused'],
    ['20 of 21 are unconverted', 21, 1, 'clear'],
    ['21 of 30 are unconverted, which is 70 %', 30, 9, 'clear'],
    ['22 of 30 are unconverted', 30, 8, 'refused'],
    ['700 of 1000 are unconverted', 1000, 300, 'clear'],
    ['701 of 1000 are unconverted', 1000, 299, 'refused'],
    ['more are converted than were sent in it', 5, 7, 'clear'],
  ] as const)('judges an hour where %s', (_, sent, converted, expected) => {
    expect(verdict({ hour: { sent, converted } })).toBe(expected);
  });

  it.each([
    ['100 are unconverted', 100, 0, 'clear'],
    ['101 are unconverted', 101, 0, 'refused'],
    ['701 of 1000 are unconverted', 1000, 299, 'refused'],
    ['700 of 1000 are unconverted', 1000, 300, 'clear'],
  ] as const)('judges a day where %s', (_, sent, converted, expected) => {
    expect(verdict({ day: { sent, converted } })).toBe(expected);
  });

  it('leaves SMS out that had no time to be answered', () => {
    const pending = { sent: 20, converted: 1 };
    expect(verdict({ pending, day: { sent: 120, converted: 1 } })).toBe('clear');
    expect(verdict({ pending, day: { sent: 121, converted: 1 } })).toBe('refused');
  });

  it.each([
    ['without history', 0, 0, 20],
    ['that has answered 30 SMS in the last hour', 30, 30, 50],
    ['that has answered 2400 SMS in the last day', 0, 2400, 120],
  ])('takes so many unanswered SMS on credit, in a country %s', (_, inHour, inDay, credit) => {
    const recent = (unanswered: number) => ({
      pending: { sent: unanswered, converted: 0 },
      hour: { sent: unanswered + inHour, converted: inHour },
      day: { sent: unanswered + inDay, converted: inDay },
    });
    expect(verdict(recent(credit))).toBe('clear');
    expect(verdict(recent(credit + 1))).toBe('refused');
  });

  it('gives no credit that the unanswered ones of the hour have used up', () => {
    const recent = (pending: number) => ({
      pending: { sent: pending, converted: 0 },
      hour: { sent: 15 + pending, converted: 0 },
    });
    expect(verdict(recent(5))).toBe('clear');
    expect(verdict(recent(6))).toBe('refused');
  });

  it('lets two in five minutes through all the same, and marks them', () => {
    const hour = { sent: 50, converted: 0 };
    expect([0, 1, 2].map((latest) => verdict({ hour, latest }))).toEqual([
      'marked',
      'marked',
      'refused',
    ]);
  });

  it('lets at least one through, however low the allowance is', () => {
    const recent = { latest: 0, pending: none, hour: { sent: 9, converted: 0 }, day: none };
    expect(judge(recent, { action: 'refuse', allowance: 1, share: 0.7 })).toBe('marked');
  });

  it('marks them, and refuses none, where they are to be reported', () => {
    const recent = { latest: 9, pending: none, hour: { sent: 21, converted: 0 }, day: none };
    expect(judge(recent, { action: 'report', ...rule })).toBe('marked');
  });
});

/** At noon. */
function begin(action: UnconvertedSendsPolicy['action']) {
  const limit = { max: 3, windowMs: seconds(3600) };
  const unconverted = { action, ...rule };
  const domain = createDomain({ limits: { unconverted, perCountry: limit, overall: limit } });
  const { sendLimits, traffic, clock } = domain;
  const decideFor = async (subject: SendSubject) => sendLimits.take(await sendLimits.look(subject));
  return {
    domain,
    decideFor,
    decide: (country = 'US', name = 'phone') =>
      decideFor({ account: { name, known: true }, country }),
    async countSent(count: number, country = 'US') {
      for (let i = 0; i < count; i++) {
        await traffic.reserve(country, undefined, clock.now());
      }
    },
  };
}

const noon = Date.UTC(2026, 0, 15, 12);
const refused = { kind: 'refused', reason: 'unproven-sends', retryAt: noon + 5 * MINUTE };
const marked = { kind: 'allowed', unconvertedSends: true };

describe('SMS that nobody answers, where they are to be reported', () => {
  it('A36: pass, and are marked', async () => {
    const { decide, countSent } = begin('report');
    await countSent(20);
    expect(await decide()).toEqual({ kind: 'allowed' });
    expect(await decide()).toEqual(marked);
  });

  it('are marked by what was counted, when several at once have read the same', async () => {
    const { domain, countSent } = begin('report');
    await countSent(19);
    const { sendLimits } = domain;
    const subject = (name: string) => ({ account: { name, known: true }, country: 'US' });
    const outlooks = await Promise.all(
      ['a', 'b', 'c'].map((name) => sendLimits.look(subject(name))),
    );
    const decisions = await Promise.all(outlooks.map((outlook) => sendLimits.take(outlook)));
    expect(decisions).toEqual([{ kind: 'allowed' }, { kind: 'allowed' }, marked]);
  });
});

describe('SMS that nobody answers, where they are to be refused', () => {
  it('A36: are, until the next five minutes', async () => {
    const { domain, decide, countSent } = begin('refuse');
    await countSent(20);
    expect(await decide()).toEqual({ kind: 'allowed' });
    expect(await decide()).toEqual(refused);
    domain.clock.advance(5 * MINUTE - 1);
    expect(await decide()).toEqual(refused);
    domain.clock.advance(1);
    expect([await decide(), await decide()]).toEqual([marked, marked]);
    expect(await decide()).toEqual({ ...refused, retryAt: noon + 10 * MINUTE });
  });

  it('are refused in that country alone', async () => {
    const { decide, countSent } = begin('refuse');
    await countSent(21);
    expect(await decide('SG')).toEqual({ kind: 'allowed' });
  });

  it('pass again when a code has come back', async () => {
    const { domain, decide, countSent } = begin('refuse');
    await countSent(21);
    await domain.traffic.countConverted('US', domain.clock.now());
    expect(await decide()).toEqual({ kind: 'allowed' });
  });

  it('are forgotten an hour later', async () => {
    const { domain, decide, countSent } = begin('refuse');
    await countSent(21);
    domain.clock.advance(60 * MINUTE - 1);
    expect(await decide()).toEqual(marked);
    domain.clock.advance(1);
    expect(await decide()).toEqual({ kind: 'allowed' });
  });

  it('A24: are refused to locked accounts as to all others', async () => {
    const { domain, decide, countSent } = begin('refuse');
    await countSent(21);
    await lock(domain, { name: 'locked', known: true });
    expect(await decide('US', 'locked')).toEqual(refused);
  });

  it('A24: are not refused to a locked account before the others', async () => {
    const { domain, decide, countSent } = begin('refuse');
    await countSent(20);
    await lock(domain, { name: 'locked', known: true });
    expect(await decide('US', 'locked')).toEqual({ kind: 'account-locked' });
    expect(await decide()).toEqual({ kind: 'allowed' });
  });

  it('A24: do not concern unknown users, who have no country', async () => {
    const { decideFor, countSent } = begin('refuse');
    await countSent(100, NO_DESTINATION);
    const nobody = { account: { name: 'user nobody', known: false }, country: undefined };
    expect(await decideFor(nobody)).toEqual({ kind: 'allowed' });
  });

  it('A36: are not let out by 200 at once that have read the same counts, and none is counted but those sent', async () => {
    const domain = createDomain({ limits: { unconverted: { action: 'refuse', ...rule } } });
    const { sendLimits, traffic } = domain;
    const subject = (i: number) => ({ account: { name: `${i}`, known: true }, country: 'US' });
    const outlooks = await Promise.all(
      Array.from({ length: 200 }, (_, i) => sendLimits.look(subject(i))),
    );
    const decisions = await Promise.all(outlooks.map((outlook) => sendLimits.take(outlook)));
    expect(decisions.filter(({ kind }) => kind === 'allowed')).toHaveLength(21);
    expect(await traffic.read('US', noon)).toMatchObject({ latest: 21, day: { sent: 21 } });
  });

  it('use up no budget once they are refused', async () => {
    const { decide, countSent } = begin('refuse');
    await countSent(21);
    for (let i = 0; i < 5; i++) {
      expect(await decide()).toEqual(refused);
    }
    expect(await decide('SG')).toEqual({ kind: 'allowed' });
  });
});
