/**
 * Every state in both colour schemes and on a phone: no accessibility violation that axe can find,
 * and nothing that has to be scrolled sideways. With SCREENSHOTS=<folder>, a picture of each.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { openDemo } from './demo.ts';
import { states } from './states.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true },
  'dark-phone': { colorScheme: 'dark', viewport: { width: 320, height: 640 }, hasTouch: true },
};

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const result = (await page.evaluate('axe.run()')) as AxeResults;
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder !== undefined)
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

describeInBrowser('The page in every state', () => {
  describe.each(Object.entries(looks))('%s', (look, options) => {
    it.each(Object.entries(states))('%s', async (state, reach) => {
      const demo = await openDemo({ context: { reducedMotion: 'reduce', ...options } });
      await reach(demo);
      await takePicture(demo.page, `${state}-${look}`);
      expect(await violations(demo.page)).toEqual([]);
      const overflow =
        'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await demo.page.evaluate(overflow)).toBe(0);
    });
  });

  it('has a background of its own in each colour scheme', async () => {
    const demo = await openDemo();
    const background = () => demo.page.evaluate('getComputedStyle(document.body).backgroundColor');
    await demo.page.emulateMedia({ colorScheme: 'light' });
    const light = await background();
    await demo.page.emulateMedia({ colorScheme: 'dark' });
    expect(await background()).not.toBe(light);
  });
});
