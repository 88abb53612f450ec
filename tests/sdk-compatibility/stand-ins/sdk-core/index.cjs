// Stands in for @stigg/sdk-core 2, which is not published. Written from the calls that @stigg/node-server-sdk 4 makes when it reads the cache; none of it is
// Stigg's code. Decisions about features are those of the real SDK 3.95, called at run time; those about credits are a guess: access while less is used than
// was granted. What writes the cache after a miss is left out: the tests that use this allow no miss.
'use strict';
const { EntitlementDecisionService } = require('@stigg/node-server-sdk/dist/services/entitlementDecisionService');
const { ModelMapper } = require('@stigg/node-server-sdk/dist/utils/ModelMapper');
const { isMetered, isNumeric, isBoolean, isEnum } = require('@stigg/node-server-sdk/dist/utils/featureTypes');
const { AccessDeniedReason } = require('@stigg/api-client-js/src/generated/sdk');
const { EntitlementType } = require('@stigg/cache-core');

const fallback = (type, more) => ({ type, hasAccess: false, isFallback: true, ...more });
const BOOLEAN_DEFAULT_FALLBACK_ENTITLEMENT = fallback('BOOLEAN');
const NUMERIC_DEFAULT_FALLBACK_ENTITLEMENT = fallback('NUMERIC', { isUnlimited: false });
const METERED_DEFAULT_FALLBACK_ENTITLEMENT = fallback('METERED', { isUnlimited: false, currentUsage: 0, requestedUsage: 0 });
const ENUM_DEFAULT_FALLBACK_ENTITLEMENT = fallback('ENUM', { enumValues: [] });
const CREDIT_DEFAULT_FALLBACK_ENTITLEMENT = { hasAccess: false, isFallback: true, usageLimit: 0, currentUsage: 0 };
const buildCreditFallbackEntitlement = ({ currencyId, fallback: given, accessDeniedReason }) => ({ ...CREDIT_DEFAULT_FALLBACK_ENTITLEMENT, currency: { currencyId }, accessDeniedReason, ...given });
const getFeatureFallbackFromOptions = (options) =>
  options && 'requestedUsage' in options ? METERED_DEFAULT_FALLBACK_ENTITLEMENT : options && 'requestedValues' in options ? ENUM_DEFAULT_FALLBACK_ENTITLEMENT : BOOLEAN_DEFAULT_FALLBACK_ENTITLEMENT;

// A v3 entry as 3.95.0's decisions want it.
const asV2 = (entitlement) => {
  const { calculatedEntitlement, usageData } = entitlement;
  const { usagePeriodAnchor, resetPeriod, resetPeriodConfiguration } = calculatedEntitlement;
  return { calculatedEntitlement, featureUsage: { ...usageData, usagePeriodAnchor, resetPeriod, resetPeriodConfiguration } };
};

class EntitlementEvaluator {
  constructor(modelMapper) {
    this.modelMapper = modelMapper;
  }

  #feature(entitlement, stateReason, matches, fallbackEntitlement, map, usage, values) {
    if (!entitlement) {
      return { ...fallbackEntitlement, hasAccess: false, isFallback: false, accessDeniedReason: stateReason ?? AccessDeniedReason.NoFeatureEntitlementInSubscription };
    }
    if (!matches(entitlement.calculatedEntitlement.feature)) {
      return { ...fallbackEntitlement, accessDeniedReason: AccessDeniedReason.FeatureTypeMismatch };
    }
    const v2 = asV2(entitlement);
    return map(v2, EntitlementDecisionService.decideEntitlementPolicy(true, v2, usage, values));
  }

  evaluateBooleanEntitlement(entitlement, reason, given) {
    return this.#feature(entitlement, reason, isBoolean, given, (e, d) => this.modelMapper.mapBooleanEntitlement(e, d));
  }

  evaluateNumericEntitlement(entitlement, reason, given) {
    return this.#feature(entitlement, reason, isNumeric, given, (e, d) => this.modelMapper.mapNumericEntitlement(e, d));
  }

  evaluateMeteredEntitlement(entitlement, reason, given, requested) {
    return this.#feature(entitlement, reason, isMetered, given, (e, d) => this.modelMapper.mapMeteredEntitlement(e, d, requested), requested);
  }

  evaluateEnumEntitlement(entitlement, reason, given, values) {
    return this.#feature(entitlement, reason, isEnum, given, (e, d) => this.modelMapper.mapEnumEntitlement(e, d, values), 0, values);
  }

  evaluateCreditEntitlement(entitlement, reason, currencyId) {
    if (!entitlement) {
      return { hasAccess: false, isFallback: false, currency: { currencyId }, usageLimit: 0, currentUsage: 0, accessDeniedReason: reason ?? 'EntitlementNotFound' };
    }
    const { currency, usageLimit, hasSoftLimit, accessDeniedReason } = entitlement.calculatedEntitlement;
    const { currentUsage, usagePeriodEnd } = entitlement.usageData;
    const hasAccess = !accessDeniedReason && (hasSoftLimit || currentUsage < (usageLimit ?? 0));
    return { hasAccess, isFallback: false, accessDeniedReason, currency, usageLimit, currentUsage, hasSoftLimit, usagePeriodEnd: usagePeriodEnd ? new Date(usagePeriodEnd) : undefined };
  }

  evaluateEntitlement(reference, entitlement, reason, options, given) {
    if (reference.type === EntitlementType.Credit) return this.evaluateCreditEntitlement(entitlement, reason, reference.id);
    if (!entitlement) return { ...given, isFallback: true, accessDeniedReason: reason ?? AccessDeniedReason.NoFeatureEntitlementInSubscription };
    const { feature } = entitlement.calculatedEntitlement;
    if (isBoolean(feature)) return this.evaluateBooleanEntitlement(entitlement, reason, given);
    if (isEnum(feature)) return this.evaluateEnumEntitlement(entitlement, reason, given, options?.requestedValues);
    return isMetered(feature) ? this.evaluateMeteredEntitlement(entitlement, reason, given, options?.requestedUsage) : this.evaluateNumericEntitlement(entitlement, reason, given);
  }
}

module.exports = {
  ApiCacheMapper: class {},
  BOOLEAN_DEFAULT_FALLBACK_ENTITLEMENT,
  CREDIT_DEFAULT_FALLBACK_ENTITLEMENT,
  CustomerModel: class {},
  ENUM_DEFAULT_FALLBACK_ENTITLEMENT,
  EntitlementEvaluator,
  METERED_DEFAULT_FALLBACK_ENTITLEMENT,
  ModelMapper,
  NUMERIC_DEFAULT_FALLBACK_ENTITLEMENT,
  UnitTransformation: {},
  buildCreditFallbackEntitlement,
  getEntitlementV2FallbackFromOptions: ({ type, id }, options) =>
    type === EntitlementType.Credit ? buildCreditFallbackEntitlement({ currencyId: id }) : getFeatureFallbackFromOptions(options),
  getFeatureFallbackFromOptions,
  isFeatureLikeEntitlementResult: (entitlement) => 'type' in entitlement,
  mapGetEntitlementsFallback: () => [],
};
