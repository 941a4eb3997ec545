/** The secrets of gateways that do not ship, which the construct is given by the names of their variables. */
import * as v from 'valibot';
import type { Config } from '../../src/config/config.ts';
import { type OwnGateways, secretVariablesOf } from '../../src/container/open-adapters.ts';
import { ConfigError } from '../../src/settings.ts';
import { gatewaysOf } from '../lib/role-actions.ts';
import type { Settings } from './function-settings.ts';

/** What matters here of secrets: which there are. */
type Given = Readonly<Record<string, unknown>>;

/** One sentence for each that is in the template, or that no gateway would look for. */
export function flawsOfGatewaySecrets(
  settings: Settings,
  own: OwnGateways = {},
  given: Given = {},
): readonly string[] {
  const variables = secretVariablesOf(own);
  const names = Object.keys(variables);
  return [
    ...Object.entries(variables).flatMap(([name, pointer]) => [
      ...(settings[name] === undefined
        ? []
        : [
            `settings.${name} is a secret: keep it in Secrets Manager, and set gatewaySecrets.${name} to that.`,
          ]),
      ...(settings[pointer] === undefined
        ? []
        : [`settings.${pointer} has a property of its own: set gatewaySecrets.${name}.`]),
    ]),
    ...Object.keys(given)
      .filter((name) => !names.includes(name))
      .map(
        (name) =>
          `gatewaySecrets.${name} is no secret of gateways; they have ${names.join(', ') || 'none'}.`,
      ),
  ];
}

/** @throws ConfigError where a gateway that a route names can't do without a secret that is missing. */
export function checkGatewaySecrets(
  config: Config,
  own: OwnGateways = {},
  given: Given = {},
): void {
  const problems = gatewaysOf(config).flatMap(({ gateway, settings: ofRoute }) =>
    Object.entries(own[gateway]?.settings ?? {}).flatMap(
      ([name, { variable, secret, schema, fallback, takes }]) =>
        secret === true &&
        variable !== undefined &&
        given[variable] === undefined &&
        !v.safeParse(schema, ofRoute[name] ?? fallback).success
          ? [
              `gatewaySecrets.${variable} is not set; a route names ${gateway}, which needs a secret that holds ${takes}.`,
            ]
          : [],
    ),
  );
  if (problems.length > 0) {
    throw new ConfigError([...new Set(problems)].join(' '));
  }
}
