/** The numbers that test titles cite, and the list that says what each means. */
import { glob, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** A title that begins with the requirements it shows, and a colon. */
const CITATION = /['"`]((?:A\d+[a-z]?, )*A\d+[a-z]?):/g;

async function citedInTitles(): Promise<Set<string>> {
  const cited = new Set<string>();
  for await (const file of glob('test/**/*.ts')) {
    for (const [, numbers = ''] of (await readFile(file, 'utf8')).matchAll(CITATION)) {
      for (const number of numbers.split(', ')) {
        cited.add(number);
      }
    }
  }
  return cited;
}

async function definedNumbers(): Promise<string[]> {
  const list = await readFile('test/requirements.md', 'utf8');
  return [...list.matchAll(/^\| (A\d+[a-z]?) \|/gm)].map(([, number = '']) => number);
}

describe('The list of requirements', () => {
  it('says what each number means that a test title cites, and lists no other', async () => {
    expect((await definedNumbers()).sort()).toEqual([...(await citedInTitles())].sort());
  });

  it('says what each number means that the security page cites', async () => {
    const page = await readFile('deploy/security.md', 'utf8');
    const cited = page.match(/\bA\d+[a-z]?\b/g) ?? [];
    expect(await definedNumbers()).toEqual(expect.arrayContaining(cited));
  });
});
