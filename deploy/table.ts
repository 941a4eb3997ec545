/** `npm run table`: the function's table, made as it should be. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseOptions, typed, UsageError } from './command-line.ts';
import {
  PLACE_HELP,
  PLACE_OPTIONS,
  readTablePlace,
  type TablePlace,
} from './on-call/table-place.ts';
import { makeTable, type Setting } from './on-call/table-settings.ts';
import { runCommand } from './pool/report.ts';

const HELP = `${typed('table')} create --table NAME [options]

Makes the table that the function keeps challenges and counts in: paid for on demand, with
expiry by Time to Live, point-in-time recovery and deletion protection. Where there is one
already, what is missing is set and all else stays, so that it can be run again.

Ends with 0 if the table is so; with 1 if there is none; with 2 if there is, but something
of it could not be set, which is said.

  --table NAME      the function's TABLE_NAME
${PLACE_HELP}`;

interface Order {
  readonly table: TablePlace;
  readonly json: boolean;
}

/** @throws UsageError, or ConfigError for what can't be a table's name */
function readOrder(args: string[]): Order | 'help' {
  const { values, positionals } = parseOptions('table', {
    args,
    allowPositionals: true,
    options: { table: { type: 'string' }, ...PLACE_OPTIONS },
  });
  if (values.help) return 'help';
  if (positionals.join(' ') !== 'create') {
    throw new UsageError(`Say create: see ${typed('table')} --help.`);
  }
  const { table, json, region, profile, endpoint } = values;
  return { table: readTablePlace(table, { region, profile, endpoint }), json };
}

/** @throws CallError, UsageError */
async function make({ table: { tableName, client } }: Order): Promise<readonly Setting[]> {
  const dynamoDb = new DynamoDBClient(client);
  try {
    return await makeTable(dynamoDb, tableName);
  } finally {
    dynamoDb.destroy();
  }
}

const MARKS = { was: 'ok  ', set: 'set ', 'not set': 'NOT ' } as const;

function lineOf({ what, state, why }: Setting): string {
  return `${MARKS[state]} ${what}${why === undefined ? '' : `: ${why}`}`;
}

await runCommand(async () => {
  const order = readOrder(process.argv.slice(2));
  if (order === 'help') {
    console.log(HELP);
    return;
  }
  const settings = await make(order);
  const { tableName } = order.table;
  if (order.json) console.log(JSON.stringify({ table: tableName, settings }, undefined, 2));
  else console.log([`table ${tableName}`, ...settings.map(lineOf)].join('\n'));
  if (settings.some(({ state }) => state === 'not set')) process.exitCode = 2;
});
