/** `npm run bench:cost`: SMS per sign-in, here and by the textbook, which sends again on every wrong answer. */
import { createContainer } from '../../src/container/container.ts';
import { readConfig } from '../../src/container/open-adapters.ts';
import { TOKENS } from '../../src/container/tokens.ts';
import { Deadline } from '../../src/domain/deadline.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import { FakeSmsGateway } from '../fakes/fake-sms-gateway.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { SeededOtpGenerator } from '../fakes/seeded-otp-generator.ts';
import { STRONG_KEY } from '../support/keys.ts';
import { SignInDriver } from '../support/sign-in-driver.ts';
import { formatTable } from './table.ts';
import { create } from './textbook/create.ts';
import { define } from './textbook/define.ts';
import { verify } from './textbook/verify.ts';

const SIGN_INS = 10_000;
const TYPO_RATES = [0, 0.05, 0.1, 0.2, 0.3];

type Answer = (event: TriggerEvent) => Promise<TriggerEvent>;

interface Contender {
  readonly answer: Answer;
  readonly phone: { readonly attempts: number; readonly lastCode: string };
}

function here(): Contender {
  const clock = new ManualClock();
  const phone = new FakeSmsGateway();
  const config = readConfig({ OTP_HASH_KEY: STRONG_KEY, AWS_REGION: 'eu-west-1' });
  const container = createContainer(config, { smsGateway: phone, clock });
  const dispatcher = container.get(TOKENS.dispatcher);
  return {
    phone,
    async answer(event) {
      const { answer } = await dispatcher.dispatch(event, Deadline.in(clock, 4000));
      return answer as TriggerEvent;
    },
  };
}

/** Create makes a code and sends it, whatever round it is. */
function textbook(): Contender {
  const sms = { attempts: 0, lastCode: '' };
  const send = async (_: string, message: string) => {
    sms.attempts += 1;
    sms.lastCode = message.slice(-6);
  };
  return {
    phone: sms,
    async answer(event) {
      switch (event.triggerSource) {
        case 'DefineAuthChallenge_Authentication':
          return define(event);
        case 'CreateAuthChallenge_Authentication':
          return create(event, send);
        case 'VerifyAuthChallengeResponse_Authentication':
          return verify(event);
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

const rows: string[][] = [];
for (const typoRate of TYPO_RATES) {
  const ours = await smsPerSignIn(here(), typoRate);
  const theirs = await smsPerSignIn(textbook(), typoRate);
  const more = `${((theirs / ours - 1) * 100).toFixed(1)} % more`;
  rows.push([`${Math.round(typoRate * 100)} %`, ours.toFixed(3), theirs.toFixed(3), more]);
}
const caption = `${SIGN_INS.toLocaleString('en')} sign-ins a row, three tries each, begun again until they succeed`;
const columns = ['wrong answers', 'SMS per sign-in, here', 'textbook', 'textbook costs'];
console.log(formatTable({ caption, columns, rows }));
