import { describe, expect, it } from 'vitest';
import { isLocale, matchLocale } from '../../../src/domain/sms/locale.ts';

const AVAILABLE = ['en', 'zh', 'zh-Hant', 'pt', 'id', 'es-MX', 'es', 'sr'];

describe('Of the available languages', () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['en_US', 'en'],
    ['EN-us', 'en'],
    ['zh', 'zh'],
    ['zh-CN', 'zh'],
    ['zh-SG', 'zh'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant-MY', 'zh-Hant'],
    ['zh-Hans-HK', 'zh'],
    ['pt-BR', 'pt'],
    ['es-MX', 'es-MX'],
    ['es-ES', 'es'],
    ['in', 'id'],
    ['sr-Latn', 'sr'],
    ['en-u-nu-arab', 'en'],
  ])('%s is served by %s', (wish, served) => {
    expect(matchLocale([wish], AVAILABLE)).toBe(served);
  });

  it.each(['', 'sv', 'und', 'English', '../../etc', 'x'.repeat(100_000), '\r\n', '1', 'e'])(
    'none serves %j',
    (wish) => expect(matchLocale([wish], AVAILABLE)).toBeUndefined(),
  );

  it('A23: none serves a tag longer than any that there is: to read it would take the time of users alone', () => {
    expect(matchLocale([`en-x-${'12345678-'.repeat(6)}1`], AVAILABLE)).toBe('en');
    expect(matchLocale([`en-x-${'12345678-'.repeat(7)}1`], AVAILABLE)).toBeUndefined();
  });

  it('the first wish that can be served wins', () => {
    expect(matchLocale([undefined, 'sv', 'zh-TW', 'en'], AVAILABLE)).toBe('zh-Hant');
  });

  it('of two as close, the first wins', () => {
    expect(matchLocale(['es-AR'], ['es-MX', 'es'])).toBe('es-MX');
    expect(matchLocale(['es-AR'], ['es', 'es-MX'])).toBe('es');
  });

  it('of two that mean the same, the one that is written like the wish wins', () => {
    expect(matchLocale(['zh-TW'], ['zh-Hant-TW', 'zh-TW'])).toBe('zh-TW');
  });

  it.each(['zh-CN', 'zh-Hans-CN', 'zh_CN'])(
    'of two that mean the same, the one that spells out more serves %s',
    (wish) => {
      expect(matchLocale([wish], ['zh', 'zh-Hans', 'zh-Hant'])).toBe('zh-Hans');
    },
  );

  it.each([
    ['nb-NO', 'no'],
    ['no', 'nb'],
  ])('%s is served by %s: both are what most of Norway writes', (wish, served) => {
    expect(matchLocale([wish], ['en', served])).toBe(served);
  });

  it.each(['pt_BR', 'pt-br', 'pt-BR-u-nu-latn'])('%s is written like pt-BR', (wish) => {
    expect(matchLocale([wish], ['pt', 'pt-BR'])).toBe('pt-BR');
  });
});

describe('A language for a template', () => {
  it.each(['en', 'fil', 'zh-Hant', 'pt-BR'])('is a tag such as %s', (tag) => {
    expect(isLocale(tag)).toBe(true);
  });

  it.each(['', 'english', 'en_US', 'two words'])('is no other text: %j', (tag) => {
    expect(isLocale(tag)).toBe(false);
  });
});
