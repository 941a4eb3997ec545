/** The whole demo on free ports of this machine, and a person at its page. */
import {
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect, onTestFinished, vi } from 'vitest';
import { buildPage, startDemoPage } from '../../deploy/local/demo-page.ts';
import { type LocalEndpoint, startLocalEndpoint } from '../../deploy/local/endpoint.ts';
import { EventLog } from '../../deploy/local/event-log.ts';
import type { ManualClock } from '../fakes/manual-clock.ts';
import { captureLog, createRealFunction, type FunctionOptions } from '../support/function.ts';
import { browser } from './browser.ts';

export const PHONE = '+12025550100';

const files = browser === undefined ? new Map<string, string>() : await buildPage();
afterAll(() => browser?.close());

export interface DemoOptions extends FunctionOptions {
  readonly context?: BrowserContextOptions;
  /** The address that the endpoint listens at. */
  readonly host?: string;
}

export async function openDemo({
  context = {},
  host = '127.0.0.1',
  ...options
}: DemoOptions = {}): Promise<Demo> {
  if (browser === undefined) throw new Error('There is no browser.');
  captureLog();
  const { handler, clock } = await createRealFunction({
    ...options,
    env: {
      HIDE_USER_EXISTENCE: 'true',
      REQUIRE_VERIFIED_PHONE: 'false',
      CONFIRM_PHONE: 'true',
      SMS_TIMEOUT_MS: '500',
      RATE_LIMITER: 'none',
      ...options.env,
    },
  });
  const now = () => clock.now();
  const log = new EventLog(now);
  const endpoint = await startLocalEndpoint({
    host,
    users: [{ username: PHONE, attributes: { phone_number_verified: 'true' } }],
    triggers: {
      DefineAuthChallenge: handler,
      CreateAuthChallenge: handler,
      VerifyAuthChallengeResponse: handler,
      PreSignUp: handler,
    },
    client: { authSessionValidityMinutes: 15 },
    now,
    onCall: (operation) => log.called(operation),
    onTrigger: (run) => log.ran(run),
    onRefusal: (operation, error) => log.refused(operation, error),
  });
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', endpoint.url);
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', endpoint.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  const site = await startDemoPage({ endpoint, log, users: [PHONE], port: 0, files });
  const tab = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC', ...context });
  onTestFinished(async () => {
    await tab.close();
    await Promise.all([endpoint.close(), site.close()]);
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  const page = await tab.newPage();
  page.setDefaultTimeout(20_000);
  await page.clock.install({ time: clock.now() });
  const demo = new Demo(page, endpoint, log, clock, site.url);
  await demo.open();
  return demo;
}

export class Demo {
  readonly page: Page;
  readonly endpoint: LocalEndpoint;
  readonly log: EventLog;
  readonly url: string;
  /** What the page wrote to its console. */
  readonly console: string[] = [];
  readonly #clock: ManualClock;

  constructor(page: Page, endpoint: LocalEndpoint, log: EventLog, clock: ManualClock, url: string) {
    this.page = page;
    this.endpoint = endpoint;
    this.log = log;
    this.url = url;
    this.#clock = clock;
    page.on('console', (message) => this.console.push(message.text()));
    page.on('pageerror', (error) => this.console.push(String(error)));
  }

  async open(): Promise<void> {
    await this.page.goto(this.url);
    await this.page.getByText('One moment').waitFor({ state: 'hidden' });
  }

  /** Time goes by everywhere: at the function, the endpoint and the page. */
  async pass(milliseconds: number): Promise<void> {
    this.#clock.advance(milliseconds);
    await this.page.clock.fastForward(milliseconds);
  }

  /** Time goes by, and the page's clock does not notice. */
  passUnnoticed(milliseconds: number): void {
    this.#clock.advance(milliseconds);
  }

  async chooseToCreate(): Promise<void> {
    await this.page.getByRole('radio', { name: 'Create account' }).check();
  }

  async enterNumber(number: string): Promise<void> {
    const input = this.page.getByLabel('Phone number');
    await input.fill('');
    await input.pressSequentially(number);
  }

  async askForCode(): Promise<void> {
    await this.page.getByRole('button', { name: 'Text me a code' }).click();
    await this.page.locator('#code-view').waitFor();
  }

  /** Signs the demo user in as far as the code. */
  async start(): Promise<string> {
    await this.askForCode();
    return this.newestCode();
  }

  async openLog(): Promise<void> {
    await this.page.getByText('What happens behind the scenes').click();
    for (const details of await this.page.locator('#log-entries summary').all()) {
      await details.click();
    }
  }

  /** What a token says, as the signed-in screen shows it. */
  async claim(name: string): Promise<string | null> {
    const term = this.page.getByText(name, { exact: true }).first();
    return term.locator('xpath=following-sibling::dd').textContent();
  }

  async signIn(): Promise<void> {
    await this.typeCode(await this.start());
    await this.heading('You are signed in');
  }

  async typeCode(code: string): Promise<void> {
    await this.page.getByLabel('One-time code').pressSequentially(code);
  }

  async typeWrongCode(): Promise<void> {
    const right = this.newestCode();
    await this.typeCode(right.replace(/./, (digit) => (digit === '9' ? '0' : '9')));
  }

  async resend(): Promise<void> {
    await this.page.getByRole('button', { name: 'Send a new code', exact: true }).click();
    // What the page says may be what it said before: time must not pass until the answer is there.
    await this.page.locator('#code-view[aria-busy=false]').waitFor();
  }

  newestCode(to = PHONE): string {
    return /\d{6}$/.exec(this.endpoint.inbox.latest(to)?.message ?? '')?.[0] ?? 'no SMS';
  }

  async heading(name: string): Promise<void> {
    await this.page.getByRole('heading', { name }).waitFor();
  }

  /** Waits until the screen says it, in a place that screen readers announce. */
  async says(text: string | RegExp): Promise<void> {
    const announced = this.page.locator('[role=status]:visible, [role=alert]:visible');
    await announced.filter({ hasText: text }).waitFor();
  }

  async shows(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** What has the focus, by its accessible name or text. */
  async expectFocusOn(id: string): Promise<void> {
    await expect.poll(() => this.page.evaluate('document.activeElement?.id')).toBe(id);
  }

  /** Somebody ends the demo user's sessions on another device. */
  signOutElsewhere(): Promise<void> {
    const { userPoolId: UserPoolId } = this.endpoint;
    return this.#administer(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: PHONE }));
  }

  /** An operator shuts the demo user out. */
  disableUser(): Promise<void> {
    const { userPoolId: UserPoolId } = this.endpoint;
    return this.#administer(new AdminDisableUserCommand({ UserPoolId, Username: PHONE }));
  }

  /** Keeps the page's calls of the endpoint waiting. @returns lets them through */
  async holdCalls(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    await this.page.route(`${this.endpoint.url}/`, async (route) => {
      await promise;
      await route.continue();
    });
    return resolve;
  }

  /** A wrong answer then asks for a new code, too: the other way of the contract. */
  haveEveryAnswerResend(): Promise<void> {
    const { userPoolId: UserPoolId } = this.endpoint;
    const UserAttributes = [{ Name: 'custom:resend', Value: 'true' }];
    return this.#administer(
      new AdminUpdateUserAttributesCommand({ UserPoolId, Username: PHONE, UserAttributes }),
    );
  }

  async #administer(
    command:
      | AdminDisableUserCommand
      | AdminUserGlobalSignOutCommand
      | AdminUpdateUserAttributesCommand,
  ): Promise<void> {
    const client = new CognitoIdentityProviderClient({ endpoint: this.endpoint.url });
    try {
      // Each command by itself: the client has no signature for several.
      if (command instanceof AdminDisableUserCommand) await client.send(command);
      else if (command instanceof AdminUserGlobalSignOutCommand) await client.send(command);
      else await client.send(command);
    } finally {
      client.destroy();
    }
  }
}
