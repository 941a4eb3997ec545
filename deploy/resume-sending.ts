/** `npm run resume-sending`: ends what `npm run stop-sending` began. */
import { typed } from './command-line.ts';
import { runSendingCommand } from './on-call/sending.ts';
import { PLACE_HELP } from './on-call/table-place.ts';

const HELP = `${typed('resume-sending')} --table NAME [options]

Ends a stop of all SMS, or with --country that of one country, from each container's next
sign-in on. A country that was stopped by its name stays so until it is resumed by it.
Ends with 0 if it was done; with 1 if not.

  --table NAME      the function's TABLE_NAME
  --country CODE    the country that was stopped, such as SG
${PLACE_HELP}`;

await runSendingCommand('resume', HELP);
