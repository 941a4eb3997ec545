/** The documentation's links and examples, taken from the pages and put to the test. */
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import GithubSlugger from 'github-slugger';
import { lexer, type Token, type Tokens, walkTokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { APP_OPTIONS } from '../deploy/cdk/phone-otp-app.ts';
import { EXPIRY_ATTRIBUTE, KEY_ATTRIBUTE } from '../src/adapters/lib/dynamodb-item.ts';
import type { Config } from '../src/config/config.ts';
import { openAdapters, readConfig, readEnvironment } from '../src/container/open-adapters.ts';
import { CHALLENGE_STATUSES } from '../src/domain/create-outcome.ts';
import { synthesize } from './deploy/cdk/synthesized.ts';
import { ENV } from './support/function.ts';
import { ACCOUNT_SID, AUTH_TOKEN } from './support/twilio-server.ts';

interface Page {
  readonly path: string;
  readonly text: string;
  /** Everything that the page consists of, however deep. */
  readonly tokens: readonly Token[];
  readonly anchors: ReadonlySet<string>;
}

async function readPage(path: string): Promise<Page> {
  const text = await readFile(path, 'utf8');
  const tokens: Token[] = [];
  walkTokens(lexer(text), (token) => {
    tokens.push(token);
  });
  const slugger = new GithubSlugger();
  const anchors = ofType<Tokens.Heading>(tokens, 'heading').map((heading) =>
    slugger.slug(plainText(heading)),
  );
  return { path, text, tokens, anchors: new Set(anchors) };
}

function ofType<T extends Token>(tokens: readonly Token[], type: T['type']): T[] {
  return tokens.filter((token): token is T => token.type === type);
}

/** What is read of it, without the marks for links and code. */
function plainText(token: Token): string {
  return 'tokens' in token && token.tokens !== undefined
    ? token.tokens.map(plainText).join('')
    : 'text' in token
      ? token.text
      : '';
}

async function readPages(): Promise<readonly Page[]> {
  const pages: Page[] = [];
  const ignored = (await readFile('.gitignore', 'utf8')).split('\n');
  // What commands write is nobody's page: `npm run synth` leaves a list of licences in cdk.out/.
  const exclude = (name: string) => ignored.includes(`${name}/`);
  for await (const path of glob('**/*.md', { exclude })) {
    pages.push(await readPage(path));
  }
  return pages;
}

const PAGES: ReadonlyMap<string, Page> = new Map(
  (await readPages()).map((page) => [page.path, page]),
);

function pageAt(path: string): Page {
  const page = PAGES.get(path);
  if (page === undefined) {
    throw new Error(`There is no page ${path}`);
  }
  return page;
}

interface Target {
  /** From the root of the repository. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** Where the page's links and pictures lead within the repository. */
function targetsOf({ path, tokens }: Page): readonly Target[] {
  return [...ofType<Tokens.Link>(tokens, 'link'), ...ofType<Tokens.Image>(tokens, 'image')]
    .filter(({ href }) => !/^\w+:/.test(href))
    .map(({ href }) => {
      const [file = '', anchor] = href.split('#');
      return { path: file === '' ? path : normalize(join(dirname(path), file)), anchor };
    });
}

/** The page's block of code that begins with these characters. */
function block(path: string, language: string, beginning: string): string {
  const found = ofType<Tokens.Code>(pageAt(path).tokens, 'code').find(
    ({ lang, text }) => lang === language && text.startsWith(beginning),
  );
  if (found === undefined) {
    throw new Error(`${path} has no ${language} block that begins with ${beginning}`);
  }
  return `${found.text}\n`;
}

/** The rows, as Markdown, of the page's table whose first column has this title. */
function tableRows(path: string, firstColumn: string): readonly (readonly string[])[] {
  const table = ofType<Tokens.Table>(pageAt(path).tokens, 'table').find(
    ({ header }) => header[0]?.text === firstColumn,
  );
  if (table === undefined) {
    throw new Error(`${path} has no table whose first column is ${firstColumn}`);
  }
  return table.rows.map((row) => row.map(({ text }) => text));
}

const withoutTicks = (text: string) => text.replaceAll('`', '');

describe('The README', () => {
  it('links to every page', () => {
    const linked = targetsOf(pageAt('README.md')).map(({ path }) => path);
    const others = [...PAGES.keys()].filter((path) => path !== 'README.md');
    expect(linked).toEqual(expect.arrayContaining(others));
  });

  it('is at most 200 lines long', () => {
    expect(pageAt('README.md').text.split('\n').length).toBeLessThanOrEqual(201);
  });
});

describe.each([...PAGES.values()])('The page $path', (page) => {
  it('links to files and headings that exist', () => {
    const broken = targetsOf(page).filter(
      ({ path, anchor }) =>
        !existsSync(path) || (anchor !== undefined && !PAGES.get(path)?.anchors.has(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it('shows JSON that can be read', () => {
    for (const { lang, text } of ofType<Tokens.Code>(page.tokens, 'code')) {
      if (lang === 'json') {
        expect(() => JSON.parse(text), text).not.toThrow();
      }
    }
  });
});

describe('The page on SMS gateways', () => {
  const PATH = 'src/adapters/sms-gateway/README.md';

  it('shows routes and templates that the function starts with', async () => {
    const config = readConfig({
      ...ENV,
      SMS_ROUTES: block(PATH, 'json', '[\n  {\n    "countries"'),
      SMS_TEMPLATES: block(PATH, 'json', '{ "en":'),
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_SECRET: AUTH_TOKEN,
    });
    expect(config.sms.routes.map(({ kind }) => kind)).toEqual(['send', 'send', 'send', 'deny']);
    expect(config.warnings).toEqual([]);
    await openAdapters(config);
  });
});

describe('The page on AWS', () => {
  it('names every outcome that the log tells, and begins no row with another', async () => {
    const source = await readFile('src/observability/outcome-record.ts', 'utf8');
    const kinds = [...source.matchAll(/case '([a-z-]+)':/g)].map(([, kind = '']) => kind);
    expect(kinds.length).toBeGreaterThan(20);
    const rows = tableRows('deploy/README.md', '`outcome`').map(([cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name),
    );
    expect(rows.flat()).toEqual(expect.arrayContaining(kinds));
    const besides = ['sms-accepted', 'sms-failed', 'warning', 'fault'];
    expect([...kinds, ...besides]).toEqual(expect.arrayContaining(rows.map(([name]) => name)));
  });

  it('shows settings for DynamoDB that the function starts with, and the table that it expects', () => {
    const lines = block('deploy/README.md', 'sh', 'TABLE_NAME=').trim().split('\n');
    const env = Object.fromEntries(lines.map((line) => line.split('=')));
    const { abuse } = readConfig({ ...ENV, ...env });
    expect(abuse).toMatchObject({ challengeRepository: 'dynamodb', rateLimiter: 'dynamodb' });
    const creation = block('deploy/README.md', 'sh', 'aws dynamodb create-table');
    expect(creation).toContain(`--table-name ${abuse.tableName} `);
    expect(creation).toContain(`AttributeName=${KEY_ATTRIBUTE},KeyType=HASH`);
    expect(creation).toContain(`Enabled=true,AttributeName=${EXPIRY_ATTRIBUTE}`);
    // DynamoDB changes no table that it is still making.
    const calls = [...creation.matchAll(/^aws dynamodb (wait )?([\w-]+)/gm)].map(
      ([, , name]) => name,
    );
    expect(calls).toEqual(['create-table', 'table-exists', 'update-time-to-live']);
  });
});

describe('The page on AWS, on CDK,', () => {
  it('lists every option beside the settings of the function, and no other', () => {
    const options = tableRows('deploy/README.md', 'option').map(([name = '']) =>
      withoutTicks(name),
    );
    expect(options.sort()).toEqual([...APP_OPTIONS].sort());
  });

  it('says of every alarm what to do', () => {
    const { phoneOtp } = synthesize();
    const alarms = phoneOtp.node
      .findAll()
      .filter((construct) => construct instanceof Alarm)
      .map(({ node }) => node.id);
    const runbook = tableRows('deploy/README.md', 'alarm').map(([name = '']) => withoutTicks(name));
    expect(runbook).toEqual(alarms);
  });
});

describe('The page on configuration', () => {
  const rows = () =>
    tableRows('deploy/configuration.md', 'variable').map((row) => row.map(withoutTicks));

  it('lists every variable that the function reads, and no other', async () => {
    const read = new Set<string>();
    const env = new Proxy<Record<string, string>>(
      {
        ...ENV,
        SMS_ROUTES: JSON.stringify([
          {
            countries: ['*'],
            gateways: [
              { gateway: 'sns' },
              { gateway: 'end-user-messaging' },
              { gateway: 'twilio', from: 'MyApp' },
            ],
          },
        ]),
        TWILIO_ACCOUNT_SID: ACCOUNT_SID,
        TWILIO_SECRET: AUTH_TOKEN,
      },
      {
        get: (variables, name: string) => {
          read.add(name);
          return variables[name];
        },
      },
    );
    await openAdapters(readConfig(await readEnvironment(env)));
    // Lambda sets these.
    read.delete('AWS_REGION');
    read.delete('AWS_LAMBDA_FUNCTION_NAME');
    // So asks whoever awaits it.
    read.delete('then');
    expect(rows().map(([name]) => name)).toEqual(expect.arrayContaining([...read]));
    expect([...read]).toEqual(expect.arrayContaining(rows().map(([name]) => name)));
  });

  it('tells the defaults', () => {
    const inWords = ['required', 'empty', 'unset', "the function's own"];
    const told = rows().filter(([, byDefault = '']) => !inWords.includes(byDefault));
    expect(told.length).toBeGreaterThan(20);
    // Of what is spelled out, some has no effect beside the rest, and is warned of.
    const comparable = ({ sms, warnings: _, ...config }: Config) => ({
      ...config,
      routes: sms.routes,
    });
    const unset = { ...ENV, HIDE_USER_EXISTENCE: '' };
    const spelledOut = readConfig({
      ...unset,
      ...Object.fromEntries(told.map(([name, byDefault]) => [name, byDefault])),
    });
    expect(comparable(spelledOut)).toEqual(comparable(readConfig(unset)));
  });
});

describe('The page for client developers', () => {
  it('lists every status, and no other', () => {
    const statuses = tableRows('deploy/clients.md', '`status`').map(([status = '']) =>
      withoutTicks(status),
    );
    expect(statuses.sort()).toEqual([...CHALLENGE_STATUSES].sort());
  });
});

describe('The page on security', () => {
  it('names, for every threat, a test that exists and the requirements that it proves', async () => {
    const proofs = tableRows('deploy/security.md', 'attack').map((row) => row.at(-1) ?? '');
    expect(proofs.length).toBeGreaterThan(15);
    for (const proof of proofs) {
      const named = [...proof.matchAll(/\]\(([^)]+)\)((?: A\d+,?)+)/g)];
      expect(named, proof).not.toEqual([]);
      for (const [, file = '', requirements = ''] of named) {
        const test = await readFile(join('deploy', file), 'utf8');
        for (const [requirement] of requirements.matchAll(/A\d+/g)) {
          expect(test, `${file} names ${requirement}`).toMatch(new RegExp(`\\b${requirement}\\b`));
        }
      }
    }
  });
});
