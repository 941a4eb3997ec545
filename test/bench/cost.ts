/** `npm run bench:cost`: SMS per sign-in, here and in a function that sends again on every wrong answer. */

import { parseConfig } from '../../src/config.ts';
import { createContainer } from '../../src/container.ts';
import type { TriggerEvent } from '../../src/dispatcher.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import { TOKENS } from '../../src/tokens.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { SeededOtpGenerator } from '../fakes/seeded-otp-generator.ts';
import { SignInDriver } from '../support/sign-in-driver.ts';

const SIGN_INS = 10_000;
const TYPO_RATES = [0, 0.05, 0.1, 0.2, 0.3];

type Answer = (event: TriggerEvent) => Promise<TriggerEvent>;

interface Contender {
  readonly answer: Answer;
  readonly phone: FakeSmsGateway;
}

function here(): Contender {
  const OTP_HASH_KEY = Buffer.alloc(32, 1).toString('base64');
  const container = createContainer(parseConfig({ OTP_HASH_KEY, AWS_REGION: 'eu-west-1' }));
  const clock = new ManualClock();
  const phone = new FakeSmsGateway();
  container.rebind(TOKENS.clock).toConstantValue(clock);
  container.rebind(TOKENS.smsGateway).toConstantValue(phone);
  const dispatcher = container.get(TOKENS.dispatcher);
  return {
    phone,
    answer: async (event) => (await dispatcher.dispatch(event, Deadline.in(clock, 4000))).event,
  };
}

/** The function of many tutorials: Create makes a code and sends it, whatever round it is. */
function textbook(): Contender {
  const clock = new ManualClock();
  const phone = new FakeSmsGateway();
  const generator = new SeededOtpGenerator();
  return {
    phone,
    async answer(event) {
      switch (event.triggerSource) {
        case 'DefineAuthChallenge_Authentication': {
          const { session } = event.request;
          const passed = session.at(-1)?.challengeResult === true;
          const failAuthentication = !passed && session.length >= 3;
          const challengeName = 'CUSTOM_CHALLENGE';
          const response = { challengeName, issueTokens: passed, failAuthentication };
          return { ...event, response };
        }
        case 'CreateAuthChallenge_Authentication': {
          const code = generator.generate(6);
          const deadline = Deadline.in(clock, 4000);
          const to = event.request.userAttributes.phone_number as Parameters<
            FakeSmsGateway['send']
          >[0]['to'];
          await phone.send({
            to,
            text: `Your code is ${code}`,
            deadline,
            expiresAt: deadline.time,
          });
          const response = {
            publicChallengeParameters: {},
            privateChallengeParameters: { code },
            challengeMetadata: 'CODE',
          };
          return { ...event, response };
        }
        case 'VerifyAuthChallengeResponse_Authentication': {
          const { challengeAnswer, privateChallengeParameters } = event.request;
          const answerCorrect = challengeAnswer === privateChallengeParameters.code;
          return { ...event, response: { answerCorrect } };
        }
        default:
          return event;
      }
    },
  };
}

/** Signs in until it works, with a typo in that share of all answers; the same typos for every contender. */
async function smsPerSignIn({ answer, phone }: Contender, typoRate: number): Promise<number> {
  const dice = new SeededOtpGenerator(2026);
  for (let i = 0; i < SIGN_INS; i++) {
    let kind = '';
    while (kind !== 'tokens') {
      const driver = new SignInDriver(answer);
      ({ kind } = await driver.start());
      while (kind === 'challenge') {
        const typo = Number(`0.${dice.generate(9)}`) < typoRate;
        ({ kind } = await driver.answer(typo ? 'typo' : phone.lastCode));
      }
    }
  }
  return phone.attempts / SIGN_INS;
}

const rows = [];
for (const typoRate of TYPO_RATES) {
  const ours = await smsPerSignIn(here(), typoRate);
  const theirs = await smsPerSignIn(textbook(), typoRate);
  rows.push({
    'wrong answers': `${Math.round(typoRate * 100)} %`,
    'SMS per sign-in, here': ours.toFixed(3),
    'SMS per sign-in, textbook': theirs.toFixed(3),
    'textbook costs': `${((theirs / ours - 1) * 100).toFixed(1)} % more`,
  });
}
console.log(
  `${SIGN_INS.toLocaleString('en')} sign-ins a row, three tries each, begun again until they succeed`,
);
console.table(rows);
