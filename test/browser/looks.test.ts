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
import { optionsFor, soonThrottled, states } from './states.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks = {
  light: { colorScheme: 'light', width: 1280, height: 900 },
  dark: { colorScheme: 'dark', width: 1280, height: 900 },
  phone: { colorScheme: 'light', width: 390, height: 844 },
  'old-phone': { colorScheme: 'light', width: 375, height: 667 },
  'small-dark-phone': { colorScheme: 'dark', width: 320, height: 640 },
} as const;

async function violations(page: Page): Promise<readonly string[]> {
  const result = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResults;
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

/** Words of names in the event log that are spread over lines. */
const BROKEN_WORDS = `
  [...document.querySelectorAll('#log-entries strong')]
    .flatMap((name) => [...name.childNodes].filter((node) => node instanceof Text))
    .filter((word) => {
      const range = document.createRange();
      range.selectNode(word);
      return range.getClientRects().length > 1;
    })
    .map((word) => word.data)
`;

/** Whether the code that can be used is to be seen, with nothing before it. */
const CODE_IN_VIEW = `
  (() => {
    const code = document.querySelector('.tap.fill');
    const { x, y, width, height } = code.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === code;
  })()
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

  it('marks the chosen tab by the lighter ground in each colour scheme', async () => {
    const { page } = await openDemo();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const [chosen = 0, track = 0] = (await page.evaluate(`
        ['.intent input:checked + span', '.intent']
          .map((selector) => getComputedStyle(document.querySelector(selector)).backgroundColor)
          .map((color) => color.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0))
      `)) as number[];
      expect(chosen, colorScheme).toBeGreaterThan(track);
    }
  });

  it('breaks long names in the event log between words alone', async () => {
    const demo = await openDemo(soonThrottled);
    await states['event-log']?.(demo);
    for (const width of [320, 375, 840, 1280]) {
      await demo.page.setViewportSize({ width, height: 800 });
      expect(await demo.page.evaluate(BROKEN_WORDS), String(width)).toEqual([]);
    }
  });

  it.each([
    [375, 667],
    [320, 640],
  ])('shows the code without scrolling on a screen of %i by %i', async (width, height) => {
    const demo = await openDemo({
      context: { viewport: { width, height }, reducedMotion: 'reduce' },
    });
    const isInView = async (code: string) => {
      await demo.page.getByRole('log').getByRole('button', { name: code }).waitFor();
      return demo.page.evaluate(CODE_IN_VIEW);
    };
    expect(await isInView(await demo.start())).toBe(true);
    await demo.pass(30_000);
    await demo.resend();
    await demo.says('A new code is on its way');
    expect(await isInView(demo.newestCode())).toBe(true);
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
