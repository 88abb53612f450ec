// The peer of the Sidecar: the same metered check over gRPC, answered by Stigg's own SDK 3.95.0 from the same Redis, as the original Sidecar does it.
//   node server.mjs SDK_DIRECTORY GRPC_DIRECTORY PROTO_DIRECTORY REDIS_HOST REDIS_PORT PREFIX EDGE_URL API_KEY
// The directories hold the installed packages of tests/sdk-compatibility and tests/sidecar-clients. Prints {"port": n} when it takes calls.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [sdkDirectory, grpcDirectory, protoDirectory, host, port, environmentPrefix, edgeUrl, apiKey] = process.argv.slice(2);
const ofSdk = createRequire(join(sdkDirectory, 'package.json'));
const ofGrpc = createRequire(join(grpcDirectory, 'package.json'));
const { Stigg } = ofSdk('@stigg/node-server-sdk');
const grpc = ofGrpc('@grpc/grpc-js');
const loader = ofGrpc('@grpc/proto-loader');

// A class: the SDK merges a plain object into the global console.
class Logger {
  log() {}
  debug() {}
  error(...args) {
    process.stderr.write(args.map((arg) => arg?.stack ?? String(arg)).join(' ') + '\n');
  }
}

const stigg = Stigg.initialize({
  apiKey,
  baseUri: edgeUrl,
  baseEdgeUri: edgeUrl,
  wsUrl: edgeUrl.replace('http', 'ws'),
  realtimeUpdatesEnabled: false,
  enableRemoteConfig: false,
  logConfiguration: { logger: new Logger(), logLevel: 'ERROR' },
  redis: { host, port: Number(port), environmentPrefix },
});
await stigg.waitForInitialization();

const time = (date) => (date ? { seconds: Math.floor(date.getTime() / 1000), nanos: (date.getTime() % 1000) * 1e6 } : undefined);
const feature = ({ id, featureType, units, unitsPlural, meterType }) => ({
  id,
  feature_type: `FEATURE_TYPE_${featureType}`,
  units,
  units_plural: unitsPlural,
  meter_type: `METER_TYPE_${meterType?.toUpperCase()}`,
  is_metered: true,
});

const getMeteredEntitlement = async ({ request }, done) => {
  try {
    const options = request.options ?? {};
    const answer = await stigg.getMeteredEntitlement({
      customerId: request.customer_id,
      resourceId: request.resource_id || undefined,
      featureId: request.feature_id,
      options: { requestedUsage: options.requested_usage, fallback: options.fallback && { hasAccess: options.fallback.has_access } },
    });
    done(null, {
      has_access: answer.hasAccess,
      is_fallback: answer.isFallback,
      requested_usage: answer.requestedUsage ?? 0,
      entitlement: {
        feature: answer.feature && feature(answer.feature),
        usage_limit: answer.usageLimit,
        is_unlimited: answer.isUnlimited ?? false,
        current_usage: answer.currentUsage ?? 0,
        usage_period_anchor: time(answer.usagePeriodAnchor),
        usage_period_start: time(answer.usagePeriodStart),
        usage_period_end: time(answer.usagePeriodEnd),
        has_soft_limit: answer.hasSoftLimit ?? false,
      },
    });
  } catch (error) {
    done({ code: grpc.status.INTERNAL, details: error.message });
  }
};

const definition = loader.loadSync('stigg/sidecar/v1/sidecar.proto', { includeDirs: [protoDirectory], keepCase: true, enums: String, defaults: true });
const { SidecarService } = grpc.loadPackageDefinition(definition).stigg.sidecar.v1;
const server = new grpc.Server();
server.addService(SidecarService.service, { GetMeteredEntitlement: getMeteredEntitlement });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
  if (error) throw error;
  process.stdout.write(JSON.stringify({ port: bound }) + '\n');
});
