/** `npm run settings-schema`: writes the JSON Schema that editors check a file of settings with. */
import { writeFile } from 'node:fs/promises';
import { SCHEMA_PATH, settingsSchema } from './lib/settings-json-schema.ts';

await writeFile(SCHEMA_PATH, `${JSON.stringify(await settingsSchema(), undefined, 2)}\n`);
console.log(`Wrote ${SCHEMA_PATH}.`);
