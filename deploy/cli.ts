#!/usr/bin/env node
/** `npx cognito-phone-otp`: the operator's commands, for those who have the package and not the repository. */
import { PACKAGE_COMMAND } from './command-line.ts';

/** The commands: each does its work when its module loads, by the arguments of the process. */
const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  account: () => import('./account.ts'),
  attach: () => import('./attach.ts'),
  'check-clients': () => import('./check-clients.ts'),
  detach: () => import('./detach.ts'),
  doctor: () => import('./doctor.ts'),
  keys: () => import('./keys.ts'),
  'resume-sending': () => import('./resume-sending.ts'),
  'review-number': () => import('./review-number.ts'),
  'sign-in': () => import('./local/sign-in.ts'),
  'stop-sending': () => import('./stop-sending.ts'),
  table: () => import('./table.ts'),
};

const HELP = `npx ${PACKAGE_COMMAND} COMMAND [options]

Runs one of these commands, each of which tells its options by --help:

  ${Object.keys(COMMANDS).join('\n  ')}
`;

// What is left are the command's own arguments.
const [name = '--help'] = process.argv.splice(2, 1);
const run = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;

if (run !== undefined) {
  await run();
} else if (name === '--help') {
  console.log(HELP);
} else {
  console.error(`There is no command '${name}': see npx ${PACKAGE_COMMAND} --help.`);
  process.exitCode = 1;
}
