/** `npm run keys`, run as the process it is. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/container/open-adapters.ts';
import { ENV } from '../support/function.ts';
import { OTHER_STRONG_KEY, STRONG_KEY } from '../support/keys.ts';
import { Program } from '../support/program.ts';
import { startRotation } from '../support/rotation-server.ts';

const VARIABLES = {
  APP_NAME: 'MyApp',
  OTP_HASH_KEY_SECRET: 'hash-key',
  OTP_LOOKUP_KEY_SECRET: 'lookup-key',
};

async function createWorld(text = STRONG_KEY, variables: Record<string, string> = VARIABLES) {
  const aws = await startRotation(text, variables);
  const run = async (...args: string[]) => {
    const program = new Program('deploy/keys.ts', args, { AWS_REGION: undefined });
    return { code: await program.exited, output: program.output };
  };
  return {
    ...aws,
    run,
    keysOf: (step: string, ...more: string[]) =>
      run(step, '--function', 'phone-otp', '--endpoint', aws.url, ...more),
  };
}

describe('npm run keys', () => {
  it('replaces the key in three steps, each with new containers', async () => {
    const { keysOf, keys, variables, age } = await createWorld();
    const begun = new Set<string | undefined>();
    const note = () => begun.add(variables().HASH_KEY_SECRET_VERSION);

    expect(await keysOf('add')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^A new key is known /) as unknown,
    });
    const [old, added = ''] = keys();
    expect([old, keys().length]).toEqual([STRONG_KEY, 2]);
    note();

    age(2);
    expect((await keysOf('sign')).code).toBe(0);
    expect(keys()).toEqual([added, STRONG_KEY]);
    note();

    age(17);
    expect((await keysOf('drop')).code).toBe(0);
    expect(keys()).toEqual([added]);
    note();

    expect(begun.size).toBe(3);
    const { HASH_KEY_SECRET_VERSION: version, ...others } = variables();
    expect(others).toEqual(VARIABLES);
    // The function takes the key, and has no word for the variable.
    const env = { ...ENV, OTP_HASH_KEY: added, OTP_LOOKUP_KEY: STRONG_KEY };
    expect(readConfig({ ...env, HASH_KEY_SECRET_VERSION: version }).warnings).toEqual(
      readConfig(env).warnings,
    );
  });

  it('does no harm a second time: no key is added, and none changes its place', async () => {
    const { keysOf, keys, writes, changes, age } = await createWorld();
    for (const [i, step] of ['add', 'sign', 'drop'].entries()) {
      await keysOf(step);
      const after = keys();
      const done = changes.length;
      age(20);
      const again = await keysOf(step);
      expect(again).toMatchObject({
        code: 0,
        output: expect.stringMatching(/ It was so before\.\n$/) as unknown,
      });
      expect(keys()).toEqual(after);
      expect(writes()).toBe(i + 1);
      expect(changes).toHaveLength(done);
    }
  });

  it('goes on where it was interrupted, with the key that was written', async () => {
    const { keysOf, keys, deny, writes, age } = await createWorld();
    deny(/^PUT configuration/);
    expect(await keysOf('add')).toEqual({
      code: 1,
      output: 'AWS refuses access: the credentials need lambda:UpdateFunctionConfiguration.\n',
    });
    const written = keys();
    age(20);
    expect((await keysOf('sign')).output).toBe(
      'Not all containers know of the last step: run add again first.\n',
    );
    deny(undefined);
    expect((await keysOf('add')).code).toBe(0);
    expect(keys()).toEqual(written);
    expect(writes()).toBe(1);
  });

  it('takes no step before its time, nor out of turn', async () => {
    const { keysOf, writes, age } = await createWorld();
    expect((await keysOf('drop')).output).toBe('There is one key: run add first.\n');
    expect((await keysOf('sign')).output).toBe('There is one key: run add first.\n');
    await keysOf('add');
    expect((await keysOf('drop')).output).toMatch(/^A new key is known, .*: run sign next\.\n$/);
    expect((await keysOf('sign')).output).toMatch(/^It is too early: .* from \d{4}-.*Z on\.\n$/);
    age(2);
    await keysOf('sign');
    age(15);
    expect(await keysOf('drop')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^It is too early: /) as unknown,
    });
    expect((await keysOf('add')).output).toMatch(/^The new key signs, .*: run drop next\.\n$/);
    expect(writes()).toBe(2);
  });

  it('publishes a version where an alias serves, and leads it there', async () => {
    const { run, url, variables, changes, changeLatest } = await createWorld();
    const args = ['--function', 'phone-otp:live', '--endpoint', url];
    expect((await run('add', ...args)).code).toBe(0);
    expect(variables('live').HASH_KEY_SECRET_VERSION).toMatch(/^phone-otp-add-/);
    expect(changes).toEqual([
      'PutSecretValue',
      'PUT configuration',
      'POST versions',
      'PUT aliases/live',
    ]);
    changeLatest();
    expect((await run('add', ...args)).output).toMatch(/ It was so before\.\n$/);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['code', { CodeSha256: 'other' }, 'its code'],
    [
      'variables',
      { Environment: { Variables: { ...VARIABLES, APP_NAME: 'Other', OTP_LENGTH: '8' } } },
      'APP_NAME, OTP_LENGTH',
    ],
    ['a timeout and a role', { Timeout: 3, Role: 'other' }, 'Timeout, Role'],
  ])('publishes no %s that the alias does not serve yet', async (_, latest, names) => {
    const { run, url, changes, changeLatest } = await createWorld();
    changeLatest(latest);
    const { code, output } = await run('add', '--function', 'phone-otp:live', '--endpoint', url);
    expect(code).toBe(1);
    expect(output).toBe(
      `The latest version of the function is not what alias live serves (${names}), and would be published with the step: deploy it first, or take the change back.\n`,
    );
    expect(changes).toEqual([]);
  });

  it('takes no step while an alias leads some calls to another version, whose containers would not hear of it', async () => {
    const { run, url, changes, shareCalls } = await createWorld();
    shareCalls();
    const { code, output } = await run('add', '--function', 'phone-otp:live', '--endpoint', url);
    expect(code).toBe(1);
    expect(output).toBe(
      'Alias live leads some calls to another version, whose containers would not hear of the step: lead all of them to one first.\n',
    );
    expect(changes).toEqual([]);
  });

  it("asks for the secret where the function does: in its ARN's region, or else in the function's own", async () => {
    const elsewhere = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:hash-key-AbCdEf';
    for (const [OTP_HASH_KEY_SECRET, region] of [
      [elsewhere, 'eu-central-1'],
      ['hash-key', 'us-west-2'],
    ] as const) {
      const { keysOf, secretRegions } = await createWorld(STRONG_KEY, {
        ...VARIABLES,
        OTP_HASH_KEY_SECRET,
      });
      expect((await keysOf('add', '--region', 'us-west-2')).code).toBe(0);
      expect([...secretRegions]).toEqual([region]);
    }
  });

  it('shows no key, to people or programs', async () => {
    const { keysOf, keys, age } = await createWorld();
    let shown = (await keysOf('add', '--json')).output;
    expect(JSON.parse(shown)).toMatchObject({ step: 'add', keys: 2, changed: true });
    const all = keys();
    for (const step of ['add', 'sign', 'drop', 'drop']) {
      age(20);
      shown += (await keysOf(step)).output;
    }
    for (const key of all) {
      expect(shown).not.toContain(key);
      expect(shown).not.toContain(key.slice(0, 12));
    }
  });

  it('says in one sentence what has to be set right first', async () => {
    const both = `${STRONG_KEY},${OTHER_STRONG_KEY}`;
    const { OTP_LOOKUP_KEY_SECRET: _, ...withoutLookup } = VARIABLES;
    for (const [text, variables, sentence] of [
      [both, VARIABLES, 'The secret holds 2 keys that this command did not write'],
      ['hunter2hunter2', VARIABLES, 'The secret hash-key holds a key of 14 characters'],
      [STRONG_KEY, withoutLookup, 'The function has no OTP_LOOKUP_KEY'],
      [STRONG_KEY, { OTP_HASH_KEY: STRONG_KEY }, 'The function has no OTP_HASH_KEY_SECRET'],
    ] as const) {
      const { keysOf, changes } = await createWorld(text, variables);
      const { code, output } = await keysOf('add');
      expect(code).toBe(1);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(output).toContain(sentence);
      expect(output).not.toContain('hunter2');
      expect(output).not.toContain(STRONG_KEY);
      expect(changes).toEqual([]);
    }
  });

  it('says in one sentence what it takes', async () => {
    const { run, url } = await createWorld();
    for (const [args, sentence] of [
      [['--function', 'f'], 'Say add, sign or drop'],
      [['rotate', '--function', 'f'], 'Say add, sign or drop'],
      [['add'], "--function takes the function's ARN or name"],
      [
        ['add', '--function', 'phone-otp', '--endpoint', 'localhost:4566'],
        "--endpoint takes a URL such as http://127.0.0.1:4566, not 'localhost:4566'.",
      ],
      [['add', '--function', 'phone-otp'], 'Say the region, such as --region eu-west-1.'],
      [['add', '--function', 'phone-otp:7', '--endpoint', url], '--function names version 7'],
    ] as const) {
      const { code, output } = await run(...args);
      expect(code).toBe(1);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(output).toContain(sentence);
    }
    expect((await run('--help')).output).toContain('npm run keys -- add|sign|drop');
  });
});
