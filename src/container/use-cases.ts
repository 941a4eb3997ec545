/** The domain, put together: each use case and rule, with the ports and settings that it takes. */
import { ContainerModule } from 'inversify';
import { STORE_TIMEOUT_MS } from '../adapters/lib/store-timeout.ts';
import { usesDynamoDb } from '../config/abuse-limits.ts';
import { Dispatcher } from '../dispatcher.ts';
import { AccountLockout } from '../domain/abuse/account-lockout.ts';
import { AnswerPace } from '../domain/abuse/answer-pace.ts';
import { forgetAfterMs, SendLimits } from '../domain/abuse/send-limits.ts';
import { AcceptSignUp } from '../domain/accept-sign-up.ts';
import { CodeSender } from '../domain/code-sender.ts';
import { CreateAuthChallenge } from '../domain/create-auth-challenge.ts';
import { DefineAuthChallenge } from '../domain/define-auth-challenge.ts';
import { IdempotentCreateAuthChallenge } from '../domain/idempotent-create-auth-challenge.ts';
import { Recipients } from '../domain/recipient.ts';
import { ReviewNumbers } from '../domain/review-numbers.ts';
import { isNamed } from '../domain/sms/route.ts';
import { VerifyAuthChallenge } from '../domain/verify-auth-challenge.ts';
import { TOKENS } from './tokens.ts';

/** Limits, locks and pace. */
export const abuse = new ContainerModule(({ bind }) => {
  bind(TOKENS.accountLockout).toResolvedValue(
    (ledger, clock, { abuse }) =>
      new AccountLockout(ledger, clock, abuse.locks, {
        forgetAfterMs: forgetAfterMs(abuse.sends.perNumber),
      }),
    [TOKENS.accountLedger, TOKENS.clock, TOKENS.config],
  );
  bind(TOKENS.sendLimits).toResolvedValue(
    (lockout, ledger, traffic, clock, { abuse, hideUserExistence }) =>
      new SendLimits({
        lockout,
        ledger,
        traffic,
        clock,
        policy: abuse.sends,
        hideUserExistence,
      }),
    [TOKENS.accountLockout, TOKENS.accountLedger, TOKENS.smsTraffic, TOKENS.clock, TOKENS.config],
  );
  bind(TOKENS.answerPace).toResolvedValue(
    (timer, { hideUserExistence, answerStepMs }) =>
      new AnswerPace(timer, hideUserExistence ? answerStepMs : 0),
    [TOKENS.timer, TOKENS.config],
  );
});

/** A use case for each trigger, and what they work with. */
export const useCases = new ContainerModule(({ bind }) => {
  bind(TOKENS.reviewNumbers).toResolvedValue(
    ({ reviewNumbers }, hasher, clock) => new ReviewNumbers(reviewNumbers, hasher, clock),
    [TOKENS.config, TOKENS.reviewHasher, TOKENS.clock],
  );
  bind(TOKENS.recipients).toResolvedValue(
    (plan, { requireVerifiedPhone, sms }, reviewNumbers) =>
      new Recipients(plan, {
        requireVerifiedPhone,
        isNamed: (number) => isNamed(sms.routes, number),
        reviewOf: (number) => reviewNumbers.of(number),
      }),
    [TOKENS.numberingPlan, TOKENS.config, TOKENS.reviewNumbers],
  );
  bind(TOKENS.defineAuthChallenge).toResolvedValue(
    (repository, { policy, passwordFirst, hideUserExistence }) =>
      new DefineAuthChallenge(repository, policy, { passwordFirst, hideUserExistence }),
    [TOKENS.challengeRepository, TOKENS.config],
  );
  bind(TOKENS.codeSender).toResolvedValue(
    (challenges, generator, hasher, names, gateway, messages, limits, pace, clock, config) =>
      new CodeSender({
        challenges,
        generator,
        hasher,
        pseudonymizer: names,
        gateway,
        messages,
        limits,
        pace,
        clock,
        policy: config.policy,
        hideUserExistence: config.hideUserExistence,
        reserveAfterSendMs: usesDynamoDb(config.abuse) ? AFTER_SEND_MS : 0,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.otpGenerator,
      TOKENS.otpHasher,
      TOKENS.pseudonymizer,
      TOKENS.smsGateway,
      TOKENS.smsMessages,
      TOKENS.sendLimits,
      TOKENS.answerPace,
      TOKENS.clock,
      TOKENS.config,
    ],
  );
  bind(TOKENS.createAuthChallenge).toResolvedValue(
    (challenges, sender, limits, recipients, clock, config) =>
      new CreateAuthChallenge({
        challenges,
        sender,
        limits,
        recipients,
        hideUserExistence: config.hideUserExistence,
        clock,
        policy: config.policy,
        claimMs: config.abuse.claimMs,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.codeSender,
      TOKENS.sendLimits,
      TOKENS.recipients,
      TOKENS.clock,
      TOKENS.config,
    ],
  );
  bind(TOKENS.idempotentCreateAuthChallenge).toResolvedValue(
    (create, store, pace, timer) =>
      new IdempotentCreateAuthChallenge({ create, store, pace, timer }),
    [TOKENS.createAuthChallenge, TOKENS.idempotencyStore, TOKENS.answerPace, TOKENS.timer],
  );
  bind(TOKENS.verifyAuthChallenge).toResolvedValue(
    (
      challenges,
      hasher,
      names,
      clock,
      gateway,
      lockout,
      traffic,
      recipients,
      reviewNumbers,
      directory,
      config,
    ) =>
      new VerifyAuthChallenge({
        policy: config.policy,
        confirmPhone: config.confirmPhone,
        challenges,
        hasher,
        pseudonymizer: names,
        clock,
        gateway,
        lockout,
        traffic,
        recipients,
        reviewNumbers,
        directory,
      }),
    [
      TOKENS.challengeRepository,
      TOKENS.otpHasher,
      TOKENS.pseudonymizer,
      TOKENS.clock,
      TOKENS.smsGateway,
      TOKENS.accountLockout,
      TOKENS.smsTraffic,
      TOKENS.recipients,
      TOKENS.reviewNumbers,
      TOKENS.userDirectory,
      TOKENS.config,
    ],
  );
  bind(TOKENS.acceptSignUp).toResolvedValue(
    (recipients, { signUpNeedsPhone }) =>
      new AcceptSignUp(recipients, { needsPhone: signUpNeedsPhone }),
    [TOKENS.recipients, TOKENS.config],
  );
  bind(TOKENS.dispatcher).toResolvedValue(
    (define, create, verify, acceptSignUp) =>
      new Dispatcher({ define, create, verify, acceptSignUp }),
    [
      TOKENS.defineAuthChallenge,
      TOKENS.idempotentCreateAuthChallenge,
      TOKENS.verifyAuthChallenge,
      TOKENS.acceptSignUp,
    ],
  );
});

/** What may follow a send before the answer: writing down what it changed, and what the round came to. */
const AFTER_SEND_MS = 2 * STORE_TIMEOUT_MS;
