/** Clients of all kinds, who sign in over HTTP, and what must hold of what they are told. */
import { setImmediate } from 'node:timers/promises';
import {
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Context } from 'aws-lambda';
import { type LockPolicy, standingOf } from '../../src/domain/abuse/account-lockout.ts';
import { type Meter, takeFrom } from '../../src/domain/abuse/rate-limit.ts';
import { parseAnswer } from '../../src/domain/answer.ts';
import { MAX_ROUNDS } from '../../src/domain/otp-policy.ts';
import type { TriggerEvent } from '../../src/trigger-events.ts';
import type { CapturedLog } from '../support/function.ts';
import {
  abuse,
  type Box,
  type ClientStage,
  KEY_STEPS,
  type MadeCode,
  policy,
} from './client-stage.ts';

/** By what a client calls Cognito. */
export const PROTOCOLS = ['SDK', 'raw protocol'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** How often Cognito delivers each trigger of a call. */
export const DELIVERIES = ['once', 'twice', 'twice at once'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** Milliseconds that Cognito waits for an answer before it calls again. */
const PATIENCE_MS = 5000;

/** How a client calls, and where its call arrives. */
export interface Way {
  readonly protocol: Protocol;
  /** Which of the two containers serves the first trigger. */
  readonly box: number;
  /** Whether the containers serve in turn. */
  readonly inTurn: boolean;
}

/** What the provider does with the next SMS. */
export const PROVIDER_MOODS = [
  'accepts',
  'throttles',
  'refuses',
  'is out of reach',
  'sends, and does not say so',
  'is slow',
] as const;
export type ProviderMood = (typeof PROVIDER_MOODS)[number];

/** A step of a client that does not know whether there is such a user. */
export const BLIND_STEPS = ['a guess', 'no code', 'a resend', '10 s', '30 s', '180 s'] as const;
export type BlindStep = (typeof BLIND_STEPS)[number];

interface User {
  number: string;
  readonly exists: boolean;
}

/** What all clients that share it know of a challenge. */
interface ChallengeState {
  readonly codes: MadeCode[];
  /** Tries that are used up. */
  spent: number;
  /** Rounds that told of an SMS. */
  shownSends: number;
  /** When the newest of them did. */
  shownAt: number | undefined;
  /** Digits of the code that is out. */
  digits: number | undefined;
  isUsed: boolean;
  /** Until when a limit was told to be used up. */
  throttledUntil: number;
  /** All rounds of the sign-ins that share it. */
  readonly rounds: ToldRound[];
  /** Something befell it by which counts and codes need not be what clients were told. */
  isShaken: boolean;
}

/** A round, as its client was told of it. */
interface ToldRound {
  readonly signIn: ClientSignIn;
  readonly status: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A sign-in, as its client has it. */
export interface ClientSignIn {
  readonly user: User;
  session: string;
  /** All sessions of before. */
  readonly oldSessions: string[];
  username: string;
  rounds: number;
  /** When the newest round began. */
  roundAt: number;
  parameters: Readonly<Record<string, string>>;
  challenge: ChallengeState;
}

type Round = {
  readonly kind: 'round';
  readonly session: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** What Cognito answers. */
type Answered =
  | Round
  | { readonly kind: 'tokens'; readonly idToken: string }
  | { readonly kind: 'refused'; readonly error: string; readonly message: string };

/** One Create, however often it was delivered. */
interface CreateCall {
  readonly made: MadeCode[];
  /** Where challenges are kept in a table: which one it is. */
  readonly challengeId: string;
  /** Of the code that it made, or else of those that the container makes that answered. */
  readonly digits: number;
  /** What counts the SMS of its container. */
  readonly wasDeliveredAgain: boolean;
}

/** The numbers of each story are its own. */
let stories = 0;

export class ClientWorld {
  readonly signIns: ClientSignIn[] = [];
  readonly #stage: ClientStage;
  readonly #hides: boolean;
  readonly #codeLengths: readonly [number, number];
  readonly #keySteps: [number, number] = [0, 0];
  readonly #story: number;
  readonly #users: User[];
  readonly #log: CapturedLog;
  readonly #creates = new Map<string, CreateCall>();
  readonly #challenges = new Map<string, ChallengeState>();
  readonly #allCodes: MadeCode[] = [];
  readonly #secrets = new Set<string>();
  readonly #numbers = new Set<string>();
  readonly #answers: string[] = [];
  /** SMS by number and by what counts them: those that may have left, and all that were tried. */
  readonly #left = new Map<string, Meter>();
  readonly #tried = new Map<string, Meter>();
  /** Wrong answers in a row, by number; at least so many. */
  readonly #wrong = new Map<string, { count: number; lastAt: number }>();
  /** Wrong answers since the number was last told to be right; at most so many. */
  readonly #wrongEver = new Map<string, number>();
  /** Numbers that may have been locked at some time. */
  readonly #lockedOnce = new Set<string>();
  #triggers = 0;
  #way: Way = { protocol: 'SDK', box: 0, inTurn: false };
  #turn = 0;
  #delivery: Delivery = 'once';
  #isAlone = true;
  /** What was found inside of a call. */
  #found: unknown;
  tokens = 0;
  sms = 0;

  constructor(
    stage: ClientStage,
    log: CapturedLog,
    hides: boolean,
    codeLengths: readonly [number, number],
  ) {
    stories += 1;
    this.#story = stories;
    this.#stage = stage;
    this.#log = log;
    this.#hides = hides;
    this.#codeLengths = codeLengths;
    this.#users = [
      { number: this.#numberOf(0), exists: true },
      { number: this.#numberOf(1), exists: true },
      { number: this.#numberOf(2), exists: false },
      // Twins: each is seen beside the stranger after it.
      { number: this.#numberOf(3), exists: true },
      { number: this.#numberOf(4), exists: false },
    ];
    log.clear();
    stage.startOver(
      this.#users
        .filter(({ exists }) => exists)
        .map(({ number }) => ({
          username: number,
          attributes: { phone_number_verified: 'true' },
        })),
    );
    stage.serve = (event, context) => this.#serve(event, context);
    for (const key of KEY_STEPS.flat()) {
      this.#secrets.add(key);
    }
  }

  /** Sign-ins that wait for an answer. */
  get open(): readonly ClientSignIn[] {
    return this.signIns.filter(({ session }) => session !== '');
  }

  // What may happen.

  /** @param who 0 and 1 are users, 2 is a stranger. */
  async start(who: number, way: Way): Promise<ClientSignIn | undefined> {
    const user = this.#users[who] as User;
    const answered = await this.#initiate(user, way);
    if (answered.kind === 'tokens') {
      throw new Error('Tokens without an answer.');
    }
    if (answered.kind === 'refused') {
      if (user.exists || this.#hides) {
        throw new Error(`A sign-in could not begin: ${answered.error}: ${answered.message}`);
      }
      return undefined;
    }
    if (!user.exists && !this.#hides) {
      throw new Error('A stranger was asked for a code where strangers are told.');
    }
    const signIn = {
      user,
      session: '',
      oldSessions: [],
      username: '',
      rounds: 0,
      roundAt: 0,
      parameters: {},
      challenge: newState(),
    };
    this.signIns.push(signIn);
    this.#enter(signIn, answered, 'start');
    return signIn;
  }

  /** @param age 0 for the newest code of the sign-in's challenge, 1 for the one before. */
  async answerWithCode(
    signIn: ClientSignIn,
    age: number,
    way: Way,
    dress = (code: string) => code,
  ): Promise<void> {
    const made = signIn.challenge.codes.at(-1 - age);
    await this.answer(signIn, dress(made?.code ?? this.#guess(signIn)), way);
  }

  async guess(signIn: ClientSignIn, way: Way): Promise<void> {
    await this.answer(signIn, this.#guess(signIn), way);
  }

  /** With the newest code of another sign-in, whosever it is. */
  async answerWithAnothers(signIn: ClientSignIn, which: number, way: Way): Promise<void> {
    const others = this.signIns.filter(({ challenge }) => challenge !== signIn.challenge);
    const code = others[which % Math.max(1, others.length)]?.challenge.codes.at(-1)?.code;
    await this.answer(signIn, code ?? this.#guess(signIn), way);
  }

  async answer(signIn: ClientSignIn, text: string, way: Way): Promise<Answered> {
    const calledAt = this.#now();
    if (this.#runsOutMeanwhile(signIn)) {
      // Nobody knows which of the calls Cognito hears of.
      this.#shake(signIn);
    }
    const expected = this.#expect(signIn, text);
    const answered = await this.#respond(signIn, signIn.session, text, way);
    if (answered.kind === 'tokens') {
      this.#checkTokens(signIn, text, answered.idToken, calledAt);
      return answered;
    }
    if (expected.mustBeRight) {
      throw new Error(`The newest code was refused: ${describe(answered)}`);
    }
    this.#countWrong(signIn, text, calledAt);
    this.#enter(signIn, answered, 'answer');
    return answered;
  }

  /** @param text is not compared, even if it is the code. */
  async resend(signIn: ClientSignIn, way: Way, text = 'resend'): Promise<void> {
    const answered = await this.#respond(signIn, signIn.session, text, way, { action: 'resend' });
    if (answered.kind === 'tokens') {
      throw new Error('A wish for a new code brought tokens.');
    }
    this.#enter(signIn, answered, 'resend');
  }

  /** Sends an old session again, with the code that is right. */
  async replay(signIn: ClientSignIn, which: number, way: Way): Promise<void> {
    const { oldSessions, challenge } = signIn;
    const session = oldSessions[which % Math.max(1, oldSessions.length)];
    if (session === undefined) {
      return;
    }
    const before = this.#triggers;
    const code = challenge.codes.at(-1)?.code ?? '000000';
    const answered = await this.#respond(signIn, session, code, way);
    if (answered.kind !== 'refused' || answered.error !== 'NotAuthorizedException') {
      throw new Error(`An old session was taken: ${describe(answered)}`);
    }
    if (this.#triggers > before) {
      throw new Error('An old session reached the function.');
    }
  }

  /** Two answers to the same round: Cognito takes one. */
  async answerTwiceAtOnce(signIn: ClientSignIn, isRight: boolean, way: Way): Promise<void> {
    const code = signIn.challenge.codes.at(-1)?.code ?? this.#guess(signIn);
    const texts = isRight ? [code, code] : [code, this.#guess(signIn)];
    const { session } = signIn;
    const calledAt = this.#now();
    this.#shake(signIn);
    await this.#atOnce(async () => {
      const answered = await Promise.all(
        texts.map((text) => this.#respond(signIn, session, text, way)),
      );
      const taken = answered.filter(({ kind }) => kind !== 'refused');
      if (taken.length > 1) {
        throw new Error(`Two answers to one round were taken: ${answered.map(describe)}`);
      }
      signIn.oldSessions.push(session);
      signIn.session = '';
      answered.forEach((each, i) => {
        const text = texts[i] ?? '';
        if (each.kind === 'tokens') {
          this.#checkTokens(signIn, text, each.idToken, calledAt);
        }
      });
      const round = answered.find((each) => each.kind === 'round');
      this.#countWrongOf(signIn.user);
      if (round !== undefined) {
        this.#enter(signIn, round, 'answer');
      }
    });
  }

  /** Both begin, or answer with their newest code, at the same time. */
  async together(happenings: readonly (() => Promise<unknown>)[]): Promise<void> {
    for (const signIn of this.signIns) {
      this.#shake(signIn);
    }
    await this.#atOnce(async () => {
      const settled = await Promise.allSettled(happenings.map((happen) => happen()));
      for (const signIn of this.signIns) {
        this.#shake(signIn);
      }
      const failed = settled.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') {
        throw failed.reason;
      }
    });
  }

  pass(seconds: number): void {
    this.#stage.clock.advance(seconds * 1000);
  }

  /** The user has another number from now on. */
  changeNumber(who: number): void {
    const user = this.#users[who] as User;
    const [pool] = this.#stage.endpoint.pools.all;
    const found = pool?.find(user.number);
    if (pool === undefined || found === undefined) {
      throw new Error('There is no such user.');
    }
    user.number = this.#numberOf(10 + this.#numbers.size);
    const attributes = new Map([...found.attributes, ['phone_number', user.number]]);
    pool.update(found, { attributes }, this.#stage.clock.now());
  }

  deliver(delivery: Delivery): void {
    this.#delivery = delivery;
  }

  /** Has Cognito deliver so what is done meanwhile. */
  async delivering(delivery: Delivery, work: () => Promise<void>): Promise<void> {
    const before = this.#delivery;
    this.#delivery = delivery;
    try {
      await work();
    } finally {
      this.#delivery = before;
    }
  }

  provider(mood: ProviderMood): void {
    const { endpoint, smsLink } = this.#stage;
    const faults = { throttles: 'throttle', refuses: 'refuse' } as const;
    endpoint.smsFault = faults[mood as keyof typeof faults];
    const mishaps = {
      'is out of reach': 'request lost',
      'sends, and does not say so': 'answer lost',
      'is slow': 'slow',
    } as const;
    const mishap = mishaps[mood as keyof typeof mishaps];
    smsLink.plan(mishap === undefined ? [] : Array(3).fill(mishap));
  }

  /** The next step of replacing the key, at one container after the other. The last waits until no round is open that the old key signed. */
  rotate(): void {
    const [one, other] = this.#keySteps;
    const behind = one > other ? 1 : 0;
    const next = Math.min(one, other) + 1;
    if (next >= KEY_STEPS.length) {
      return;
    }
    if (next === KEY_STEPS.length - 1) {
      this.pass(3600);
    }
    this.#keySteps[behind] = next;
  }

  /** A user and a stranger do the same; where that is hidden, they are told the same. */
  async compareTwins(steps: readonly BlindStep[], way: Way): Promise<void> {
    if (!this.#hides) {
      return;
    }
    const twins = [await this.start(3, way), await this.start(4, way)];
    this.#compare(twins, 'the start');
    for (const step of steps) {
      if (/^\d+ s$/.test(step)) {
        this.pass(Number.parseInt(step, 10));
      } else {
        // The same text for both, and no code of the user's.
        const text = step === 'no code' ? 'hello' : '00000000'.slice(0, this.#digitsOf(twins[0]));
        const at = this.#now();
        for (const twin of twins) {
          // Both at the same time, however often Cognito calls.
          this.#stage.clock.advance(at - this.#now());
          if (twin !== undefined && twin.session !== '') {
            await (step === 'a resend' ? this.resend(twin, way) : this.answer(twin, text, way));
          }
        }
        this.#compare(twins, step);
      }
    }
    // What only one of them does from here on would tell them apart next time.
    for (const twin of twins) {
      this.#leave(twin);
    }
  }

  /** What was to stay secret, in all that was logged and answered. */
  checkSecrets(): void {
    const told = { log: this.#log.text(), answers: this.#answers.join('\n') };
    for (const [where, text] of Object.entries(told)) {
      for (const { code } of this.#allCodes) {
        if (new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(text)) {
          throw new Error(`A code is in the ${where}.`);
        }
      }
      for (const number of this.#numbers) {
        if (text.includes(number.slice(1))) {
          throw new Error(`A number is in the ${where}.`);
        }
      }
    }
    for (const secret of this.#secrets) {
      if (told.log.includes(secret)) {
        throw new Error('A key or a session is in the log.');
      }
    }
  }

  // How it happens.

  async #serve(event: TriggerEvent, context: Context): Promise<unknown> {
    this.#triggers += 1;
    const { box, inTurn } = this.#way;
    const index = (box + (inTurn ? this.#turn++ : 0)) % 2;
    const one = await this.#box(index);
    if (event.triggerSource === 'CreateAuthChallenge_Authentication') {
      return this.#serveCreate(event, context, one, index);
    }
    if (this.#delivery === 'once') {
      return one.handler(event, context);
    }
    return this.#deliverTwice(event, context, one, await this.#box(1 - index));
  }

  async #serveCreate(event: TriggerEvent, context: Context, box: Box, index: number) {
    const made: MadeCode[] = [];
    const delivery = this.#delivery;
    const other = await this.#box(1 - index);
    const answer = (await this.#stage.noting(made, () =>
      delivery === 'once'
        ? box.handler(event, context)
        : this.#deliverTwice(event, context, box, other),
    )) as {
      response: { challengeMetadata: string; publicChallengeParameters: Record<string, string> };
    };
    const tag = String(this.#creates.size);
    this.#creates.set(tag, {
      made,
      challengeId: answer.response.challengeMetadata.split('.')[0] ?? '',
      digits: made.at(-1)?.code.length ?? (delivery === 'once' ? box : other).version.codeLength,
      wasDeliveredAgain: delivery !== 'once',
    });
    try {
      made.forEach((each) => {
        this.#noteSms(each);
      });
    } catch (error) {
      // Cognito would hide it.
      this.#found ??= error;
    }
    // By it the client's round is known here.
    answer.response.publicChallengeParameters.tag = tag;
    return answer;
  }

  /** Cognito goes by the second answer: it gave the first call up. */
  async #deliverTwice(event: TriggerEvent, context: Context, one: Box, other: Box) {
    const first = one.handler(structuredClone(event), context).catch(() => {});
    await (this.#delivery === 'twice' ? first : setImmediate());
    if (event.triggerSource === 'VerifyAuthChallengeResponse_Authentication') {
      this.#stage.clock.advance(PATIENCE_MS);
    }
    const [answer] = await Promise.all([other.handler(structuredClone(event), context), first]);
    return answer;
  }

  #box(index: number): Promise<Box> {
    return this.#stage.box({
      hides: this.#hides,
      codeLength: this.#codeLengths[index] ?? 6,
      keyStep: this.#keySteps[index] ?? 0,
    });
  }

  #initiate({ number }: User, way: Way): Promise<Answered> {
    return this.#call(
      'InitiateAuth',
      {
        AuthFlow: 'CUSTOM_AUTH',
        ClientId: this.#stage.endpoint.clientId,
        AuthParameters: { USERNAME: number },
      },
      way,
    );
  }

  #respond(
    { username }: ClientSignIn,
    session: string,
    answer: string,
    way: Way,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<Answered> {
    return this.#call(
      'RespondToAuthChallenge',
      {
        ClientId: this.#stage.endpoint.clientId,
        ChallengeName: 'CUSTOM_CHALLENGE',
        Session: session,
        ChallengeResponses: { USERNAME: username, ANSWER: answer },
        ...(metadata !== undefined && { ClientMetadata: metadata }),
      },
      way,
    );
  }

  async #call(
    operation: 'InitiateAuth' | 'RespondToAuthChallenge',
    input: object,
    way: Way,
  ): Promise<Answered> {
    this.#way = way;
    this.#turn = 0;
    const output = await (way.protocol === 'SDK'
      ? this.#callBySdk(operation, input)
      : this.#callRaw(operation, input));
    this.#answers.push(JSON.stringify(output));
    if (this.#found !== undefined) {
      throw this.#found;
    }
    if ('error' in output) {
      if (output.error !== 'NotAuthorizedException') {
        throw new Error(`Cognito answered ${output.error}: ${output.message}`);
      }
      return { kind: 'refused', ...output };
    }
    const { Session = '', ChallengeParameters = {}, AuthenticationResult } = output;
    if (AuthenticationResult !== undefined) {
      return { kind: 'tokens', idToken: AuthenticationResult.IdToken ?? '' };
    }
    this.#secrets.add(Session);
    return { kind: 'round', session: Session, parameters: ChallengeParameters };
  }

  async #callBySdk(operation: string, input: object): Promise<Output> {
    try {
      const { sdk } = this.#stage;
      return await (operation === 'InitiateAuth'
        ? sdk.send(new InitiateAuthCommand(input as never))
        : sdk.send(new RespondToAuthChallengeCommand(input as never)));
    } catch (error) {
      const { name, message } = error as Error;
      return { error: name, message };
    }
  }

  async #callRaw(operation: string, input: object): Promise<Output> {
    const response = await fetch(this.#stage.endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const body = (await response.json()) as Record<string, string>;
    return response.ok
      ? (body as Output)
      : { error: body.__type ?? String(response.status), message: body.message ?? '' };
  }

  async #atOnce(work: () => Promise<void>): Promise<void> {
    this.#isAlone = false;
    try {
      await work();
    } finally {
      this.#isAlone = true;
    }
  }

  // What must hold.

  #now(): number {
    return this.#stage.clock.now();
  }

  /** SMS leave within the limits of their number. */
  #noteSms(made: MadeCode): void {
    this.#allCodes.push(made);
    const key = this.#meterOf(made.number, made.sender);
    const { perNumber } = abuse.sends;
    const tried = takeFrom(this.#tried.get(key) ?? {}, perNumber, made.at);
    this.#tried.set(key, tried.kind === 'allowed' ? tried.meter : (this.#tried.get(key) ?? {}));
    if (made.fate === 'refused') {
      return;
    }
    this.sms += 1;
    const left = this.#left.get(key) ?? {};
    // One that makes up for a refused one was counted with that, at most a claim earlier.
    const last = takeFrom(left, perNumber, made.at + abuse.claimMs);
    if (last.kind === 'refused') {
      throw new Error('More SMS to a number than its limits allow.');
    }
    const taken = takeFrom(left, perNumber, made.at);
    this.#left.set(key, taken.kind === 'allowed' ? taken.meter : last.meter);
  }

  readonly #senders = new Map<object, number>();

  #meterOf(number: string, sender: object): string {
    const known = this.#senders.get(sender) ?? this.#senders.size;
    this.#senders.set(sender, known);
    return `${number} ${known}`;
  }

  /** Takes the client into a round, or out of the sign-in, and compares what it is told with what is so. */
  #enter(
    signIn: ClientSignIn,
    answered: Exclude<Answered, { readonly kind: 'tokens' }>,
    by: 'start' | 'answer' | 'resend',
  ): void {
    const before = signIn.challenge;
    if (signIn.session !== '') {
      signIn.oldSessions.push(signIn.session);
    }
    if (answered.kind === 'refused') {
      const isOver =
        before.spent >= policy.maxAttempts ||
        signIn.rounds >= MAX_ROUNDS ||
        this.#now() >= signIn.roundAt + 15 * 60_000;
      if (!isOver && !before.isShaken) {
        throw new Error(`A sign-in ended after ${before.spent} wrong answers: ${answered.message}`);
      }
      signIn.session = '';
      return;
    }
    if (by === 'answer' && before.spent >= policy.maxAttempts && !before.isShaken) {
      throw new Error(`A sign-in went on after ${before.spent} wrong answers.`);
    }
    const { parameters, session } = answered;
    const { tag = '', ...shown } = parameters;
    const create = this.#creates.get(tag);
    if (create === undefined) {
      throw new Error('A round that no trigger made.');
    }
    signIn.session = session;
    signIn.username = parameters.USERNAME ?? '';
    signIn.rounds += 1;
    signIn.roundAt = this.#now();
    signIn.parameters = shown;
    signIn.challenge = this.#stateOf(signIn, create, by);
    this.#checkRound(signIn, create, by);
  }

  #stateOf(signIn: ClientSignIn, { challengeId }: CreateCall, by: string): ChallengeState {
    if (!this.#stage.isDurable) {
      return by === 'start' ? newState() : signIn.challenge;
    }
    const state = this.#challenges.get(challengeId) ?? newState();
    this.#challenges.set(challengeId, state);
    if (by !== 'start' && state !== signIn.challenge && !signIn.challenge.isShaken) {
      throw new Error('A round has another challenge than the one before.');
    }
    return state;
  }

  #checkRound(signIn: ClientSignIn, create: CreateCall, by: 'start' | 'answer' | 'resend'): void {
    const { user, challenge, parameters } = signIn;
    const { status = '' } = parameters;
    const now = this.#now();
    const previous = { ...challenge };
    const { made } = create;
    const isRepeated = this.#isRepeated(signIn, create);
    challenge.rounds.push({ signIn, status, at: now });
    challenge.codes.push(...made.filter(({ fate }) => fate !== 'refused'));
    const mayHaveSentTwice = create.wasDeliveredAgain && by !== 'answer';
    if (made.some(({ fate }) => fate !== 'accepted') || mayHaveSentTwice) {
      challenge.isShaken = true;
    }
    if (made.some(({ number }) => number !== user.number)) {
      throw new Error('An SMS went to another number than the user has.');
    }
    if (status === 'SENT' || status === 'RESENT') {
      if (!isRepeated) {
        challenge.shownSends += 1;
        challenge.shownAt = now;
        challenge.isUsed = false;
        challenge.digits = create.digits;
      }
      if (status === 'SENT' && by !== 'start') {
        throw new Error('SENT told of a round that is not the first.');
      }
    }
    if (status === 'THROTTLED') {
      challenge.throttledUntil = now + 1000 * Number(parameters.resendAfterSeconds);
    }
    const left = made.filter(({ fate }) => fate !== 'refused').length;
    if (challenge.isShaken || !this.#isAlone) {
      this.#checkPolicy(challenge, create);
      return;
    }
    if (!isRepeated) {
      this.#checkStatus(signIn, by, previous, left);
    }
    this.#checkPolicy(challenge, create);
    this.#checkCounters(signIn, create);
  }

  /**
   * Whether another sign-in with the same challenge has just had this round: then it is taken for the same
   * call, or a second click, and told the same.
   */
  #isRepeated(signIn: ClientSignIn, { made }: CreateCall): boolean {
    const { challenge, parameters } = signIn;
    const isSame = (round: ToldRound) =>
      round.signIn !== signIn &&
      round.status === parameters.status &&
      this.#now() - round.at <= abuse.claimMs;
    return this.#stage.isDurable && made.length === 0 && challenge.rounds.some(isSame);
  }

  #checkStatus(
    { user, parameters }: ClientSignIn,
    by: 'start' | 'answer' | 'resend',
    before: ChallengeState,
    left: number,
  ): void {
    const { status = '' } = parameters;
    const now = this.#now();
    const isSent = status === 'SENT' || status === 'RESENT';
    if (isSent && left === 0) {
      // A lock is told to nobody.
      const isHidden =
        this.#mayBeLocked(user.number) ||
        (this.#hides && (!user.exists || this.#mayBeThrottled(user)));
      if (!isHidden) {
        throw new Error(`${status}, and no SMS left.`);
      }
    }
    if (left > (isSent ? 1 : 0)) {
      throw new Error(`${status}, and ${left} SMS left.`);
    }
    const isOut = before.shownAt !== undefined && !before.isUsed;
    const isFresh = isOut && now < (before.shownAt ?? 0) + policy.lifetimeMs;
    const cooledAt = (before.shownAt ?? Number.NEGATIVE_INFINITY) + policy.resendCooldownMs;
    const mayResendAt = Math.max(cooledAt, before.throttledUntil);
    const allowed: Record<string, boolean> = {
      SENT: by === 'start',
      RESENT: by === 'resend' && now >= mayResendAt && before.shownSends < policy.maxSends,
      RESEND_TOO_SOON: by === 'resend' && now < mayResendAt,
      RESEND_LIMIT: by === 'resend' && before.shownSends >= policy.maxSends,
      THROTTLED: before.shownSends === 0 || (by === 'resend' && now >= mayResendAt),
      INCORRECT: by === 'answer' && isFresh,
      EXPIRED: by === 'answer' && !isFresh,
      // A limit forbade the first SMS, and does not any more.
      DELIVERY_FAILED: by === 'answer' && before.shownSends === 0 && !this.#hides,
    };
    if (allowed[status] !== true) {
      throw new Error(`${status} after a ${by}, which is not so.`);
    }
    const wasThrottled = now < before.throttledUntil;
    if (status === 'THROTTLED' && !wasThrottled && !this.#mayBeThrottled(user)) {
      throw new Error('THROTTLED, and no limit is used up.');
    }
  }

  #checkPolicy(challenge: ChallengeState, create: CreateCall): void {
    const again = create.wasDeliveredAgain && !this.#stage.isDurable;
    if (challenge.codes.length > policy.maxSends && !again && !challenge.isShaken) {
      throw new Error(`${challenge.codes.length} SMS of one sign-in.`);
    }
    const [newest, before] = challenge.codes.toReversed();
    if (newest === undefined || before === undefined || !create.made.includes(newest)) {
      return;
    }
    const wait = newest.at - before.at;
    if (wait < policy.resendCooldownMs && before.fate === 'accepted' && !challenge.isShaken) {
      throw new Error(`Two SMS of one sign-in within ${wait} ms.`);
    }
    if (this.#stage.isDurable && create.made.length > 1) {
      throw new Error(`${create.made.length} SMS for one round.`);
    }
  }

  #checkCounters({ challenge, parameters }: ClientSignIn, create: CreateCall): void {
    const now = this.#now();
    const { shownAt, shownSends, spent, isUsed, digits } = challenge;
    const secondsTo = (at: number | undefined) =>
      Math.max(0, Math.ceil(((at ?? now) - now) / 1000));
    const is = {
      attemptsRemaining: policy.maxAttempts - spent,
      resendsRemaining: policy.maxSends - shownSends,
      expiresInSeconds:
        isUsed || shownAt === undefined ? 0 : secondsTo(shownAt + policy.lifetimeMs),
      codeLength: (isUsed ? undefined : digits) ?? create.digits,
    };
    for (const [name, value] of Object.entries(is)) {
      if (parameters[name] !== String(value)) {
        throw new Error(`${name} is told to be ${parameters[name]}, and is ${value}.`);
      }
    }
    const wait = shownAt === undefined ? 0 : secondsTo(shownAt + policy.resendCooldownMs);
    if (Number(parameters.resendAfterSeconds) < wait) {
      throw new Error(`resendAfterSeconds is ${parameters.resendAfterSeconds}, and is ${wait}.`);
    }
  }

  #expect({ user, challenge }: ClientSignIn, text: string): { readonly mustBeRight: boolean } {
    const made = challenge.codes.at(-1);
    return {
      mustBeRight:
        this.#isAlone &&
        made !== undefined &&
        parseAnswer(text) === made.code &&
        !challenge.isShaken &&
        !challenge.isUsed &&
        made.number === user.number &&
        this.#now() < made.at + policy.lifetimeMs &&
        challenge.spent < policy.maxAttempts &&
        !this.#mayBeLocked(user.number),
    };
  }

  /** Whether the code that is out does, between two calls for one answer. */
  #runsOutMeanwhile({ challenge: { codes, shownAt } }: ClientSignIn): boolean {
    const lastCallAt = this.#now() + (this.#delivery === 'once' ? 0 : PATIENCE_MS);
    return [shownAt, codes.at(-1)?.at].some(
      (at = Number.POSITIVE_INFINITY) =>
        this.#now() < at + policy.lifetimeMs && lastCallAt >= at + policy.lifetimeMs,
    );
  }

  #checkTokens(signIn: ClientSignIn, text: string, idToken: string, calledAt: number): void {
    const { user, challenge } = signIn;
    const answer = parseAnswer(text);
    const made = challenge.codes.findLast(({ code }) => code === answer);
    if (made === undefined) {
      throw new Error('Tokens for an answer that no SMS of this sign-in held.');
    }
    const later = challenge.codes.slice(challenge.codes.indexOf(made) + 1);
    if (later.some(({ fate }) => fate === 'accepted') && !challenge.isShaken) {
      throw new Error('Tokens for an older code.');
    }
    if (made.used) {
      throw new Error('Tokens for a code that was used before.');
    }
    if (made.number !== user.number) {
      throw new Error('Tokens for a code that went to another number.');
    }
    if (calledAt >= made.at + policy.lifetimeMs) {
      throw new Error('Tokens for a code that is too old.');
    }
    if (challenge.spent >= policy.maxAttempts && !challenge.isShaken) {
      throw new Error('Tokens after all tries.');
    }
    if (this.#stage.isDurable && this.#isAlone && this.#isLocked(user.number, calledAt)) {
      throw new Error('Tokens for a locked account.');
    }
    const [, payload = ''] = idToken.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (claims.phone_number !== user.number || claims.sub !== signIn.username) {
      throw new Error('Tokens of another user.');
    }
    made.used = true;
    challenge.isUsed = true;
    this.tokens += 1;
    this.#wrong.delete(user.number);
    if (this.#stage.isDurable) {
      this.#wrongEver.delete(user.number);
    }
    if (signIn.session !== '') {
      signIn.oldSessions.push(signIn.session);
    }
    signIn.session = '';
  }

  /** Takes an answer that was not right off the tries, as the function must. */
  #countWrong({ user, challenge, roundAt }: ClientSignIn, text: string, now: number): void {
    if (now >= roundAt + 15 * 60_000) {
      return;
    }
    const { shownAt, isUsed, digits } = challenge;
    const isOut = shownAt !== undefined && !isUsed && now < shownAt + policy.lifetimeMs;
    const isCompared = isOut && parseAnswer(text)?.length === digits;
    if (isCompared || !this.#stage.isDurable) {
      challenge.spent += 1;
    }
    if (parseAnswer(text) !== undefined) {
      this.#countWrongOf(user);
    }
    // Of an SMS that was only told of, no answer counts for the number.
    const wasSent = challenge.codes.length === challenge.shownSends;
    const isTaken = isCompared && challenge.spent <= policy.maxAttempts && !challenge.isShaken;
    if (isTaken && wasSent && user.exists && !this.#isLocked(user.number, now)) {
      const { count = 0 } = this.#wrong.get(user.number) ?? {};
      this.#wrong.set(user.number, { count: count + 1, lastAt: now });
    }
  }

  #countWrongOf({ number }: User): void {
    // Where nothing is kept of a round, two calls for it count twice.
    const by = this.#delivery === 'once' || this.#stage.isDurable ? 1 : 2;
    this.#wrongEver.set(number, (this.#wrongEver.get(number) ?? 0) + by);
    this.#mayBeLocked(number);
  }

  /** By the wrong answers that must have been counted. */
  #isLocked(number: string, at: number): boolean {
    const { count = 0, lastAt = 0 } = this.#wrong.get(number) ?? {};
    const record = { attemptCount: count, lastAttemptAt: lastAt, sends: {} };
    return standingOf(record, LOCKS, at).kind !== 'open';
  }

  #mayBeLocked(number: string): boolean {
    const isPossible = (this.#wrongEver.get(number) ?? 0) >= LOCKS.lockAfter;
    if (isPossible) {
      this.#lockedOnce.add(number);
    }
    return isPossible;
  }

  /** By the SMS that were tried: where a container counts alone, by any of them. What was withheld is not known. */
  #mayBeThrottled({ number, exists }: User): boolean {
    const { perNumber } = abuse.sends;
    if (!exists || this.#lockedOnce.has(number)) {
      return true;
    }
    const meters = [...this.#tried].filter(([key]) => key.startsWith(`${number} `));
    return meters.some(([, meter]) => takeFrom(meter, perNumber, this.#now()).kind === 'refused');
  }

  /** Its client gives up. */
  #leave(signIn: ClientSignIn | undefined): void {
    if (signIn !== undefined) {
      signIn.session = '';
    }
  }

  #shake({ challenge }: ClientSignIn): void {
    challenge.isShaken = true;
  }

  #compare([user, stranger]: readonly (ClientSignIn | undefined)[], step: string): void {
    const shown = [user, stranger].map((twin) => {
      const { USERNAME: _, ...parameters } = twin?.parameters ?? {};
      return JSON.stringify([twin?.session !== '', parameters]);
    });
    if (shown[0] !== shown[1]) {
      throw new Error(`After ${step}, a user is told ${shown[0]} and a stranger ${shown[1]}.`);
    }
  }

  #digitsOf(signIn: ClientSignIn | undefined): number {
    return signIn?.challenge.digits ?? policy.codeLength;
  }

  /** As many digits as the code, and never one that was made. */
  #guess(signIn: ClientSignIn): string {
    for (let i = 1; ; i++) {
      const guess = String(i).padStart(this.#digitsOf(signIn), '0');
      if (!this.#allCodes.some(({ code }) => code === guess)) {
        return guess;
      }
    }
  }

  #numberOf(i: number): string {
    const digits = String((this.#story * 37 + i) % 10_000_000).padStart(7, '0');
    const number = `+659${digits}`;
    this.#numbers.add(number);
    return number;
  }
}

const LOCKS: LockPolicy = abuse.locks;

type Output =
  | { readonly error: string; readonly message: string }
  | {
      readonly Session?: string | undefined;
      readonly ChallengeParameters?: Readonly<Record<string, string>> | undefined;
      readonly AuthenticationResult?: { readonly IdToken?: string | undefined } | undefined;
    };

function newState(): ChallengeState {
  return {
    codes: [],
    spent: 0,
    shownSends: 0,
    shownAt: undefined,
    digits: undefined,
    isUsed: false,
    throttledUntil: 0,
    rounds: [],
    isShaken: false,
  };
}

function describe(answered: Answered): string {
  switch (answered.kind) {
    case 'round':
      return answered.parameters.status ?? 'no status';
    case 'tokens':
      return 'tokens';
    case 'refused':
      return `${answered.error}: ${answered.message}`;
  }
}
