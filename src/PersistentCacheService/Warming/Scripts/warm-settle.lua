-- Ends claims of this process: the customers were fetched, or were not and are free again.
-- KEYS: the marks.
-- ARGV: token; how long to remember that they were fetched, in seconds; 0: they were not.
-- Reply: 1.
local stored = redis.call('MGET', unpack(KEYS))
for i, key in ipairs(KEYS) do
  local isOurs = stored[i] == ARGV[1]
  if ARGV[2] == '0' and isOurs then
    redis.call('DEL', key)
  elseif ARGV[2] ~= '0' and (isOurs or not stored[i]) then
    redis.call('SET', key, 'done', 'EX', ARGV[2])
  end
end

return 1
