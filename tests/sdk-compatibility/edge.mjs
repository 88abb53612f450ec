// Stigg's Edge API as far as a refetch after a cache miss needs it: it answers what a test stored, and counts. The API key tells one environment from another.
import { createServer } from 'node:http';

const stored = new Map();
const calls = new Map();
const keyOf = (prefix, customerId, resourceId) => [prefix, customerId, resourceId ?? ''].join('\n');

/** What a customer, or a resource of one, is entitled to from now on. */
export const store = ({ prefix, customerId, resourceId, entitlements }) => stored.set(keyOf(prefix, customerId, resourceId), entitlements);

/** Calls so far about a customer and its resources. */
export const callsFor = (prefix, customerId) => calls.get(keyOf(prefix, customerId)) ?? 0;

/** One call. */
export const fetchEntitlements = (prefix, customerId, resourceId) => {
  calls.set(keyOf(prefix, customerId), callsFor(prefix, customerId) + 1);
  return stored.get(keyOf(prefix, customerId, resourceId)) ?? [];
};

/** Serves it on loopback for a reader that makes its calls itself; gives the base URL. */
export const serve = async () => {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://edge');
    const [, customerId, state] = /^\/v1\/c\/([^/]+)\/entitlements(-state)?\.json$/.exec(url.pathname) ?? [];
    response.setHeader('content-type', 'application/json');
    response.statusCode = customerId ? 200 : 404;
    const entitlements = customerId && fetchEntitlements(request.headers['x-api-key'], customerId, url.searchParams.get('resourceId'));
    response.end(JSON.stringify({ data: state ? { entitlementsState: { entitlementsV2: entitlements, accessDeniedReason: null } } : { entitlements } }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
};
