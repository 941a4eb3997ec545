/** `npm run audit` at a registry on this machine, in any mood. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Program } from '../support/program.ts';

/** @param advisories what the registry says there are, by package. */
async function audit(status: number, advisories: object = {}) {
  const registry = createServer((request, response) => {
    const asked = request.method === 'POST' && request.url?.endsWith('/advisories/bulk');
    request.resume();
    response
      .writeHead(asked ? status : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(advisories));
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  onTestFinished(() => {
    registry.closeAllConnections();
    registry.close();
  });
  const { port } = registry.address() as AddressInfo;
  const program = new Program('deploy/audit.ts', [], {
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_fetch_retries: '0',
  });
  const exitCode = await program.exited;
  return { exitCode, output: program.output };
}

const ADVISORY = {
  id: 1,
  title: 'It takes forever',
  url: 'https://github.com/advisories/GHSA-0000',
  severity: 'high',
  vulnerable_versions: '*',
};

it('An audit passes where no advisory is known', async () => {
  expect(await audit(200)).toEqual({
    exitCode: 0,
    output: 'No advisory is known of what the function depends on.\n',
  });
});

it('An audit fails over an advisory of what the function depends on, and names it', async () => {
  expect(await audit(200, { leven: [ADVISORY] })).toEqual({
    exitCode: 1,
    output: 'leven (high): It takes forever, https://github.com/advisories/GHSA-0000\n',
  });
});

it('An audit takes no notice of what only builds and tests need', async () => {
  expect(await audit(200, { vitest: [ADVISORY] })).toMatchObject({ exitCode: 0 });
});

it.each([404, 405])(
  'An audit at a registry without advisories says that it was skipped (%d)',
  async (status) => {
    const { exitCode, output } = await audit(status);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^Skipped, not passed: the registry of this npm has no advisories/);
  },
);

it('An audit fails where the registry does', async () => {
  const { exitCode, output } = await audit(503);
  expect(exitCode).toBe(1);
  expect(output).toContain('The registry could not be asked for advisories: 503');
});
