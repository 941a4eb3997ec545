declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An in-memory server of the DynamoDB protocol. */
  // biome-ignore lint/style/noDefaultExport: it is the package's own.
  export default function dynalite(options?: { readonly createTableMs?: number }): Server;
}
