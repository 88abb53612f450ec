// The real RedisCacheService 1.29, the cache of SDK 4 and of the original service: the reader of layout v3. What an SDK does around it, refetching after a miss, is done here.
import core from '@stigg/cache-core';
import redisStore from '@stigg/cache-redis-store';
import * as edge from './edge.mjs';

const { CachedEntitlement, EntitlementType } = core;
const milliseconds = (date) => (date ? new Date(date).getTime() : undefined);

// Edge API to cache; the store leaves it to the SDK.
const mapper = {
  mapCachedEntitlement: ({ feature, currency, usageLimit, hasUnlimitedUsage, hasSoftLimit, validUntil, ...rest }) =>
    new CachedEntitlement(
      {
        type: currency ? EntitlementType.Credit : EntitlementType.Feature,
        feature: feature && { id: feature.refId, featureType: feature.featureType, meterType: feature.meterType },
        currency,
        usageLimit,
        hasUnlimitedUsage,
        hasSoftLimit,
        accessDeniedReason: rest.accessDeniedReason ?? undefined,
        enumValues: rest.enumValues,
        validUntil: milliseconds(validUntil),
        resetPeriod: rest.resetPeriod,
      },
      rest.usageUpdatedAt
        ? {
            currentUsage: rest.currentUsage ?? 0,
            usagePeriodStart: milliseconds(rest.usagePeriodStart),
            usagePeriodEnd: milliseconds(rest.usagePeriodEnd),
            usageUpdatedAt: milliseconds(rest.usageUpdatedAt),
          }
        : undefined,
    ),
};

/** A client of one environment. */
export const connect = async (port, prefix, logger) => {
  const redis = { host: '127.0.0.1', port, environmentPrefix: prefix, distributedEntitlementsFetching: { disabled: true } };
  // Direct: a value that cannot be read is an error here, not a miss.
  const cache = new redisStore.RedisCacheService({ redis, directExecution: true }, logger, {}, mapper);
  await cache.waitForInitialization();
  const held = new Map();

  const refetch = (customerId, resourceId) => {
    const entitlements = edge.fetchEntitlements(prefix, customerId, resourceId);
    const entitlementsTimestamp = milliseconds(entitlements[0]?.entitlementUpdatedAt) ?? 0;
    return cache.setCustomer({ customerId, resourceId, entitlements, accessDeniedReason: null, entitlementsTimestamp });
  };

  return {
    async entitlements({ customerId, resourceId }) {
      const response = await cache.getCustomerEntitlements({ customerId, resourceId });
      let { entitlements, accessDeniedReason } = response;
      if (response.cacheMiss || entitlements.values().some(isExpired)) {
        entitlements = await refetch(customerId, resourceId);
        if (response.globalCustomerMissing) await refetch(customerId);
      }
      return { answer: entitlements, accessDeniedReason, entitlements: entitlements.values().map(view) };
    },

    /** Takes the customer's lock as a refetching SDK does, and keeps it until it is released. */
    hold: ({ customerId, resourceId }) =>
      new Promise((resolve, reject) => {
        const key = redisStore.buildLockKey(prefix, customerId, resourceId);
        const release = deferred();
        const ended = cache.distributedLocks.using(key, () => (resolve(key), release.promise));
        ended.catch(reject);
        held.set(key, () => (release.resolve(), ended));
      }),
    release: ({ key }) => held.get(key)(),
  };
};

const deferred = () => {
  let resolve;
  return { promise: new Promise((done) => (resolve = done)), resolve: () => resolve() };
};

const isExpired = ({ calculatedEntitlement: { validUntil } }) => Boolean(validUntil) && validUntil <= Date.now();

const view = (entitlement) => {
  const { calculatedEntitlement: calculated, usage } = entitlement;
  return {
    id: core.EntitlementsMap.getUniqueKey(entitlement.getEntitlementQuery()),
    limit: calculated.usageLimit ?? null,
    usage: entitlement.isUsageTrackable() ? usage.currentUsage : null,
    unlimited: calculated.hasUnlimitedUsage ?? false,
    softLimit: calculated.hasSoftLimit ?? false,
    denied: calculated.accessDeniedReason ?? null,
    values: calculated.enumValues ?? [],
    resetPeriod: calculated.resetPeriod ?? null,
    periodEnd: (entitlement.isUsageTrackable() && usage.usagePeriodEnd) || null,
  };
};
