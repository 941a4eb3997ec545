/** What should be so of the function's table. */
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { EXPIRY_ATTRIBUTE, KEY_ATTRIBUTE } from '../../../src/adapters/lib/dynamodb-item.ts';
import { typed } from '../../command-line.ts';
import { answerIfAny, answerTo } from '../aws.ts';
import { examine, type Finding, good, toMend } from './finding.ts';

export async function checkTable(
  dynamoDb: DynamoDBClient,
  TableName: string,
  region: string,
): Promise<readonly Finding[]> {
  const subject = `table ${TableName}`;
  const table = await examine(subject, () => checkKey(dynamoDb, TableName, region));
  const isThere = table.some(({ state }) => state === 'good');
  if (!isThere) return table;
  const expiry = await examine(subject, () => checkExpiry(dynamoDb, TableName, region));
  return [...table, ...expiry];
}

/** @throws CallError */
async function checkKey(
  dynamoDb: DynamoDBClient,
  TableName: string,
  region: string,
): Promise<readonly Finding[]> {
  const subject = `table ${TableName}`;
  const call = dynamoDb.send(new DescribeTableCommand({ TableName }));
  const table = (await answerIfAny('dynamodb:DescribeTable', call))?.Table;
  const create = `${typed('table')} create --table ${TableName} --region ${region}`;
  if (table === undefined) return [toMend(subject, 'is not there, and should be', create)];
  const { KeySchema: keys = [], AttributeDefinitions: attributes = [] } = table;
  const isKeyed = keys.length === 1 && keys[0]?.AttributeName === KEY_ATTRIBUTE;
  const type = attributes.find(({ AttributeName: name }) => name === KEY_ATTRIBUTE)?.AttributeType;
  if (isKeyed && type === 'S') return [good(subject, `has the key ${KEY_ATTRIBUTE}`)];
  const names = keys.map(({ AttributeName: name }) => name).join(' and ');
  const says = `has the key ${names}, and should have ${KEY_ATTRIBUTE}, a string, alone`;
  return [toMend(subject, says, 'make another, whose name is in TABLE_NAME')];
}

/** @throws CallError */
async function checkExpiry(
  dynamoDb: DynamoDBClient,
  TableName: string,
  region: string,
): Promise<readonly Finding[]> {
  const subject = `table ${TableName}`;
  const call = dynamoDb.send(new DescribeTimeToLiveCommand({ TableName }));
  const { TimeToLiveDescription: expiry = {} } = await answerTo(
    'dynamodb:DescribeTimeToLive',
    call,
  );
  const { AttributeName: attribute, TimeToLiveStatus: status = 'DISABLED' } = expiry;
  const isOn = status === 'ENABLED' || status === 'ENABLING';
  if (isOn && attribute === EXPIRY_ATTRIBUTE) {
    return [good(subject, `lets items expire by ${EXPIRY_ATTRIBUTE}`)];
  }
  const is = isOn ? `lets items expire by ${attribute}` : 'lets no item expire';
  return [
    toMend(
      subject,
      `${is}, and should by ${EXPIRY_ATTRIBUTE}`,
      `aws dynamodb update-time-to-live --table-name ${TableName} --region ${region} --time-to-live-specification Enabled=true,AttributeName=${EXPIRY_ATTRIBUTE}`,
    ),
  ];
}
