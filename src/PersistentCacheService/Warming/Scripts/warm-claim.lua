-- Claims customers for a warm-up: who holds the claim fetches them, the others leave them alone.
-- KEYS: n marks; the n timestamp keys of the customers' entitlements.
-- ARGV: token; life of a claim in seconds; '1' to leave cached customers alone; '1' to leave those alone that were fetched lately.
-- Reply: a letter for each customer: 't' (take it), 'h' (held by another process), 'd' (fetched lately) or 'c' (cached).
local count = #KEYS / 2
local stored = redis.call('MGET', unpack(KEYS))
local verdicts = {}
for i = 1, count do
  local mark = stored[i]
  if mark == 'done' and ARGV[4] == '1' then
    verdicts[i] = 'd'
  elseif mark and mark ~= 'done' and mark ~= ARGV[1] then
    verdicts[i] = 'h'
  elseif stored[count + i] and ARGV[3] == '1' then
    verdicts[i] = 'c'
  else
    redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[2])
    verdicts[i] = 't'
  end
end

return table.concat(verdicts)
