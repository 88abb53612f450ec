// Stands in for @stigg/cache-core 1.28, which is not published. Written from the calls that @stigg/cache-redis-store 1.29 makes; none of it is Stigg's code.
// What the store does not show is decided as docs/contract.md has it:
//   - an entitlement's unique key, which is its member name in the cached map: a feature's bare id, a credit's id after "CREDIT:";
//   - which entitlements need a usage key: metered numbers and credits;
//   - freshening and dependencies between entitlements: none, both need only what is read anyway.
'use strict';

const EntitlementType = Object.freeze({ Feature: 'FEATURE', Credit: 'CREDIT' });

class CachedEntitlement {
  constructor(calculatedEntitlement, usage) {
    Object.assign(this, { calculatedEntitlement, usage });
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

class Unchanged {
  transform(entitlements) {
    return entitlements;
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
  EntitlementsFreshener: Unchanged,
  EntitlementsMap,
  ExtractWithDependencies: Unchanged,
  ReuseOngoingExecution,
  entitlementResponseMapper: responses('entitlement'),
  entitlementsResponseMapper: responses('entitlements'),
};
