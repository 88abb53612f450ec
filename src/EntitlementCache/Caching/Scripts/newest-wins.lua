-- What the scripts that write have in common; it stands in front of both. Of two values the one with the newer timestamp stays.
local LOCKED, ABSENT = -1, -2
local MAX_DATE = 8.64e15 -- of a JavaScript Date; below 2^53, so a Lua number holds every date exactly

-- The time of a stored timestamp; nil for what is no date: a damaged timestamp must not shut its key for good.
local function dateOf(text)
  local time = text and #text <= 32 and string.find(text, '^%-?%d+%.?%d*$') and tonumber(text)
  return time and time <= MAX_DATE and time >= -MAX_DATE and time or nil
end

local function isNotOlder(own, stored)
  return own == 0 or stored <= own
end

-- Writes the items of `writable`, each a value and its timestamp. `other` keys stand before those of the values. Returns how many.
local function write(other, count, writable)
  local expires = tonumber(ARGV[2]) >= 0
  local written = 0
  for i = 1, count do
    if writable[i] then
      written = written + 1
      local key, timestampKey, timestamp, value = KEYS[other + i], KEYS[other + count + i], ARGV[2 + i], ARGV[2 + count + i]
      if expires then
        redis.call('SET', key, value, 'EX', ARGV[2])
        redis.call('SET', timestampKey, timestamp, 'EX', ARGV[2])
      else
        redis.call('SET', key, value)
        redis.call('SET', timestampKey, timestamp)
      end
    end
  end

  return written
end
