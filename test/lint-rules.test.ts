/** The lint rules that guard the architecture: each is shown to catch what it is there for. */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('The linter', () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'lint-rules-'));
    const config = JSON.parse(await readFile('biome.json', 'utf8'));
    const withoutGit = { ...config, $schema: undefined, vcs: undefined };
    await writeFile(join(project, 'biome.json'), JSON.stringify(withoutGit));
    await cp('.biome', join(project, '.biome'), { recursive: true });
  });
  afterAll(() => rm(project, { recursive: true }));

  async function complaints(path: string, code: string): Promise<string> {
    await mkdir(join(project, dirname(path)), { recursive: true });
    await writeFile(join(project, path), code);
    const { stderr } = spawnSync('biome', ['lint', path], { cwd: project, encoding: 'utf8' });
    return stderr;
  }

  it('has nothing to say about sound code', async () => {
    const sound = "import { a } from './ports/a.ts';\n\nexport const b = a;\n";
    expect(await complaints('src/domain/b.ts', sound)).toBe('');
  });

  it('A2: forbids Math.random', async () => {
    const code = 'export const code = Math.random();\n';
    expect(await complaints('src/code.ts', code)).toContain('Math.random is predictable');
  });

  it.each([
    'node:crypto',
    '@aws-sdk/client-sns',
    'inversify',
    '../config.ts',
    '../adapters/clock/system.ts',
  ])('keeps %s out of the domain', async (module) => {
    const code = `import { a } from '${module}';\n\nexport const b = a;\n`;
    expect(await complaints('src/domain/b.ts', code)).toContain('The domain knows only itself');
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
});
