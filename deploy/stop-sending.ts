/** `npm run stop-sending`: no new SMS from now on, to a country or to anybody, without a deployment. */
import { typed } from './command-line.ts';
import { runSendingCommand } from './on-call/sending.ts';
import { PLACE_HELP } from './on-call/table-place.ts';

const HELP = `${typed('stop-sending')} --table NAME [options]

Stops new SMS, of every container, from its next sign-in on, until resume-sending is run.
Codes that are out stay good. Everybody who asks for an SMS is told THROTTLED, to try
again in a minute; where user existence is hidden, a stop of one country looks as if the
SMS had been sent, since strangers have no country.
It needs a function whose RATE_LIMITER is dynamodb, and works while the table does.
Ends with 0 if it was done; with 1 if not.

  --table NAME      the function's TABLE_NAME
  --country CODE    SMS to one country alone, by its ISO 3166-1 code, such as SG
                    (ZZ for numbers of no country)
${PLACE_HELP}`;

await runSendingCommand('stop', HELP);
