/** `npm run pack`: the package for other projects, built and packed in dist-package/. */
import { buildPackage, packTarball } from './bundling/npm-package.ts';

const FOLDER = 'dist-package';

await buildPackage(FOLDER);
console.log(`To install: npm install --save-dev ${await packTarball(FOLDER, FOLDER)}`);
