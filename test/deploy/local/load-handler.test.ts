import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadHandler } from '../../../deploy/local/load-handler.ts';

const directory = join(import.meta.dirname, 'fixtures');

test.each(['triggers.mjs', './named.ts#define'])('%s gives a function', async (source) => {
  expect(await loadHandler(source, directory)).toBeTypeOf('function');
});

test.each([
  ['none.mjs', 'There is no file'],
  ['named.ts', 'exports no function named handler'],
  ['named.ts#notAFunction', 'exports no function named notAFunction'],
  ['broken.mjs', "can't be loaded: the table is missing"],
])('%s is refused in one sentence', async (source, reason) => {
  const error: unknown = await loadHandler(source, directory).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'HANDLER_NOT_LOADED' });
  expect((error as Error).message).toContain(reason);
  expect((error as Error).message).not.toContain('\n');
});
