// Runs fauxqs (an SQS emulator that is not ours) for the tests: on loopback, on a free port, with queue URLs that need no name resolution.
// Prints {"port":N} when it listens and ends when its stdin closes, so it never outlives the test process.
//   POST /_test/push?queue=NAME   body: JSON array of strings; enqueues them without the cost of SendMessageBatch
//   GET  /_test/left?queue=NAME   what the queue still holds, visible or in flight: [{"body","receiveCount"}]
import { buildApp } from 'fauxqs';

// The package exports only its app; the stores are reached by file to set the host name of queue URLs.
const store = (path) => import(new URL(`./node_modules/fauxqs/dist/${path}`, import.meta.url).href);
const { SqsStore } = await store('sqs/sqsStore.js');
const { SnsStore } = await store('sns/snsStore.js');
const { S3Store } = await store('s3/s3Store.js');

const sqsStore = new SqsStore();
sqsStore.host = ''; // empty: queue URLs take the host of the request instead of sqs.<region>.localhost
const app = buildApp({ logger: false, stores: { sqsStore, snsStore: new SnsStore(), s3Store: new S3Store() } });

const queueOf = (request) => {
  const queue = sqsStore.getQueueByName(request.query.queue);
  if (!queue) throw new Error(`no queue named ${request.query.queue}`);
  return queue;
};

app.post('/_test/push', async (request) => {
  const queue = queueOf(request);
  const bodies = JSON.parse(request.body.toString('utf8'));
  for (const body of bodies) queue.enqueue(SqsStore.createMessage(body));
  return { pushed: bodies.length };
});

app.get('/_test/left', async (request) => {
  const queue = queueOf(request);
  const inFlight = [...queue.inflightMessages.values()].map((entry) => entry.message ?? entry);
  return [...queue.messages, ...queue.delayedMessages, ...inFlight].map(({ body, approximateReceiveCount }) => ({
    body,
    receiveCount: approximateReceiveCount,
  }));
});

await app.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1' });
process.stdin.resume().on('end', () => process.exit(0));
console.log(JSON.stringify({ port: app.server.address().port }));
