import type { Clock } from '../../../domain/ports/clock.ts';
import type { SmsGateway } from '../../../domain/ports/sms-gateway.ts';
import {
  type ParseResult,
  readSettings,
  type Setting,
  type SettingSource,
  type SettingValues,
} from '../../../settings.ts';

/** A setting of a gateway: a route holds it, or else an environment variable. */
export interface GatewaySetting extends Setting {
  /** The environment variable that holds it where the route does not. */
  readonly variable?: string;
  /** The route may not set it. */
  readonly variableOnly?: boolean;
}

/** A gateway's settings by name. */
export type GatewaySettings = Readonly<Record<string, GatewaySetting>>;

/** What a route says of one gateway, and the environment around it. */
export interface GatewayChoice {
  /** Where in SMS_ROUTES it stands, for the operator. */
  readonly title: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** An environment variable's value; an empty one counts as unset. */
  readonly variable: (name: string) => string | undefined;
}

/** How the registry sees every gateway. */
export interface SmsGatewayDefinition {
  /** What a route may set, and what variables hold. */
  readonly settings: GatewaySettings;
  /** The environment variables that it reads. */
  readonly variables: readonly string[];
  /** Checks the choice, and makes the gateway that it asks for. */
  open(choice: GatewayChoice, clock: Clock): ParseResult<SmsGateway>;
}

/** All that the registry needs to know of a gateway. */
export interface SmsGatewayPlan<T extends GatewaySettings> {
  readonly settings: T;
  /** What is wrong with settings that are right one by one, but not together; it follows the gateway's name. */
  readonly conflict?: (values: SettingValues<T>) => string | undefined;
  readonly create: (values: SettingValues<T>, clock: Clock) => SmsGateway;
}

/** Makes a gateway known to the registry: what a route may set, and how to build it from that. */
export function defineSmsGateway<T extends GatewaySettings>({
  settings,
  conflict,
  create,
}: SmsGatewayPlan<T>): SmsGatewayDefinition {
  const own = Object.keys(settings).filter((name) => settings[name]?.variableOnly !== true);
  return {
    settings,
    variables: Object.values(settings).flatMap(({ variable }) => variable ?? []),
    open(choice, clock) {
      const strange = Object.keys(choice.settings).filter((name) => !own.includes(name));
      if (strange.length > 0) {
        const takes = ['gateway', ...own].join(', ');
        const problems = strange.map(
          (name) => `${choice.title} has the key ${JSON.stringify(name)}; it takes ${takes}.`,
        );
        return { kind: 'invalid', problems };
      }
      const result = readSettings(settings, settingSource(settings, choice));
      if (result.kind === 'invalid') {
        return result;
      }
      const problem = conflict?.(result.value);
      return problem === undefined
        ? { kind: 'valid', value: create(result.value, clock) }
        : { kind: 'invalid', problems: [`${choice.title} ${problem}.`] };
    },
  };
}

function settingSource(settings: GatewaySettings, choice: GatewayChoice): SettingSource {
  const variable = (name: string) => settings[name]?.variable;
  const fromRoute = (name: string) => choice.settings[name];
  return {
    value(name) {
      const fallback = variable(name);
      return fromRoute(name) ?? (fallback === undefined ? undefined : choice.variable(fallback));
    },
    title(name) {
      const fallback = variable(name);
      return fallback === undefined || fromRoute(name) !== undefined
        ? `${choice.title}: ${name}`
        : `${fallback}, read by ${choice.title},`;
    },
  };
}
