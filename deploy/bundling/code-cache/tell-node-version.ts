/** Run by the build as a process of its own: says which Node.js it is, and with which options. */
import { thisNode } from './node-version.ts';

process.stdout.write(thisNode());
