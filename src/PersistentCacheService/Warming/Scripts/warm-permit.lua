-- Permits some Edge API calls of warm-ups, if the permitted ones before have had their time: the key of the pace lives as long as its calls take at the
-- allowed rate, by the clock of Redis. It also tells all workers that a warm-up is under way.
-- KEYS: the pace; the key that stands while a warm-up is under way.
-- ARGV: time of the calls in ms; how long a warm-up counts as under way after its last permit, in seconds.
-- Reply: 1; 0: not yet.
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') and 1 or 0
