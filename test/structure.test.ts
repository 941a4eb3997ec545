/** Who may import whom: each rule is shown to catch what it is there for. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { describe, expect, it, onTestFinished } from 'vitest';

const rules = await extractDepcruiseOptions('./.dependency-cruiser.mjs');

/** The names of the rules that a project of these files breaks, in a folder of its own. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<string[]> {
  const project = await mkdtemp(join(tmpdir(), 'structure-'));
  onTestFinished(() => rm(project, { recursive: true }));
  for (const [path, code] of Object.entries(files)) {
    await mkdir(join(project, dirname(path)), { recursive: true });
    await writeFile(join(project, path), code);
  }
  const { output } = await cruise(Object.keys(files), { ...rules, baseDir: project });
  const { violations } = (output as ICruiseResult).summary;
  return [...new Set(violations.map((violation) => violation.rule.name))].sort();
}

/** A project in which one file imports another file or a package. */
function importing(from: string, to: string): Record<string, string> {
  const isFile = to.startsWith('src/') || to.startsWith('deploy/') || to.startsWith('test/');
  const module = isFile ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to;
  return {
    [from]: `import { a } from '${module}';\n\nexport const b = a;\n`,
    ...(isFile ? { [to]: 'export const a = 1;\n' } : {}),
  };
}

/** Each rule with imports that break it: who imports, and what. */
const BREAKS: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'domain-knows-only-domain': [
    ['src/domain/a.ts', 'src/settings.ts'],
    ['src/domain/a.ts', 'src/dispatcher.ts'],
    ['src/domain/a.ts', 'src/config/config.ts'],
    ['src/domain/a.ts', 'src/adapters/clock/system.ts'],
    ['src/domain/a.ts', 'src/adapters/lib/hmac-key-ring.ts'],
    ['src/domain/abuse/a.ts', 'src/trigger-events.ts'],
    ['src/domain/ports/a.ts', 'src/observability/redaction.ts'],
    ['src/domain/a.ts', 'node:crypto'],
    ['src/domain/a.ts', 'crypto'],
    ['src/domain/a.ts', 'inversify'],
    ['src/domain/a.ts', '@aws-sdk/client-sns'],
  ],
  'ports-know-only-types': [['src/domain/ports/clock.ts', 'src/domain/challenge.ts']],
  'adapters-know-domain-lib-and-settings': [
    ['src/adapters/sms-gateway/routed.ts', 'src/config/sms-routes.ts'],
    ['src/adapters/sms-gateway/routed.ts', 'src/adapters/numbering-plan/shipped.ts'],
    ['src/adapters/sms-gateway/lib/registry.ts', 'src/adapters/clock/system.ts'],
    ['src/adapters/clock/system.ts', 'src/adapters/dynamodb-store.ts'],
    ['src/adapters/clock/system.ts', 'src/container/container.ts'],
    ['src/adapters/clock/system.ts', 'src/container/tokens.ts'],
    ['src/adapters/clock/system.ts', 'src/observability/redaction.ts'],
  ],
  'adapters-lib-knows-no-port': [
    ['src/adapters/lib/dynamodb-table.ts', 'src/adapters/clock/system.ts'],
    ['src/adapters/lib/dynamodb-table.ts', 'src/adapters/dynamodb-store.ts'],
    ['src/adapters/lib/dynamodb-table.ts', 'src/config/config.ts'],
  ],
  'stores-know-adapters': [
    ['src/adapters/dynamodb-store.ts', 'src/config/config.ts'],
    ['src/adapters/dynamodb-store.ts', 'src/container/tokens.ts'],
  ],
  'config-knows-domain-and-settings': [
    ['src/config/config.ts', 'src/adapters/sms-gateway/lib/registry.ts'],
    ['src/config/config.ts', 'src/observability/redaction.ts'],
    ['src/config/config.ts', 'src/container/container.ts'],
  ],
  'observability-knows-domain-and-settings': [
    ['src/observability/outcome-log.ts', 'src/dispatcher.ts'],
    ['src/observability/outcome-log.ts', 'src/pipeline.ts'],
    ['src/observability/outcome-log.ts', 'src/config/config.ts'],
    ['src/observability/outcome-log.ts', 'src/adapters/clock/system.ts'],
  ],
  'only-container-knows-adapters': [
    ['src/handler.ts', 'src/adapters/dynamodb-store.ts'],
    ['src/container/tokens.ts', 'src/adapters/dynamodb-store.ts'],
    ['src/pipeline.ts', 'src/adapters/clock/system.ts'],
    ['src/config/config.ts', 'src/adapters/clock/system.ts'],
  ],
  'only-container-knows-config': [
    ['src/pipeline.ts', 'src/config/config.ts'],
    ['src/dispatcher.ts', 'src/config/config.ts'],
    ['src/adapters/clock/system.ts', 'src/config/config.ts'],
  ],
  'settings-know-only-packages': [
    ['src/settings.ts', 'src/domain/otp-policy.ts'],
    ['src/settings.ts', 'src/config/config.ts'],
  ],
  'events-know-domain': [
    ['src/trigger-events.ts', 'src/dispatcher.ts'],
    ['src/trigger-events.ts', 'src/settings.ts'],
  ],
  'dispatcher-knows-events-and-domain': [
    ['src/dispatcher.ts', 'src/pipeline.ts'],
    ['src/dispatcher.ts', 'src/observability/outcome-log.ts'],
    ['src/dispatcher.ts', 'src/container/tokens.ts'],
  ],
  'pipeline-knows-dispatcher-and-observability': [
    ['src/pipeline.ts', 'src/container/container.ts'],
    ['src/pipeline.ts', 'src/container/tokens.ts'],
    ['src/pipeline.ts', 'src/handler.ts'],
  ],
  'tokens-know-what-they-name': [
    ['src/container/tokens.ts', 'src/container/container.ts'],
    ['src/container/tokens.ts', 'src/pipeline.ts'],
  ],
  'create-handler-knows-container-and-pipeline': [['src/create-handler.ts', 'src/dispatcher.ts']],
  'container-knows-no-pipeline': [['src/container/container.ts', 'src/pipeline.ts']],
  'nobody-knows-handler': [
    ['src/container/container.ts', 'src/handler.ts'],
    ['deploy/local/main.ts', 'src/handler.ts'],
  ],
  'all-of-src-has-rules': [
    ['src/helpers.ts', 'src/domain/challenge.ts'],
    ['src/utils/text.ts', 'valibot'],
  ],
  'src-knows-no-deploy-and-no-test': [
    ['src/handler.ts', 'deploy/command-line.ts'],
    ['src/container/container.ts', 'test/fakes/fake-clock.ts'],
    ['src/adapters/clock/system.ts', 'test/fakes/fake-clock.ts'],
  ],
  'deploy-knows-no-test': [['deploy/local/main.ts', 'test/fakes/fake-clock.ts']],
  'no-circular': [
    ['src/domain/a.ts', 'src/domain/b.ts'],
    ['deploy/local/a.ts', 'deploy/local/cognito/b.ts'],
  ],
};

const CASES = Object.entries(BREAKS).flatMap(([rule, imports]) =>
  imports.map(([from, to]) => ({ rule, from, to })),
);

describe('The rules on imports', () => {
  it('are each shown to bite', () => {
    const names = rules.ruleSet?.forbidden?.map((rule) => rule.name);
    expect(Object.keys(BREAKS).sort()).toEqual(names?.sort());
  });

  it.each(CASES.filter(({ rule }) => rule !== 'no-circular'))(
    '$rule: $from does not import $to',
    async ({ rule, from, to }) => {
      expect(await brokenRules(importing(from, to))).toContain(rule);
    },
  );

  it.each(CASES.filter(({ rule }) => rule === 'no-circular'))(
    '$rule: $from and $to do not import each other',
    async ({ rule, from, to }) => {
      const files = { ...importing(to, from), ...importing(from, to) };
      const back = `${importing(to, from)[to]}\nexport const a = 1;\n`;
      expect(await brokenRules({ ...files, [to]: back })).toEqual([rule]);
    },
  );

  it('count an import circle of types alone', async () => {
    const files = {
      'src/domain/a.ts': "import type { B } from './b.ts';\n\nexport type A = B | 1;\n",
      'src/domain/b.ts': "import type { A } from './a.ts';\n\nexport type B = A[];\n",
    };
    expect(await brokenRules(files)).toEqual(['no-circular']);
  });

  it.each([
    "import type { A } from '../settings.ts';",
    "import { type A } from '../settings.ts';",
    "import * as a from '../settings.ts';",
    "import '../settings.ts';",
    "export { a } from '../settings.ts';",
    "export type { A } from '../settings.ts';",
    "export * from '../settings.ts';",
    "export const a = () => import('../settings.ts');",
    'export const a = () => import(`../settings.ts`);',
    "export class A { async b() { return (await import('../settings.ts')).a; } }",
  ])('see %s', async (code) => {
    const files = { 'src/domain/a.ts': code, 'src/settings.ts': 'export const a = 1;\n' };
    expect(await brokenRules(files)).toEqual(['domain-knows-only-domain']);
  });

  it.each([
    ['src/domain/code-sender.ts', 'src/domain/ports/clock.ts'],
    ['src/adapters/clock/system.ts', 'src/domain/deadline.ts'],
    ['src/adapters/sms-gateway/sns.ts', 'src/adapters/sms-gateway/lib/aws-client.ts'],
    ['src/adapters/sms-gateway/lib/registry.ts', 'src/adapters/sms-gateway/sns.ts'],
    ['src/adapters/sms-gateway/sns.ts', 'src/adapters/lib/hmac-key-ring.ts'],
    ['src/adapters/sms-gateway/sns.ts', 'src/settings.ts'],
    ['src/adapters/sms-gateway/sns.ts', '@aws-sdk/client-sns'],
    ['src/adapters/clock/system.ts', 'node:timers/promises'],
    ['src/adapters/dynamodb-store.ts', 'src/adapters/account-ledger/dynamodb.ts'],
    ['src/config/config.ts', 'src/domain/otp-policy.ts'],
    ['src/config/config.ts', 'src/settings.ts'],
    ['src/observability/redaction.ts', 'src/settings.ts'],
    ['src/dispatcher.ts', 'src/trigger-events.ts'],
    ['src/pipeline.ts', 'src/dispatcher.ts'],
    ['src/container/tokens.ts', 'src/config/config.ts'],
    ['src/container/container.ts', 'src/adapters/dynamodb-store.ts'],
    ['src/container/container.ts', 'src/config/config.ts'],
    ['src/handler.ts', 'src/container/container.ts'],
    ['src/container/open-adapters.ts', 'src/config/config.ts'],
    ['deploy/account.ts', 'src/adapters/dynamodb-store.ts'],
  ])('let %s import %s', async (from, to) => {
    expect(await brokenRules(importing(from, to))).toEqual([]);
  });

  it("let a port name the domain's types", async () => {
    const files = {
      'src/domain/ports/a.ts': "import type { B } from '../b.ts';\n\nexport type A = B;\n",
      'src/domain/b.ts': 'export type B = 1;\n',
    };
    expect(await brokenRules(files)).toEqual([]);
  });
});

describe('The folder src/', () => {
  it('has at most twelve entries at its root', async () => {
    expect((await readdir('src')).length).toBeLessThanOrEqual(12);
  });
});
