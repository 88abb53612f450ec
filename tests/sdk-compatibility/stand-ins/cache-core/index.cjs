// Stands in for @stigg/cache-core 1.28, which is not published. Written from the calls that @stigg/cache-redis-store 1.29 and @stigg/node-server-sdk 4 make;
// none of it is Stigg's code. What these calls do not show is a guess, decided as docs/contract.md has it:
//   - an entitlement's unique key, which is its member name in the cached map: a feature's bare id, a credit's id after "CREDIT:";
//   - which entitlements need a usage key: metered numbers and credits;
//   - what a single read needs: the entitlement asked for, and the credit its creditRate names;
//   - freshening: none; no period of the tests has ended.
'use strict';

const EntitlementType = Object.freeze({ Feature: 'FEATURE', Credit: 'CREDIT' });

class CachedEntitlement {
  constructor(calculatedEntitlement, usage) {
    Object.assign(this, { calculatedEntitlement, usage });
  }

  get usageData() {
    return this.usage ?? { currentUsage: 0 };
  }

  isUsageTrackable() {
    const { type, feature } = this.calculatedEntitlement;
    return type === EntitlementType.Credit || (feature.featureType === 'NUMBER' && ['Incremental', 'Fluctuating'].includes(feature.meterType));
  }

  getEntitlementQuery() {
    const { type, feature, currency } = this.calculatedEntitlement;
    return { type, id: type === EntitlementType.Credit ? currency.currencyId : feature.id };
  }

  toJSON() {
    return { calculatedEntitlement: this.calculatedEntitlement, usageData: this.usage };
  }
}

class EntitlementsMap {
  #entries = new Map();

  static getUniqueKey({ type, id }) {
    return type === EntitlementType.Credit ? `CREDIT:${id}` : id;
  }

  static fromInput(mapper, input) {
    if (input instanceof EntitlementsMap) return input;
    return input.reduce((map, one) => map.set(mapper.mapCachedEntitlement(one)), new EntitlementsMap());
  }

  // The member names must be the unique keys, or an entitlement is looked up in vain: the readers find it by its name.
  static fromJSON(json) {
    const map = new EntitlementsMap();
    for (const [name, { calculatedEntitlement, usageData }] of Object.entries(json)) {
      const entitlement = new CachedEntitlement(calculatedEntitlement, usageData);
      const key = EntitlementsMap.getUniqueKey(entitlement.getEntitlementQuery());
      if (key !== name) throw new Error(`The cached entitlement of ${key} is named ${name}.`);
      map.set(entitlement);
    }
    return map;
  }

  get(query) {
    return this.#entries.get(EntitlementsMap.getUniqueKey(query));
  }

  set(entitlement) {
    this.#entries.set(EntitlementsMap.getUniqueKey(entitlement.getEntitlementQuery()), entitlement);
    return this;
  }

  values() {
    return [...this.#entries.values()];
  }

  toJSON() {
    return Object.fromEntries(this.#entries);
  }
}

class EntitlementsFreshener {
  transform(entitlements) {
    return entitlements;
  }
}

class ExtractWithDependencies {
  constructor(query) {
    this.query = query;
  }

  transform(entitlements) {
    const wanted = entitlements.get(this.query);
    const currencyId = wanted?.calculatedEntitlement.creditRate?.currencyId;
    const credit = currencyId && entitlements.get({ type: EntitlementType.Credit, id: currencyId });
    return [wanted, credit].filter(Boolean).reduce((picked, one) => picked.set(one), new EntitlementsMap());
  }
}

// One call at a time for each key; who comes meanwhile gets the same answer.
const ReuseOngoingExecution = (keyOf) => (_prototype, _name, descriptor) => {
  const { value: execute } = descriptor;
  const ongoing = new Map();
  descriptor.value = function (...args) {
    const key = keyOf(...args);
    if (!ongoing.has(key)) ongoing.set(key, execute.apply(this, args).finally(() => ongoing.delete(key)));
    return ongoing.get(key);
  };
  return descriptor;
};

const responses = (member) => ({
  cacheHit: (found, accessDeniedReason, entitlementsUpdatedAt) => ({
    cacheMiss: false,
    globalCustomerMissing: false,
    [member]: found,
    accessDeniedReason,
    entitlementsUpdatedAt,
  }),
  cacheMiss: (globalCustomerMissing = false) => ({ cacheMiss: true, globalCustomerMissing }),
});

module.exports = {
  CachedEntitlement,
  DATE_IN_FAR_PAST: new Date(0),
  EntitlementType,
  EntitlementsFreshener,
  EntitlementsMap,
  ExtractWithDependencies,
  InMemoryCacheService: class {},
  ReuseOngoingExecution,
  entitlementResponseMapper: responses('entitlement'),
  entitlementsResponseMapper: responses('entitlements'),
  isFeatureEntitlement: ({ calculatedEntitlement }) => calculatedEntitlement.type === EntitlementType.Feature,
  isValidDate: (date) => date !== null && date !== undefined && !Number.isNaN(new Date(date).getTime()),
  mapAccessDeniedReason: (reason) => reason ?? null,
  mapDate: (date) => (date ? new Date(date) : undefined),
};
