/**
 * Every state in both colour schemes and on a phone: no accessibility violation that axe can find,
 * and nothing that has to be scrolled sideways. With SCREENSHOTS=<folder>, a picture of each.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { openDemo } from './demo.ts';
import { optionsFor, states } from './states.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks = {
  light: { colorScheme: 'light', width: 1280, height: 900 },
  dark: { colorScheme: 'dark', width: 1280, height: 900 },
  phone: { colorScheme: 'light', width: 390, height: 844 },
  'small-dark-phone': { colorScheme: 'dark', width: 320, height: 640 },
} as const;

async function violations(page: Page): Promise<readonly string[]> {
  const result = (await page.evaluate('axe.run()')) as AxeResults;
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** What sticks out of its screen or makes the page scroll sideways. */
const STICKING_OUT = `
  [...document.querySelectorAll('.view:not([hidden]) *, main > *, body > *')]
    .filter((element) => element.checkVisibility() && !element.closest('.visually-hidden'))
    .filter((element) => {
      const box = element.closest('.view') ?? document.body;
      return element.getBoundingClientRect().right > box.getBoundingClientRect().right + 1;
    })
    .map((element) => element.outerHTML.slice(0, 100))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['page'] : [])
`;

describeInBrowser('The page looks right in every state', () => {
  it.each(Object.entries(states))('%s', async (state, reach) => {
    const demo = await openDemo({ ...optionsFor(state), context: { reducedMotion: 'reduce' } });
    const { page } = demo;
    await reach(demo);
    await page.evaluate(axe);
    for (const [look, { colorScheme, ...viewport }] of Object.entries(looks)) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await takePicture(page, `${state}-${look}`);
      expect(await violations(page), look).toEqual([]);
      expect(await page.evaluate(STICKING_OUT), look).toEqual([]);
    }
  });

  it('has a background of its own in each colour scheme', async () => {
    const { page } = await openDemo();
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await background()).not.toBe(light);
  });
});
