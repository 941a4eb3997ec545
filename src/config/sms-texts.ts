/** The texts of the SMS as the operator set them up: own templates, and what autofill asks of the last line. */
import * as v from 'valibot';
import { isLocale } from '../domain/sms/locale.ts';
import { fillTemplate, type SmsMessageSettings } from '../domain/sms/message.ts';
import { smsSegments } from '../domain/sms/segments.ts';
import { SMS_TEMPLATES } from '../domain/sms/templates.ts';
import type { ParseResult } from '../settings.ts';

/** The variables that texts depend on. */
export interface SmsTextVariables {
  readonly appName: string;
  readonly codeLength: number;
  readonly lifetimeMs: number;
  /** `SMS_TEMPLATES`: JSON. */
  readonly templates: string | undefined;
  /** `SMS_ORIGIN`: a host. */
  readonly origin: string | undefined;
  /** `SMS_APP_HASH`: 11 characters. */
  readonly appHash: string | undefined;
}

/** The texts, ready to be filled in. */
export interface SmsTexts {
  readonly messages: SmsMessageSettings;
  /** What costs more than it need, one sentence each. */
  readonly warnings: readonly string[];
}

/** Reads the texts, or tells in one sentence each what is wrong with them. */
export function readSmsTexts(variables: SmsTextVariables): ParseResult<SmsTexts> {
  const { appName, lifetimeMs, origin, appHash } = variables;
  const problems: string[] = [];
  if (origin !== undefined && appHash !== undefined) {
    problems.push(
      'SMS_ORIGIN and SMS_APP_HASH each need the last line of the SMS for themselves. Set SMS_ORIGIN alone where both a web page and an Android app are to fill the code in: the app can ask its user for the SMS by the SMS User Consent API, which needs no hash.',
    );
  }
  const templates = v.safeParse(templatesText, variables.templates ?? '{}');
  const own = templates.success ? templates.output : undefined;
  if (own === undefined) {
    problems.push(
      'SMS_TEMPLATES does not hold templates; it takes a JSON object of texts by language, such as {"en":"{code} is your code for {app}"}.',
    );
  }
  for (const [tag, text] of Object.entries(own ?? {})) {
    problems.push(
      ...templateProblems(tag, text, variables).map((p) => `SMS_TEMPLATES ${tag} ${p}.`),
    );
  }
  if (own === undefined || problems.length > 0) {
    return { kind: 'invalid', problems };
  }
  const messages: SmsMessageSettings = {
    templates: { ...builtIn(appName), ...canonical(own) },
    appName,
    minutes: Math.floor(lifetimeMs / 60_000),
    lastLine: origin === undefined ? appHash : `@${origin} #{code}`,
  };
  return { kind: 'valid', value: { messages, warnings: costWarnings(messages, variables) } };
}

function builtIn(appName: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SMS_TEMPLATES).map(([tag, { text, withoutApp }]) => [
      tag,
      appName === '' ? withoutApp : text,
    ]),
  );
}

function canonical(own: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).map(([tag, text]) => [new Intl.Locale(tag).toString(), text]),
  );
}

/** Texts by language. */
export const templatesSchema = v.record(v.string(), v.string());

const templatesText = v.pipe(
  v.string(),
  v.parseJson(),
  v.check((templates) => !Array.isArray(templates)),
  templatesSchema,
);

const PLACEHOLDERS = new Set(['{app}', '{code}', '{minutes}']);

// Autofill looks for digits that stand alone. Some scripts write words with joiners, which can't be seen.
const JOINED_CODE =
  /[\p{L}\p{M}\p{N}}\p{Join_Control}]\{code\}|\{code\}[\p{L}\p{M}\p{N}{\p{Join_Control}]/u;

/** Each follows the template's name. */
function templateProblems(tag: string, text: string, variables: SmsTextVariables): string[] {
  const problems: string[] = [];
  if (!isLocale(tag)) {
    problems.push('is no language; it takes a BCP 47 tag such as en or zh-Hant');
  }
  const braces: readonly string[] = text.match(/\{[^{}]*\}|[{}]/g) ?? [];
  const strange = braces.find((placeholder) => !PLACEHOLDERS.has(placeholder));
  if (strange !== undefined) {
    problems.push(`holds ${strange}; it takes ${[...PLACEHOLDERS].join(', ')}`);
  }
  if (braces.filter((placeholder) => placeholder === '{code}').length !== 1) {
    problems.push('does not hold {code} once; it takes exactly one');
  }
  if (JOINED_CODE.test(text)) {
    problems.push(
      'joins {code} to a letter or digit; autofill needs a space or a stop between them',
    );
  }
  if (/[^\P{C}\n\p{Join_Control}]|^\s|\s$/u.test(text)) {
    problems.push(
      'holds a control or direction mark, or begins or ends with a space; phones may not find the code',
    );
  }
  if (braces.includes('{app}') && variables.appName === '') {
    problems.push('holds {app}, but APP_NAME is not set');
  }
  if (braces.includes('{minutes}') && variables.lifetimeMs < 60_000) {
    problems.push('holds {minutes}, but OTP_TTL_SECONDS is less than a minute');
  }
  return problems;
}

function costWarnings(messages: SmsMessageSettings, { codeLength }: SmsTextVariables): string[] {
  return Object.entries(messages.templates).flatMap(([tag, template]) => {
    const code = '0'.repeat(codeLength);
    const { encoding, units, segments } = smsSegments(fillTemplate(template, messages, code));
    if (segments === 1) {
      return [];
    }
    const { units: ofText } = smsSegments(
      fillTemplate(template, { ...messages, lastLine: undefined }, code),
    );
    const ofLine =
      ofText === units ? '' : `, of which the line for autofill takes ${units - ofText}`;
    return [
      `The text for ${tag} is billed as ${segments} SMS: ${units} units of ${encoding}${ofLine}.`,
    ];
  });
}
