/** DynamoDB on 127.0.0.1, as far as making one table goes, with all that a table can be asked for. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** Runs until the test ends. */
export async function startTables() {
  let table: Record<string, unknown> | undefined;
  let expiry: Record<string, unknown> = { TimeToLiveStatus: 'DISABLED' };
  let backups = 'DISABLED';
  const failures: { call: string; error: string }[] = [];
  const changes: string[] = [];
  const server = createServer(async (request, response) => {
    const call = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const { TableName: _, ...body } = (await json(request)) as Record<string, unknown>;
    const answer = (status: number, value: object) =>
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify(value));
    const failing = failures.findIndex((failure) => failure.call === call);
    if (failing >= 0) {
      const [failure] = failures.splice(failing, 1);
      return answer(400, { __type: `com.amazonaws.dynamodb#${failure?.error}`, message: 'no' });
    }
    if (!call.startsWith('Describe')) changes.push(call);
    if (table === undefined && call !== 'CreateTable') {
      return answer(400, { __type: 'com.amazonaws.dynamodb#ResourceNotFoundException' });
    }
    switch (call) {
      case 'CreateTable':
        table = { ...body, BillingModeSummary: { BillingMode: body.BillingMode } };
        return answer(200, { TableDescription: table });
      case 'UpdateTable':
        table = { ...table, ...body };
        return answer(200, { TableDescription: table });
      case 'DescribeTable':
        return answer(200, { Table: { ...table, TableStatus: 'ACTIVE' } });
      case 'UpdateTimeToLive': {
        const { AttributeName } = body.TimeToLiveSpecification as Record<string, unknown>;
        expiry = { TimeToLiveStatus: 'ENABLING', AttributeName };
        return answer(200, {});
      }
      case 'DescribeTimeToLive':
        return answer(200, { TimeToLiveDescription: expiry });
      case 'UpdateContinuousBackups':
        backups = 'ENABLED';
        return answer(200, {});
      default:
        return answer(200, {
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: backups },
          },
        });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Calls that changed something, in their order. */
    changes,
    /** The table as it is now. */
    settings: () => ({ ...table, expiry, backups }),
    /** Begins with this table. */
    hold: (held: Record<string, unknown>, itsExpiry = expiry) => {
      table = held;
      expiry = itsExpiry;
    },
    /** Answers the next call of this name with an error. */
    fail: (call: string, error: string) => {
      failures.push({ call, error });
    },
  };
}
