/** The demo page: which screen follows which, from a number to tokens and back. */
import { Amplify } from 'aws-amplify';
import { ConsoleLogger } from 'aws-amplify/utils';
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
  PhoneSignInError,
  resendCode,
  type SignInStep,
  startSignIn,
} from './phone-sign-in.ts';
import { forget, remember, remembered } from './remembered-round.ts';
import { currentTokens, SessionView } from './session-view.ts';
import { problemText, startProblemText } from './words.ts';

class App {
  readonly #number: NumberView;
  readonly #code: CodeView;
  readonly #session: SessionView;

  constructor({ users }: PageConfig) {
    this.#number = new NumberView({
      users,
      onSubmit: (number, intent) => void this.#start(number, intent),
    });
    this.#code = new CodeView({
      onAnswer: (code) => void this.#goOn(() => answerCode(code)),
      onResend: () => void this.#goOn(resendCode),
      onRestart: () => this.#startOver(),
    });
    this.#session = new SessionView({ onSignedOut: (text) => this.#startOver(text) });
    follow(new Phone((code) => this.#code.fill(code)), new LogView());
  }

  /** The screen that a reload left off at. */
  async open(): Promise<void> {
    const round = remembered();
    if ((await currentTokens()) !== undefined) await this.#showSession();
    else if (round === undefined) this.#startOver();
    else if (Date.now() < round.resumableUntil) this.#code.show(round);
    else this.#startOver(problemText('session-lost', ''));
  }

  async #start(number: string, intent: Intent): Promise<void> {
    this.#number.busy = true;
    try {
      if (intent === 'create') await createAccount(number);
      const step = await startSignIn(number);
      this.#number.hide();
      await this.#showStep(step);
    } catch (error) {
      const { problem, message } = known(error);
      if (problem === 'account-exists') this.#number.intent = 'sign-in';
      this.#number.show(startProblemText(problem, message));
    }
  }

  async #goOn(call: () => Promise<SignInStep>): Promise<void> {
    this.#code.busy = true;
    try {
      await this.#showStep(await call());
    } catch (error) {
      const { problem, message } = known(error);
      const text = problemText(problem, message);
      if (problem === 'refused' || problem === 'session-lost') this.#startOver(text);
      else this.#code.showProblem(text);
    }
  }

  async #showStep(step: SignInStep): Promise<void> {
    if (step.kind === 'signed-in') {
      await this.#showSession();
      return;
    }
    remember(step.round);
    this.#code.show(step.round);
  }

  async #showSession(): Promise<void> {
    forget();
    const tokens = await currentTokens();
    this.#code.hide();
    if (tokens === undefined) this.#startOver();
    else this.#session.show(tokens);
  }

  #startOver(text?: string): void {
    forget();
    this.#code.hide();
    this.#session.hide();
    this.#number.show(text);
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
