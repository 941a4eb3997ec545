/** The JSON Schema of a file of settings, made from what the settings themselves say that they take. */
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { GatewaySettings } from '../../src/adapters/sms-gateway/lib/definition.ts';
import { SMS_GATEWAYS } from '../../src/adapters/sms-gateway/lib/registry.ts';
import { VARIABLES } from '../../src/config/config.ts';
import { SECRET_VARIABLES } from '../../src/config/environment.ts';
import { entrySchema, MAX_ENTRIES } from '../../src/config/review-numbers.ts';
import { PREFIX, ruleSchema } from '../../src/config/sms-routes.ts';
import { templatesSchema } from '../../src/config/sms-texts.ts';
import type { Setting } from '../../src/settings.ts';

/** Where the schema is kept. */
export const SCHEMA_PATH = 'deploy/settings.schema.json';

/** All that a file may hold. */
export async function settingsSchema(): Promise<JsonSchema> {
  const gateways = await gatewaySettings();
  const ofGateways = Object.values(gateways).flatMap((settings) =>
    Object.values(settings).flatMap(({ variable, ...setting }) =>
      variable === undefined || variable.startsWith('AWS_')
        ? []
        : [[variable, schemaOf(setting)] as const],
    ),
  );
  const pointers = Object.entries(SECRET_VARIABLES).map(([name, pointer]) => [
    pointer,
    { type: 'string', minLength: 1, description: `ARN or name of a secret that holds ${name}.` },
  ]);
  const own = Object.entries<Setting>(VARIABLES).map(([name, setting]) => [
    name,
    schemaOf(setting),
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of cognito-phone-otp',
    description: 'A file that SETTINGS_FILE names.',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(ofGateways),
      ...Object.fromEntries(own),
      ...Object.fromEntries(pointers),
      SMS_ROUTES: orText(VARIABLES.SMS_ROUTES, {
        type: 'array',
        minItems: 1,
        items: routeSchema(gateways),
      }),
      SMS_TEMPLATES: orText(VARIABLES.SMS_TEMPLATES, inJson(templatesSchema)),
      REVIEW_NUMBERS: orText(VARIABLES.REVIEW_NUMBERS, {
        type: 'array',
        minItems: 1,
        maxItems: MAX_ENTRIES,
        items: inJson(entrySchema(0)),
      }),
    },
    additionalProperties: false,
  };
}

/** What the file may hold for a setting: its text, or what the text of is the same. */
function schemaOf({ schema, takes, fallback, range }: Setting): JsonSchema {
  const text = inJson(schema);
  const about = {
    description: `Takes ${takes}.`,
    ...(fallback !== undefined && fallback !== '' && { default: jsonOf(fallback) }),
  };
  if (range !== undefined) {
    const [minimum, maximum] = range;
    return { ...about, anyOf: [{ type: 'integer', minimum, maximum }, text] };
  }
  return text.enum?.join() === 'true,false'
    ? { ...about, enum: [true, false, 'true', 'false'] }
    : { ...about, ...text };
}

/** What a text stands for in JSON. */
function jsonOf(text: string): string | number | boolean {
  return /^(\d+|true|false)$/.test(text) ? JSON.parse(text) : text;
}

/** What is written in JSON may be the text of that JSON, too. */
function orText({ takes }: Setting, json: JsonSchema): JsonSchema {
  return { description: `Takes ${takes}.`, anyOf: [json, { type: 'string' }] };
}

/** What the function reads, as far as JSON Schema can say it. */
function inJson(schema: v.GenericSchema<unknown, unknown>): JsonSchema {
  const { $schema: _, ...json } = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore' });
  return json;
}

/** What each gateway takes, by its name. */
async function gatewaySettings(): Promise<Readonly<Record<string, GatewaySettings>>> {
  const loaded = Object.entries(SMS_GATEWAYS).map(async ([name, load]) => {
    const { definition } = await load();
    return [name, definition.settings] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
}

/** A rule whose gateways take what each of them takes. */
function routeSchema(gateways: Readonly<Record<string, GatewaySettings>>): JsonSchema {
  const names = Object.keys(gateways);
  const rule = inJson(ruleSchema({ gateways: names, languages: [], isCountry: () => true }));
  const choices = Object.entries(gateways).map(([gateway, settings]) => ({
    type: 'object' as const,
    properties: {
      gateway: { const: gateway },
      ...Object.fromEntries(
        Object.entries(settings)
          .filter(([, { variableOnly }]) => variableOnly !== true)
          .map(([name, { schema, takes }]) => [
            name,
            { description: `Takes ${takes}.`, ...inJson(schema) },
          ]),
      ),
    },
    required: ['gateway'],
    additionalProperties: false,
  }));
  return {
    ...rule,
    properties: {
      ...rule.properties,
      countries: listOf(/^([A-Z]{2}|[*])$/),
      prefixes: listOf(PREFIX),
      gateways: { type: 'array', minItems: 1, items: { anyOf: choices } },
    },
  };
}

function listOf({ source: pattern }: RegExp): JsonSchema {
  return { type: 'array', minItems: 1, items: { type: 'string', pattern } };
}
