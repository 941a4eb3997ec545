/** The README's examples, taken from the page and put to the test. */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPIRY_ATTRIBUTE, KEY_ATTRIBUTE } from '../src/adapters/lib/dynamodb-table.ts';
import { openAdapters, readConfig } from '../src/container.ts';
import { ENV } from './support/function.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from './support/twilio-server.ts';

const readme = await readFile('README.md', 'utf8');

/** The block of code that begins with these characters. */
function block(language: string, beginning: string): string {
  const blocks = readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'));
  const found = [...blocks].map(([, code = '']) => code).find((code) => code.startsWith(beginning));
  if (found === undefined) {
    throw new Error(`The README has no ${language} block that begins with ${beginning}`);
  }
  return found;
}

describe('The README', () => {
  it('shows routes and templates that the function starts with', async () => {
    const config = readConfig({
      ...ENV,
      SMS_ROUTES: block('json', '[\n  {\n    "countries"'),
      SMS_TEMPLATES: block('json', '{ "en":'),
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_SECRET: AUTH_TOKEN,
    });
    expect(config.sms.routes.map(({ kind }) => kind)).toEqual(['send', 'send', 'send', 'deny']);
    expect(config.warnings).toEqual([]);
    await openAdapters(config);
  });

  it('shows settings for DynamoDB that the function starts with, and the table that it expects', () => {
    const lines = block('sh', 'CHALLENGE_REPOSITORY=').trim().split('\n');
    const env = Object.fromEntries(lines.map((line) => line.split('=')));
    const { abuse } = readConfig({ ...ENV, ...env });
    expect(abuse).toMatchObject({ challengeRepository: 'dynamodb', rateLimiter: 'dynamodb' });
    const creation = block('sh', 'aws dynamodb create-table');
    expect(creation).toContain(`--table-name ${abuse.tableName} `);
    expect(creation).toContain(`AttributeName=${KEY_ATTRIBUTE},KeyType=HASH`);
    expect(creation).toContain(`Enabled=true,AttributeName=${EXPIRY_ATTRIBUTE}`);
  });

  it('names, for every threat, a test that exists and the requirements that it proves', async () => {
    const [, section = ''] = readme.split('### Threats\n');
    const rows = (section.split('\n## ')[0] ?? '')
      .split('\n')
      .filter((row) => row.startsWith('| '));
    const proofs = rows.slice(1).map((row) => row.split(' | ').at(-1) ?? '');
    expect(proofs.length).toBeGreaterThan(15);
    for (const proof of proofs) {
      const named = [...proof.matchAll(/\]\(([^)]+)\)((?: A\d+,?)+)/g)];
      expect(named, proof).not.toEqual([]);
      for (const [, file = '', requirements = ''] of named) {
        const test = await readFile(file, 'utf8');
        for (const [requirement] of requirements.matchAll(/A\d+/g)) {
          expect(test, `${file} names ${requirement}`).toMatch(new RegExp(`\\b${requirement}\\b`));
        }
      }
    }
  });
});

describe("The README's gateway", () => {
  const ADAPTER = 'src/adapters/sms-gateway/acme.ts';
  const REGISTRY = 'src/adapters/sms-gateway/lib/registry.ts';
  const TEST = 'test/adapters/sms-gateway/acme.test.ts';
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'readme-'));
    for (const path of [
      'src',
      'test/contracts',
      'test/support/provider-server.ts',
      'package.json',
    ]) {
      await cp(path, join(project, path), { recursive: true });
    }
    const { compilerOptions } = JSON.parse(await readFile('tsconfig.json', 'utf8'));
    const tsconfig = { compilerOptions, include: [ADAPTER, REGISTRY, TEST] };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
    await symlink(resolve('node_modules'), join(project, 'node_modules'));

    await writeFile(join(project, ADAPTER), block('ts', `// ${ADAPTER}`));
    const line = block('ts', `// ${REGISTRY}`).replace(/.*\n/, '');
    const registry = await readFile(REGISTRY, 'utf8');
    const opening = 'export const SMS_GATEWAYS = {\n';
    await writeFile(join(project, REGISTRY), registry.replace(opening, opening + line));
    await mkdir(dirname(join(project, TEST)), { recursive: true });
    await writeFile(join(project, TEST), block('ts', `// ${TEST}`));
  });
  afterAll(() => rm(project, { recursive: true }));

  function run(command: string, ...parameters: string[]) {
    const { PATH } = process.env;
    return spawnSync(command, parameters, { cwd: project, encoding: 'utf8', env: { PATH } });
  }

  it('compiles', () => {
    expect(run('tsc')).toMatchObject({ status: 0, stdout: '' });
  });

  it('keeps the contract', async () => {
    const { status } = run('vitest', 'run', '--reporter=json', '--outputFile=report.json', TEST);
    const report = await readFile(join(project, 'report.json'), 'utf8');
    const { numPassedTests, numFailedTests } = JSON.parse(report);
    expect({ status, numFailedTests }).toEqual({ status: 0, numFailedTests: 0 });
    expect(numPassedTests).toBeGreaterThan(15);
  });
});
