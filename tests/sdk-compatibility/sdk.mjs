// The real Node SDKs: 3.95 reads layout v2, 4.43 and 4.55 read layout v3.
import { createRequire } from 'node:module';
import * as edge from './edge.mjs';

// api-client-js 3.108 stands in for the 6.x that SDK 4 wants and that is not published: there the generated code is exported from the top.
const require = createRequire(import.meta.url);
Object.assign(require('@stigg/api-client-js'), require('@stigg/api-client-js/src/generated/sdk'));

const baseUri = await edge.serve();
const packageOf = { 'sdk-3.95.0': '@stigg/node-server-sdk' };

/** A client of one environment. */
export const connect = async (port, prefix, logger, kind) => {
  const { default: sdk } = await import(packageOf[kind] ?? kind);
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
      if (kind === 'sdk-3.95.0') {
        const answer = await client.getEntitlements(customerId, resourceId);
        return { answer, entitlements: answer.map(view) };
      }
      const answer = await client.getEntitlementsStateV2(customerId, resourceId);
      return { answer, accessDeniedReason: answer.accessDeniedReason, entitlements: answer.entitlements.map(view) };
    },

    /** Any method of the SDK; its answer as it is. */
    ask: async ({ method, args }) => ({ answer: await client[method](...args) }),
  };
};

// Of a credit the old generation makes an entry without a feature: its id is empty here.
const view = ({ feature, currency, type, usageLimit, value, currentUsage, isUnlimited, hasSoftLimit, accessDeniedReason, enumValues, resetPeriod, usagePeriodEnd }) => ({
  id: currency ? `CREDIT:${currency.currencyId}` : feature?.id ?? '',
  limit: usageLimit ?? value ?? null,
  usage: currency || type === 'METERED' ? currentUsage : null,
  unlimited: isUnlimited ?? false,
  softLimit: hasSoftLimit ?? false,
  denied: accessDeniedReason ?? null,
  values: enumValues ?? [],
  resetPeriod: resetPeriod ?? null,
  periodEnd: usagePeriodEnd?.getTime() ?? null,
});
