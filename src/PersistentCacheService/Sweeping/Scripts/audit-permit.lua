-- Permits some second looks of an audit, if the permitted ones before have had their time. They need no lease: they live longer than the way through the cache.
-- KEYS: the pace.
-- ARGV: time of the calls in ms.
-- Reply: 1; 0: not yet.
return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') and 1 or 0
