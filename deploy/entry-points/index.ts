/** What `cognito-phone-otp` exports: the function, and all that gateways and adapters of one's own are made of. */
export {
  defineSmsGateway,
  type GatewayChoice,
  type GatewaySetting,
  type SmsGatewayDefinition,
  type SmsGatewayPlan,
} from '../../src/adapters/sms-gateway/lib/definition.ts';
export {
  connectionFailure,
  RequestNotSent,
  requestBefore,
  serverFailure,
} from '../../src/adapters/sms-gateway/lib/provider-request.ts';
export type { OwnAdapters, OwnGateways } from '../../src/container/open-adapters.ts';
export { createHandler, type HandlerOptions } from '../../src/create-handler.ts';
export type { Challenge, Code } from '../../src/domain/challenge.ts';
export { Deadline } from '../../src/domain/deadline.ts';
export type { PhoneNumber } from '../../src/domain/phone-number.ts';
export type * from '../../src/domain/ports/account-ledger.ts';
export type * from '../../src/domain/ports/challenge-repository.ts';
export type * from '../../src/domain/ports/clock.ts';
export type * from '../../src/domain/ports/idempotency-store.ts';
export type * from '../../src/domain/ports/numbering-plan.ts';
export type * from '../../src/domain/ports/otp-generator.ts';
export {
  type ProviderError,
  type Sms,
  SmsDeliveryError,
  type SmsDeliveryFailure,
  type SmsFate,
  type SmsGateway,
  type SmsReceipt,
} from '../../src/domain/ports/sms-gateway.ts';
export * from '../../src/domain/ports/sms-traffic.ts';
export * from '../../src/domain/ports/store-error.ts';
export type * from '../../src/domain/ports/timer.ts';
export type * from '../../src/domain/ports/user-directory.ts';
export type { SignInScope } from '../../src/domain/sign-in.ts';
export type { Handler } from '../../src/pipeline.ts';
export type { TriggerEvent } from '../../src/trigger-events.ts';
