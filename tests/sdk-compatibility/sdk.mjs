// The real Node SDK 3.95: the reader of layout v2.
import sdk from '@stigg/node-server-sdk';
import * as edge from './edge.mjs';

const baseUri = await edge.serve();

/** A client of one environment. */
export const connect = async (port, prefix, logger) => {
  const client = sdk.Stigg.initialize({
    apiKey: prefix,
    baseUri,
    baseEdgeUri: baseUri,
    wsUrl: baseUri.replace('http', 'ws'),
    realtimeUpdatesEnabled: false,
    enableRemoteConfig: false,
    logConfiguration: { logger, logLevel: 'ERROR' },
    redis: { host: '127.0.0.1', port, environmentPrefix: prefix },
  });
  await client.waitForInitialization();
  return {
    async entitlements({ customerId, resourceId }) {
      const answer = await client.getEntitlements(customerId, resourceId);
      return { answer, entitlements: answer.filter(({ feature }) => feature).map(view) };
    },
    metered: ({ customerId, resourceId, featureId, requestedUsage }) =>
      client.getMeteredEntitlement({ customerId, resourceId, featureId, options: { requestedUsage } }),
  };
};

const view = ({ feature, type, usageLimit, value, currentUsage, isUnlimited, hasSoftLimit, accessDeniedReason, enumValues, resetPeriod, usagePeriodEnd }) => ({
  id: feature.id,
  limit: usageLimit ?? value ?? null,
  usage: type === 'METERED' ? currentUsage : null,
  unlimited: isUnlimited ?? false,
  softLimit: hasSoftLimit ?? false,
  denied: accessDeniedReason ?? null,
  values: enumValues ?? [],
  resetPeriod: resetPeriod ?? null,
  periodEnd: usagePeriodEnd?.getTime() ?? null,
});
