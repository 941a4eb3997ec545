/** `npm run review-number`, run as the process it is. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/container/open-adapters.ts';
import { ENV } from '../support/function.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';
import { Program } from '../support/program.ts';

const DAY = 86_400_000;
const dayAhead = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const held = { OTP_HASH_KEY: STRONG_KEY, OTP_LOOKUP_KEY: undefined, OTP_LENGTH: undefined };
  const program = new Program('deploy/review-number.ts', args, { ...held, ...env });
  return { exit: await program.exited, output: program.output, stdout: program.stdout };
}

const order = ['--phone', '+12025550100', '--until', dayAhead(30)];

async function make(env: NodeJS.ProcessEnv = {}, ...more: string[]) {
  const { stdout } = await run([...order, ...more, '--json'], env);
  return JSON.parse(stdout);
}

describe('npm run review-number', () => {
  it('shows the code once, beside an entry that holds neither it nor the number', async () => {
    const { exit, output } = await run(order);
    expect(exit).toBe(0);
    const code = /code {4}(\d{8}) {2}\(shown this once\)/.exec(output)?.[1] ?? '';
    const entry = /entry {3}(\{.*\})/.exec(output)?.[1] ?? '';
    expect(JSON.parse(entry)).toMatchObject({ until: dayAhead(30), perDay: 20 });
    expect(entry).not.toContain(code);
    expect(output).toContain('+*******0100 until the end of');
    expect(output).not.toContain('2025550100');
  });

  it('makes an entry that the function takes, with another code each time', async () => {
    const made = [await make(), await make({}, '--per-day', '5')];
    expect(new Set(made.map(({ code }) => code)).size).toBe(2);
    const [first, second] = made;
    expect(second.entry).toMatchObject({ number: first.entry.number, perDay: 5 });
    const env = { ...ENV, REVIEW_NUMBERS: JSON.stringify([second.entry]) };
    expect(readConfig(env).reviewNumbers).toMatchObject([second.entry]);
  });

  it('makes codes as long as those that are sent, where these have more than eight digits', async () => {
    expect((await make({ OTP_LENGTH: '10' })).code).toMatch(/^\d{10}$/);
    expect((await make({ OTP_LENGTH: '6' })).code).toMatch(/^\d{8}$/);
  });

  it('goes by the key that stays while others are replaced', async () => {
    const number = (await make()).entry.number;
    const rotated = { OTP_HASH_KEY: OTHER_STRONG_KEY, OTP_LOOKUP_KEY: STRONG_KEY };
    expect((await make(rotated)).entry.number).toBe(number);
    expect((await make({ OTP_HASH_KEY: OTHER_STRONG_KEY })).entry.number).not.toBe(number);
  });

  it.each([
    ['no number', ['--until', dayAhead(1)], '--phone takes a phone number in E.164'],
    ['no end', ['--phone', '+12025550100'], '--until takes the last day on which the code is good'],
    ['an end that is past', [...order, '--until', dayAhead(-1)], '--until takes the last day'],
    ['an end too far ahead', [...order, '--until', dayAhead(91)], 'at most 90 days ahead'],
    ['no count', [...order, '--per-day', 'many'], '--per-day takes a whole number from 1 to 100.'],
    ['a code of one’s own', [...order, '--code', '30582914'], "Unknown option '--code'"],
  ])('refuses %s in one sentence', async (_, args, sentence) => {
    const { exit, output } = await run(args);
    expect(exit).toBe(1);
    expect(output).toContain(sentence);
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  it('refuses to do without the key', async () => {
    const { exit, output } = await run(order, { OTP_HASH_KEY: undefined });
    expect(exit).toBe(1);
    expect(output).toMatch(/^OTP_HASH_KEY is not set; it takes /);
  });
});
