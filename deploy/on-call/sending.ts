/** What `npm run stop-sending` and `npm run resume-sending` have in common. */
import { isCountry } from '../../src/adapters/numbering-plan/shipped.ts';
import { DynamoDbSmsTraffic } from '../../src/adapters/sms-traffic/dynamodb.ts';
import { ALL_PLACES } from '../../src/domain/ports/sms-traffic.ts';
import { parseOptions, UsageError } from '../command-line.ts';
import { runCommand } from '../pool/report.ts';
import { PLACE_OPTIONS, readTablePlace, type TablePlace, withTable } from './table-place.ts';

type Verb = 'stop' | 'resume';

interface Order {
  /** A country's code, or `ALL_PLACES`. */
  readonly place: string;
  readonly table: TablePlace;
  readonly json: boolean;
}

/** Runs one of the two to its end. */
export function runSendingCommand(verb: Verb, help: string): Promise<void> {
  return runCommand(async () => {
    const order = readOrder(verb, process.argv.slice(2));
    if (order === 'help') {
      console.log(help);
      return;
    }
    const { place, table, json } = order;
    const stopped = await withTable(table, 'dynamodb:UpdateItem', (opened) =>
      new DynamoDbSmsTraffic(opened)[verb](place),
    );
    console.log(json ? JSON.stringify(asJson(stopped), undefined, 2) : inWords(stopped));
  });
}

/** @throws UsageError, or ConfigError for what can't be a table's name */
function readOrder(verb: Verb, args: string[]): Order | 'help' {
  const { values } = parseOptions(`${verb}-sending`, {
    args,
    options: { table: { type: 'string' }, country: { type: 'string' }, ...PLACE_OPTIONS },
  });
  if (values.help) return 'help';
  const { country, table, json, region, profile, endpoint } = values;
  // The plan's own word for numbers of no country.
  if (country !== undefined && !isCountry(country) && country !== 'ZZ') {
    throw new UsageError(
      `--country takes the ISO 3166-1 code of a country, such as SG, not '${country}'.`,
    );
  }
  return {
    place: country ?? ALL_PLACES,
    table: readTablePlace(table, { region, profile, endpoint }),
    json,
  };
}

function countriesIn(stopped: ReadonlySet<string>): readonly string[] {
  return [...stopped].filter((place) => place !== ALL_PLACES).sort();
}

function asJson(stopped: ReadonlySet<string>) {
  return { stopped: { all: stopped.has(ALL_PLACES), countries: countriesIn(stopped) } };
}

/** How things stand, whatever they were: so that nobody has to know what was stopped before. */
function inWords(stopped: ReadonlySet<string>): string {
  const countries = countriesIn(stopped);
  const list = countries.join(', ');
  if (stopped.has(ALL_PLACES)) {
    const besides = countries.length === 0 ? '' : ` When that ends, those to ${list} stay stopped.`;
    return `All SMS are stopped.${besides}`;
  }
  return countries.length === 0
    ? 'SMS are sent to all countries.'
    : `SMS to ${list} are stopped; all others are sent.`;
}
