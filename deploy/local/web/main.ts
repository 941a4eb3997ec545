/** The demo page: which screen follows which, from a number to tokens and back. */
import { Amplify } from 'aws-amplify';
import { ConsoleLogger } from 'aws-amplify/utils';
import { enterCodeScreen, followBackButton, leaveCodeScreen } from './back-button.ts';
import { CodeView } from './code-view.ts';
import { byId } from './elements.ts';
import { follow } from './live.ts';
import { LogView } from './log-view.ts';
import { type Intent, NumberView } from './number-view.ts';
import type { PageConfig } from './page-protocol.ts';
import { Phone } from './phone.ts';
import {
  answerCode,
  createAccount,
  hasNewCode,
  PhoneSignInError,
  resendCode,
  type SignInStep,
  startSignIn,
} from './phone-sign-in.ts';
import { forget, type RememberedSignIn, remember, remembered } from './remembered-sign-in.ts';
import { currentTokens, SessionView } from './session-view.ts';
import { problemText, roundProblemText, startProblemText } from './words.ts';

class App {
  readonly #number: NumberView;
  readonly #code: CodeView;
  readonly #session: SessionView;
  readonly #phone: Phone;

  constructor({ users }: PageConfig) {
    this.#number = new NumberView({
      users,
      onSubmit: (number, intent) => void this.#start(number, intent),
    });
    this.#code = new CodeView({
      onAnswer: (code) => void this.#goOn('Checking the code…', () => answerCode(code)),
      onResend: () => void this.#goOn('Sending a new code…', resendCode),
      onStartAgain: () => void this.#goOn('Sending a code…', startSignIn),
      onRestart: () => this.#startOver(),
      onCodeDead: () => this.#spendCodes(),
    });
    this.#session = new SessionView({ onSignedOut: (text) => this.#startOver(text) });
    this.#phone = new Phone({
      onTap: (code) => this.#code.fill(code),
      onChange: () => this.#showWhetherCodeArrived(),
    });
    follow(this.#phone, new LogView());
    followBackButton(() => {
      if (this.#code.isShown) this.#startOver();
    });
  }

  /** The screen that a reload left off at. */
  async open(): Promise<void> {
    const signIn = remembered();
    if ((await currentTokens()) !== undefined) await this.#showSession();
    else if (signIn === undefined) this.#startOver();
    else if (Date.now() < signIn.round.resumableUntil) this.#showCode(signIn);
    else this.#startOver(problemText('session-lost', ''));
  }

  async #start(phoneNumber: string, intent: Intent): Promise<void> {
    this.#number.work();
    try {
      if (intent === 'create') await createAccount(phoneNumber);
      const step = await startSignIn(phoneNumber);
      this.#number.hide();
      await this.#showStep(phoneNumber, step);
    } catch (error) {
      const { problem, message } = known(error);
      if (problem === 'account-exists') this.#number.intent = 'sign-in';
      this.#number.show(startProblemText(problem, message));
    }
  }

  /** @param doing what the user reads meanwhile */
  async #goOn(doing: string, call: (phoneNumber: string) => Promise<SignInStep>): Promise<void> {
    const signIn = remembered();
    if (signIn === undefined) return;
    const { phoneNumber, round } = signIn;
    const received = this.#phone.received;
    this.#code.work(doing);
    try {
      const step = await call(phoneNumber);
      const wasGivenUp = step.kind === 'code' && !this.#code.isShown;
      if (wasGivenUp) return;
      if (step.kind === 'code' && hasNewCode(step.round, round)) this.#spendCodes(received);
      await this.#showStep(phoneNumber, step);
    } catch (error) {
      const problem = known(error);
      if (!this.#code.isShown) return;
      const text = roundProblemText(round, problem);
      if (problem.problem === 'refused' || problem.problem === 'session-lost') {
        this.#spendCodes();
        this.#startOver(text);
      } else this.#code.showProblem(text);
    }
  }

  async #showStep(phoneNumber: string, step: SignInStep): Promise<void> {
    if (step.kind === 'signed-in') {
      this.#spendCodes();
      await this.#showSession();
      return;
    }
    const signIn = { phoneNumber, round: step.round };
    remember(signIn);
    this.#showCode(signIn);
  }

  #showCode({ phoneNumber, round }: RememberedSignIn): void {
    enterCodeScreen();
    this.#code.show(round);
    this.#phone.signingIn = phoneNumber;
  }

  async #showSession(): Promise<void> {
    this.#leaveCode();
    const tokens = await currentTokens();
    if (tokens === undefined) {
      this.#startOver();
      return;
    }
    this.#number.hide();
    this.#session.show(tokens);
  }

  #startOver(text?: string): void {
    this.#leaveCode();
    this.#session.hide();
    this.#number.show(text);
  }

  #leaveCode(): void {
    forget();
    leaveCodeScreen();
    this.#phone.signingIn = undefined;
    this.#code.hide();
  }

  /** Codes for the sign-in under way no longer work: all that came, or those given. */
  #spendCodes(received = this.#phone.received): void {
    const number = remembered()?.phoneNumber;
    this.#phone.spend(received.filter(({ to }) => to === number));
  }

  #showWhetherCodeArrived(): void {
    this.#code.codeArrived = this.#phone.hasCode;
  }
}

function known(error: unknown): PhoneSignInError {
  if (error instanceof PhoneSignInError) return error;
  throw error;
}

// Amplify warns of every endpoint that is not Amazon's, and here it never is.
ConsoleLogger.LOG_LEVEL = 'ERROR';

async function start(): Promise<void> {
  const response = await fetch('/config.json');
  const config: PageConfig = await response.json();
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: config.userPoolId,
        userPoolClientId: config.clientId,
        userPoolEndpoint: config.endpoint,
      },
    },
  });
  await new App(config).open();
  byId('loading-view', HTMLDivElement).hidden = true;
}

try {
  await start();
} catch {
  byId('loading-message', HTMLParagraphElement).textContent = problemText('unreachable', '');
}
