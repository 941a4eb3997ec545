/** What deploy/local/README.md says of Cognito, held against the code and the SDK's model. */
import { readFile } from 'node:fs/promises';
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { operations } from '../../../deploy/local/cognito/operations.ts';

const page = await readFile('deploy/local/README.md', 'utf8');

/** What stands in code marks in the second column of the table with this head. */
function namesIn(head: string): readonly string[] {
  const [, rows = ''] = page.split(`${head}\n|---|---|\n`);
  return (
    rows
      .split('\n\n')[0]
      ?.split('\n')
      .flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)])
      .map(([, name = '']) => name) ?? []
  );
}

const ofAws = Object.keys(sdk)
  .filter((name) => name.endsWith('Command') && name !== '$Command')
  .map((name) => name.slice(0, -'Command'.length));

describe('The page on the local endpoint', () => {
  test('lists every operation that is here, and no other', () => {
    const listed = namesIn('| about | operations |').filter((name) => ofAws.includes(name));
    expect([...listed].sort()).toEqual([...operations.keys()].sort());
  });

  test('lists every operation of Cognito that is not here', () => {
    const patterns = namesIn('| not here | operations |').map(
      (pattern) => new RegExp(`^${pattern.replaceAll('*', '\\w*')}$`),
    );
    const listed = (name: string) => patterns.some((pattern) => pattern.test(name));
    expect(ofAws.filter((name) => listed(name) === operations.has(name))).toEqual([]);
    expect(patterns.filter((pattern) => !ofAws.some((name) => pattern.test(name)))).toEqual([]);
  });

  test('lists every member that is refused, and the values that are not', () => {
    const refusals = [...operations.values()].flatMap(({ refusals }) => Object.entries(refusals));
    const words = new Set(refusals.flatMap(([path, taken]) => [path, ...taken]));
    const listed = namesIn('| of | refused |').filter((name) => !operations.has(name));
    expect([...new Set(listed)].sort()).toEqual([...words].sort());
  });
});
