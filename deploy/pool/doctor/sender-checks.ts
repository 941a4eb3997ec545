/** Whether the account has the senders that settings name, and registered them. */
import {
  type PhoneNumberInformation,
  PinpointSMSVoiceV2Client,
  paginateDescribePhoneNumbers,
  paginateDescribeSenderIds,
  type SenderIdInformation,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { Config } from '../../../src/config/config.ts';
import { gatewaysOf } from '../../lib/role-actions.ts';
import { type AwsConfig, answerTo } from '../aws.ts';
import { examine, type Finding, good, note, toMend } from './finding.ts';

/** What a gateway of AWS sends by. */
interface Sender {
  /** The setting that names it: what that holds is not shown. */
  readonly subject: string;
  readonly id: string;
  readonly region: string;
}

/** The settings that name a sender, at a gateway of SMS_ROUTES and, where that is not set, by themselves. */
const SETTINGS = {
  senderId: 'SMS_SENDER_ID',
  originationNumber: 'SMS_ORIGINATION_NUMBER',
  origination: '',
};

const REGISTER =
  'https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations.html tells which countries ask for what';

export async function checkSenders(
  settings: Config,
  config: AwsConfig,
): Promise<readonly Finding[]> {
  const gateways = gatewaysOf(settings).filter(({ gateway }) =>
    ['sns', 'end-user-messaging'].includes(gateway),
  );
  if (gateways.length === 0) return [];
  const senders = gateways.flatMap((gateway) => sendersOf(gateway, settings, config.region));
  if (senders.length === 0) {
    return [note('senders', 'are left to AWS: some countries take SMS from registered ones alone')];
  }
  const findings: Finding[] = [];
  for (const sender of senders) {
    const client = new PinpointSMSVoiceV2Client({ ...config, region: sender.region });
    findings.push(
      ...(await examine(sender.subject, async () =>
        isNumber(sender.id) ? checkNumber(client, sender) : checkName(client, sender),
      )),
    );
  }
  return findings;
}

function sendersOf(
  { settings: ofRoute, title }: ReturnType<typeof gatewaysOf>[number],
  { sms }: Config,
  own: string,
): readonly Sender[] {
  const region = String(ofRoute.region ?? sms.variable('SMS_REGION') ?? own);
  const hasRoutes = sms.variable('SMS_ROUTES') !== undefined;
  return Object.entries(SETTINGS).flatMap(([key, variable]) => {
    const id = ofRoute[key];
    const subject = hasRoutes ? `${key} of ${title}` : variable;
    return typeof id === 'string' ? [{ subject, id, region }] : [];
  });
}

function isNumber(id: string): boolean {
  return /^\+?\d+$/.test(id);
}

/** @throws CallError */
async function checkNumber(
  client: PinpointSMSVoiceV2Client,
  { subject, id, region }: Sender,
): Promise<readonly Finding[]> {
  const digits = id.replace('+', '');
  const numbers = await phoneNumbers(client);
  const known = numbers.find(({ PhoneNumber = '' }) => PhoneNumber.replace('+', '') === digits);
  if (known !== undefined) return [statusOf(subject, region, known)];
  const says = `is no number of the account in ${region}, and should be`;
  const mend = `name one of aws pinpoint-sms-voice-v2 describe-phone-numbers --region ${region}`;
  return [toMend(subject, says, mend)];
}

function statusOf(
  subject: string,
  region: string,
  { Status: status, IsoCountryCode: country }: PhoneNumberInformation,
): Finding {
  if (status === 'ACTIVE') return good(subject, `is a number for ${country} in ${region}`);
  const says = `is a number for ${country} that is ${status}, and should be ACTIVE`;
  return toMend(subject, says, `finish its registration: ${REGISTER}`);
}

/** A sender ID by its name; or anything by its id or ARN. */
async function checkName(
  client: PinpointSMSVoiceV2Client,
  { subject, id, region }: Sender,
): Promise<readonly Finding[]> {
  const ids = (await senderIds(client)).filter(({ SenderId: name, SenderIdArn: arn }) =>
    [name, arn].includes(id),
  );
  if (ids.length > 0) return [registrationOf(subject, region, ids)];
  if (/^[A-Za-z0-9-]{1,11}$/.test(id)) {
    const says = `is no sender ID of the account in ${region}: countries that ask for a registered one don't take it`;
    return [note(subject, says)];
  }
  const numbers = await phoneNumbers(client);
  const number = numbers.find(({ PhoneNumberId, PhoneNumberArn }) =>
    [PhoneNumberId, PhoneNumberArn].includes(id),
  );
  if (number !== undefined) return [statusOf(subject, region, number)];
  return [note(subject, `is no sender ID and no number of the account in ${region}: maybe a pool`)];
}

function registrationOf(
  subject: string,
  region: string,
  ids: readonly SenderIdInformation[],
): Finding {
  const countries = (wanted: boolean) =>
    ids.filter(({ Registered = false }) => Registered === wanted).map((id) => id.IsoCountryCode);
  const [registered, others] = [countries(true).join(', '), countries(false).join(', ')];
  if (others === '') return good(subject, `is registered for ${registered} in ${region}`);
  const besides = registered === '' ? '' : `, and is for ${registered}`;
  return note(subject, `is not registered for ${others} in ${region}${besides}: ${REGISTER}`);
}

function phoneNumbers(client: PinpointSMSVoiceV2Client) {
  const pages = paginateDescribePhoneNumbers({ client }, {});
  const all = listed(pages, ({ PhoneNumbers }) => PhoneNumbers);
  return answerTo('sms-voice:DescribePhoneNumbers', all);
}

function senderIds(client: PinpointSMSVoiceV2Client) {
  const pages = paginateDescribeSenderIds({ client }, {});
  const all = listed(pages, ({ SenderIds }) => SenderIds);
  return answerTo('sms-voice:DescribeSenderIds', all);
}

async function listed<Page, Entry>(
  pages: AsyncIterable<Page>,
  entriesOf: (page: Page) => readonly Entry[] | undefined,
): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for await (const page of pages) all.push(...(entriesOf(page) ?? []));
  return all;
}
