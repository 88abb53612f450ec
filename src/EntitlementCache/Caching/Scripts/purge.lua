-- Deletes the entitlements and metadata of customers that are not locked; usage keys stay.
-- KEYS: for each customer the write lock, entitlements, their timestamp, metadata, its timestamp.
-- Reply: the positions (from 1) of the customers that are locked and were left alone. Every check comes before the first write.
local KEYS_PER_CUSTOMER = 5

local locked = {}
local free = {}
for first = 1, #KEYS, KEYS_PER_CUSTOMER do
  if redis.call('EXISTS', KEYS[first]) == 1 then
    locked[#locked + 1] = (first - 1) / KEYS_PER_CUSTOMER + 1
  else
    free[#free + 1] = first
  end
end

for _, first in ipairs(free) do
  redis.call('DEL', KEYS[first + 1], KEYS[first + 2], KEYS[first + 3], KEYS[first + 4])
end

return locked
