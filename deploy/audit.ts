/**
 * `npm run audit`: asks the registry which advisories there are of what the function depends on, and ends with 1 where
 * there is any. A registry that knows none, as many a mirror, is told, and no failure.
 */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

/** What `npm audit --json` writes, as far as it is read. */
interface Answer {
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  /** Where the registry did not answer as it should. */
  readonly message?: string;
  readonly statusCode?: number;
}

interface Vulnerability {
  readonly name: string;
  readonly severity: string;
  /** Advisories, or the names of vulnerable packages that it depends on. */
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
}

/** What a registry says that has no advisories: no such path, or none that takes a POST. */
const NO_ADVISORIES = [404, 405, 501];

async function ask(): Promise<Answer> {
  const text = await new Promise<string>((written) => {
    const args = ['audit', '--omit=dev', '--json', '--no-update-notifier'];
    const options = { cwd: resolve(import.meta.dirname, '..'), maxBuffer: 64 * 1024 * 1024 };
    // It ends with 1 where it found something, and where it could not ask.
    execFile('npm', args, options, (error, stdout) => written(stdout || String(error)));
  });
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

function describe({ name, severity, via }: Vulnerability): string {
  const reasons = via.map((reason) =>
    typeof reason === 'string' ? `by ${reason}` : `${reason.title}, ${reason.url}`,
  );
  return `${name} (${severity}): ${reasons.join('; ')}`;
}

const { vulnerabilities, message, statusCode = 0 } = await ask();
if (vulnerabilities === undefined && NO_ADVISORIES.includes(statusCode)) {
  console.log(`Skipped, not passed: the registry of this npm has no advisories (${message}).`);
} else if (vulnerabilities === undefined) {
  console.error(`The registry could not be asked for advisories: ${message}`);
  process.exitCode = 1;
} else {
  const found = Object.values(vulnerabilities);
  const sums = found.length === 0 ? ['No advisory is known of what the function depends on.'] : [];
  console.log([...sums, ...found.map(describe)].join('\n'));
  if (found.length > 0) process.exitCode = 1;
}
