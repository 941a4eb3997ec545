/** The app that `npm run synth` and `npm run deploy` hand to the `cdk` command. */
import { App } from 'aws-cdk-lib';
import { ConfigError } from '../src/settings.ts';
import { addStacks, checkNames } from './cdk/phone-otp-app.ts';

const app = new App({ analyticsReporting: false });

try {
  checkNames(Object.keys(app.node.getAllContext()));
  await addStacks(app, (name) => {
    // In cdk.json, it may be written without quotes.
    const held: unknown = app.node.tryGetContext(name) ?? process.env[name];
    return typeof held === 'string' ? held : JSON.stringify(held);
  });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
