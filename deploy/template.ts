/** `npm run template`: the stack of deploy/app.ts as one CloudFormation template, for those who use no CDK. */
import { App, BootstraplessSynthesizer, CfnParameter, type IStackSynthesizer } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ConfigError } from '../src/settings.ts';
import { addStacks } from './cdk/phone-otp-app.ts';

const app = new App({ analyticsReporting: false });

try {
  // One template is for any region.
  const option = (name: string) => (name === 'REGIONS' ? undefined : process.env[name]);
  const [stack] = await addStacks(app, option, {
    // Its declaration knows no exact optional properties.
    synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    code: (scope) =>
      Code.fromCfnParameters({
        bucketNameParam: new CfnParameter(scope, 'CodeBucket', {
          description: 'The S3 bucket that holds the zip file of dist/, in the region of the stack',
        }),
        objectKeyParam: new CfnParameter(scope, 'CodeKey', {
          description: 'The key of that file, another one for each version',
        }),
      }),
  });
  const { template } = app.synth().getStackByName(stack?.stackName ?? '');
  console.log(JSON.stringify(template, undefined, 2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
