/** The third screen: who is signed in by which tokens, and how that ends. */
import { fetchAuthSession, type JWT, signOut } from 'aws-amplify/auth';
import { byId, make } from './elements.ts';
import { formatNumber } from './phone-numbers.ts';
import { problemText, type Tone } from './words.ts';

export interface SessionViewOptions {
  /** @param text why, where it was not the user's wish */
  readonly onSignedOut: (text?: string) => void;
}

interface Tokens {
  readonly accessToken: JWT;
  readonly idToken?: JWT | undefined;
}

const view = byId('session-view', HTMLDivElement);
const title = byId('session-title', HTMLHeadingElement);
const lead = byId('session-lead', HTMLParagraphElement);
const message = byId('session-message', HTMLParagraphElement);
const copyId = byId('copy-id', HTMLButtonElement);
const copyAccess = byId('copy-access', HTMLButtonElement);
const buttons = [...view.querySelectorAll('button')];

export async function currentTokens(): Promise<Tokens | undefined> {
  return (await fetchAuthSession()).tokens;
}

export class SessionView {
  readonly #options: SessionViewOptions;
  #tokens: Tokens | undefined;

  constructor(options: SessionViewOptions) {
    this.#options = options;
    byId('refresh', HTMLButtonElement).addEventListener('click', () => void this.#refresh());
    byId('sign-out', HTMLButtonElement).addEventListener('click', () => void this.#signOut(false));
    byId('sign-out-everywhere', HTMLButtonElement).addEventListener(
      'click',
      () => void this.#signOut(true),
    );
    copyId.addEventListener('click', () => void this.#copy('id', this.#tokens?.idToken));
    copyAccess.addEventListener(
      'click',
      () => void this.#copy('access', this.#tokens?.accessToken),
    );
  }

  show(tokens: Tokens): void {
    this.#say('');
    this.#showClaims(tokens);
    this.#busy = false;
    view.hidden = false;
    title.focus();
  }

  hide(): void {
    view.hidden = true;
    this.#tokens = undefined;
  }

  set #busy(busy: boolean) {
    for (const button of buttons) button.disabled = busy;
    view.ariaBusy = String(busy);
  }

  #work(text: string): void {
    this.#busy = true;
    this.#say(text, 'busy');
  }

  async #refresh(): Promise<void> {
    this.#work('Getting new tokens…');
    try {
      const { tokens } = await fetchAuthSession({ forceRefresh: true });
      if (tokens === undefined) {
        this.#options.onSignedOut('This session was ended elsewhere. Please sign in again.');
        return;
      }
      this.#showClaims(tokens);
      this.#say(`New tokens, valid until ${timeOf(tokens.accessToken.payload.exp)}.`);
    } catch {
      this.#say(problemText('unreachable', ''), 'bad');
    }
    this.#busy = false;
    byId('refresh', HTMLButtonElement).focus();
  }

  async #signOut(everywhere: boolean): Promise<void> {
    this.#work('Signing out…');
    try {
      await signOut({ global: everywhere });
      this.#options.onSignedOut();
    } catch {
      this.#busy = false;
      this.#say(problemText('unreachable', ''), 'bad');
    }
  }

  async #copy(use: 'id' | 'access', token: JWT | undefined): Promise<void> {
    try {
      await navigator.clipboard.writeText(String(token));
      this.#nameCopies();
      // Also where the click was: on a small screen the message is far above.
      (use === 'id' ? copyId : copyAccess).textContent = 'Copied';
      this.#say(`The ${use} token is copied.`);
    } catch {
      this.#say('This browser does not let the page copy the token.', 'bad');
    }
  }

  #nameCopies(): void {
    copyId.textContent = 'Copy id token';
    copyAccess.textContent = 'Copy access token';
  }

  #say(text: string, tone: Tone = 'good'): void {
    message.hidden = text === '';
    message.className = `notice ${tone}`;
    message.textContent = text;
  }

  #showClaims(tokens: Tokens): void {
    const { idToken, accessToken } = tokens;
    this.#tokens = tokens;
    copyId.hidden = idToken === undefined;
    this.#nameCopies();
    const number = idToken?.payload.phone_number;
    lead.textContent = typeof number === 'string' ? formatNumber(number) : '';
    byId('id-claims', HTMLDListElement).replaceChildren(...claims(idToken));
    byId('access-claims', HTMLDListElement).replaceChildren(...claims(accessToken));
  }
}

const TIMES = new Set(['exp', 'iat', 'auth_time']);

function claims(token: JWT | undefined): readonly HTMLElement[] {
  return Object.entries(token?.payload ?? {}).map(([name, value]) => {
    const plain = typeof value === 'string' ? value : JSON.stringify(value);
    const text = TIMES.has(name) ? `${plain} (${timeOf(value)})` : plain;
    return make('div', {}, make('dt', { text: name }), make('dd', { text }));
  });
}

function timeOf(seconds: unknown): string {
  return new Date(Number(seconds) * 1000).toLocaleTimeString('en-GB');
}
