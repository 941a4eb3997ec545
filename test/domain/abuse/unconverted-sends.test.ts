import { beforeEach, describe, expect, it } from 'vitest';
import { NO_DESTINATION, type SendSubject } from '../../../src/domain/abuse/send-limits.ts';
import {
  isSuspect,
  type UnconvertedSendsPolicy,
} from '../../../src/domain/abuse/unconverted-sends.ts';
import { createDomain, type Domain, lock, seconds } from '../../support/domain.ts';

const rule = { allowance: 20, share: 0.7 };

describe('An hour of a country', () => {
  it.each([
    ['none was sent', 0, 0, false],
    ['20 are unconverted', 20, 0, false],
    ['21 are unconverted', 21, 0, true],
    ['20 of 21 are unconverted', 21, 1, false],
    ['21 of 30 are unconverted, which is 70 %', 30, 9, false],
    ['22 of 30 are unconverted', 30, 8, true],
    ['70 of 100 are unconverted', 100, 30, false],
    ['71 of 100 are unconverted', 100, 29, true],
    ['700 of 1000 are unconverted', 1000, 300, false],
    ['701 of 1000 are unconverted', 1000, 299, true],
    ['more are converted than were sent in it', 5, 7, false],
  ])('is judged where %s', (_, sent, converted, suspect) => {
    expect(isSuspect({ sent, converted }, { action: 'refuse', ...rule })).toBe(suspect);
  });
});

describe('SMS that nobody answers', () => {
  const noon = Date.UTC(2026, 0, 15, 12);
  const oneOClock = Date.UTC(2026, 0, 15, 13);
  const refused = { kind: 'refused', reason: 'unproven-sends', retryAt: oneOClock };
  const limit = { max: 3, windowMs: seconds(3600) };

  let domain: Domain;

  function begin(action: UnconvertedSendsPolicy['action']) {
    const unconverted = { action, ...rule };
    domain = createDomain({ limits: { unconverted, perCountry: limit, overall: limit } });
  }

  async function countSent(count: number, country = 'US') {
    for (let i = 0; i < count; i++) {
      await domain.traffic.reserve(country, undefined, domain.clock.now());
    }
  }

  const decideFor = async (subject: SendSubject) =>
    domain.sendLimits.take(await domain.sendLimits.look(subject));
  const decide = (country = 'US', name = 'phone') =>
    decideFor({ account: { name, known: true }, country });
  const decideForNobody = () =>
    decideFor({ account: { name: 'user nobody', known: false }, country: undefined });

  describe('where they are to be reported', () => {
    beforeEach(() => begin('report'));

    it('A36: pass, and are marked', async () => {
      await countSent(20);
      expect(await decide()).toEqual({ kind: 'allowed' });
      await countSent(1);
      expect(await decide()).toEqual({ kind: 'allowed', unconvertedSends: true });
    });
  });

  describe('where they are to be refused', () => {
    beforeEach(() => begin('refuse'));

    it('A36: are, until the next hour', async () => {
      await countSent(20);
      expect(await decide()).toEqual({ kind: 'allowed' });
      await countSent(1);
      expect(await decide()).toEqual(refused);
    });

    it('are refused in that country alone', async () => {
      await countSent(21);
      expect(await decide('SG')).toEqual({ kind: 'allowed' });
    });

    it('are forgotten when the next hour begins', async () => {
      domain.clock.advance(oneOClock - noon - 1);
      await countSent(21);
      expect(await decide()).toEqual(refused);
      domain.clock.advance(1);
      expect(await decide()).toEqual({ kind: 'allowed' });
    });

    it('pass again when enough codes of the hour have come back', async () => {
      await countSent(21);
      await domain.traffic.countConverted('US', domain.clock.now());
      expect(await decide()).toEqual({ kind: 'allowed' });
    });

    it('A24: are refused to locked accounts as to all others', async () => {
      await countSent(21);
      await lock(domain, { name: 'locked', known: true });
      expect(await decide('US', 'locked')).toEqual(refused);
    });

    it('A24: do not concern unknown users, who have no country', async () => {
      await countSent(100, NO_DESTINATION);
      expect(await decideForNobody()).toEqual({ kind: 'allowed' });
    });

    it('are not let out by several at once that have read the same counts', async () => {
      await countSent(15);
      const { sendLimits } = domain;
      const subject = (i: number) => ({ account: { name: `${i}`, known: true }, country: 'US' });
      const outlooks = await Promise.all(
        Array.from({ length: 50 }, (_, i) => sendLimits.look(subject(i))),
      );
      const decisions = await Promise.all(outlooks.map((outlook) => sendLimits.take(outlook)));
      const sent = decisions.filter(({ kind }) => kind === 'allowed');
      expect(sent.length).toBeLessThanOrEqual(6);
      expect((await domain.traffic.read('US', noon)).conversion.sent).toBeLessThanOrEqual(21);
    });

    it('use up no budget once they are refused', async () => {
      await countSent(21);
      for (let i = 0; i < 5; i++) {
        expect(await decide()).toEqual(refused);
      }
      expect(await decide('SG')).toEqual({ kind: 'allowed' });
    });
  });
});
