-- Prolongs claims of this process. One that is lost stays lost: another process may fetch the customer by now.
-- KEYS: the marker of the data; its copy; the marks.
-- ARGV: token; life of a claim in ms.
-- Reply: how many are still ours.
local stored = redis.call('MGET', unpack(KEYS))
local ours = ARGV[1] .. ' ' .. (string.match(stored[1] or stored[2] or '', '^%x+') or '')
local count = 0
for i = 3, #KEYS do
  if stored[i] == ours then
    redis.call('SET', KEYS[i], ours, 'PX', ARGV[2])
    count = count + 1
  end
end

return count
