/** The lint rules that guard the architecture: each is shown to catch what it is there for. */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

/** What the linter says about a file of that code, in a project that has this one's rules. */
async function complaints(path: string, code: string): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'lint-rules-'));
  onTestFinished(() => rm(project, { recursive: true }));
  const config = JSON.parse(await readFile('biome.json', 'utf8'));
  const withoutGit = { ...config, $schema: undefined, vcs: undefined };
  await writeFile(join(project, 'biome.json'), JSON.stringify(withoutGit));
  await cp('.biome', join(project, '.biome'), { recursive: true });
  await mkdir(join(project, dirname(path)), { recursive: true });
  await writeFile(join(project, path), code);
  const { stderr } = spawnSync('biome', ['lint', path], { cwd: project, encoding: 'utf8' });
  return stderr;
}

describe('The linter', () => {
  it('has nothing to say about sound code', async () => {
    const sound = "import { a } from './ports/a.ts';\n\nexport const b = a;\n";
    expect(await complaints('src/domain/b.ts', sound)).toBe('');
  });

  it('A2: forbids Math.random', async () => {
    const code = 'export const code = Math.random();\n';
    expect(await complaints('src/code.ts', code)).toContain('Math.random is predictable');
  });

  it.each([
    'Date.now()',
    'process.env',
    'performance.now()',
    'crypto.randomUUID()',
    "fetch('https://example.com')",
    "new WebSocket('wss://example.com')",
    'setTimeout(() => {}, 1)',
    'setInterval(() => {}, 1)',
    'setImmediate(() => {})',
    'AbortSignal.timeout(1)',
    'globalThis.Date.now()',
  ])('keeps %s out of the domain', async (expression) => {
    const code = `export const a = ${expression};\n`;
    expect(await complaints('src/domain/a.ts', code)).toContain('noRestrictedGlobals');
  });

  it.each([
    ['src/config/a.ts', "Promise<import('../container.ts').A>"],
    ['deploy/local/a.ts', "typeof import('./b.ts')"],
    ['src/domain/a.ts', "Promise<import('inversify').Container>"],
  ])('has %s import by declaration what it calls %s', async (path, type) => {
    expect(await complaints(path, `export type A = ${type};\n`)).toContain('with a declaration');
  });

  it("lets an adapter name the type of an SDK's module", async () => {
    const code = "export type Sdk = typeof import('@aws-sdk/client-sns');\n";
    expect(await complaints('src/adapters/sms-gateway/sns.ts', code)).toBe('');
  });
});
