// Ends the output of `.ci/run`: each test that failed, by name and reason, and the totals of all reports.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const reports = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
const files = reports.flatMap((report) => report.testResults);

for (const { name, message, assertionResults } of files) {
  // A file that can't be read has a message and no tests.
  if (message) console.log(`FAILED ${name}\n${message}`);
  for (const { status, fullName, failureMessages } of assertionResults) {
    if (status === 'failed')
      console.log([`FAILED ${name}`, fullName, ...failureMessages].join('\n'));
  }
}
const total = (key) => reports.reduce((sum, report) => sum + report[key], 0);
console.log(`${total('numPassedTests')} passed, ${total('numFailedTests')} failed`);
