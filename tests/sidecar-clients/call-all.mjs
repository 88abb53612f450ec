// Calls a Sidecar with @grpc/grpc-js: node call-all.mjs ADDRESS PROTO_DIRECTORY
// Reads one line {"Rpc": request, ...} and prints {"Rpc": response, ..., "health": bytes of the health service's answer}.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const [address, directory] = process.argv.slice(2);
const definition = loader.loadSync('stigg/sidecar/v1/sidecar.proto', { includeDirs: [directory], keepCase: true, enums: String, oneofs: false });
const { SidecarService } = grpc.loadPackageDefinition(definition).stigg.sidecar.v1;
const client = new SidecarService(address, grpc.credentials.createInsecure());

const call = (send) => new Promise((resolve, reject) => send((error, answer) => (error ? reject(error) : resolve(answer))));
const answers = {};
const input = createInterface({ input: process.stdin });
const [line] = await once(input, 'line');
input.close();
for (const [rpc, request] of Object.entries(JSON.parse(line))) {
  answers[rpc] = await call((done) => client[rpc](request, done));
}
const raw = (bytes) => bytes;
answers.health = [...(await call((done) => client.makeUnaryRequest('/grpc.health.v1.Health/Check', raw, raw, Buffer.alloc(0), done)))];
console.log(JSON.stringify(answers));
client.close();
process.stdin.destroy();
