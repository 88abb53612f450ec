// Reads the cache with one of Stigg's published readers, as the tests ask it to: node reader.mjs store|sdk-3.95.0|sdk-4.43.0|sdk-4.55.0 REDIS_PORT
// A line of JSON in: {"id","op","prefix","customerId","resourceId"?,...}; one out when it is done: {"id","result"} or {"id","error"}. Ends when its stdin does.
import { createInterface } from 'node:readline';
import * as edge from './edge.mjs';

const [kind, port] = process.argv.slice(2);
const { connect } = await import(kind === 'store' ? './store.mjs' : './sdk.mjs');
const print = (line) => process.stdout.write(JSON.stringify(line) + '\n');

// A class: the SDK merges a plain object into the global console.
class Logger {
  log() {}
  debug() {}
  error(...args) {
    process.stderr.write(args.map((arg) => arg?.stack ?? String(arg)).join(' ') + '\n');
  }
}

const clients = new Map();
const clientOf = (prefix) => {
  if (!clients.has(prefix)) clients.set(prefix, connect(Number(port), prefix, new Logger(), kind));
  return clients.get(prefix);
};

const perform = async ({ op, ...request }) => {
  if (op === 'store') {
    edge.store(request);
    return null;
  }
  const client = await clientOf(request.prefix);
  const before = edge.callsFor(request.prefix, request.customerId);
  const result = await client[op](request);
  return result?.answer !== undefined ? { ...result, edgeCalls: edge.callsFor(request.prefix, request.customerId) - before } : result;
};

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const request = JSON.parse(line);
    try {
      print({ id: request.id, result: (await perform(request)) ?? null });
    } catch (error) {
      print({ id: request.id, error: error.stack });
    }
  })
  .on('close', () => process.exit(0));
print({ ready: kind });
