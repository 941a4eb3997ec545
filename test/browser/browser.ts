/**
 * The browser that these tests drive: Debian's Chromium, or whatever Playwright finds. Where there
 * is none the tests are skipped with a line that says how to get one; in CI that is a failure.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { describe } from 'vitest';

const HOW_TO_GET_IT =
  'The browser tests need Chromium or Chrome: apt-get install chromium, or npx playwright-core install chromium.';

// Without them Chromium keeps looking for Google's hosts, which a closed network refuses.
const args = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

const places: readonly LaunchOptions[] = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser']
    .filter((path) => existsSync(path))
    .map((executablePath) => ({ executablePath })),
  {},
  { channel: 'chrome' },
  { channel: 'msedge' },
];

async function launch(): Promise<Browser | undefined> {
  for (const place of places) {
    try {
      return await chromium.launch({ ...place, args });
    } catch {
      // Not here: look on.
    }
  }
  if (process.env.CI) throw new Error(HOW_TO_GET_IT);
  process.stderr.write(`${HOW_TO_GET_IT}\n`);
  return undefined;
}

export const browser = await launch();

/** A `describe` that needs the browser. */
export const describeInBrowser = describe.skipIf(browser === undefined);
