-- Ends claims of this process. A claim that is lost is left as it is: a change that came meanwhile may have found no mark.
-- KEYS: the marker of the data; its copy; the marks.
-- ARGV: token; how long to remember that a customer was fetched, in seconds; a letter for each mark: 'd' (fetched), 'n' (the Edge API has none) or 'f' (free again).
-- Reply: a letter for each mark: 'e' (ended) or 'l' (lost).
local stored = redis.call('MGET', unpack(KEYS))
local data = string.match(stored[1] or stored[2] or '', '^%x+') or ''
local words = {d = 'done ' .. data, n = 'none ' .. data}
local ends = {}
for i = 3, #KEYS do
  local word = words[string.sub(ARGV[3], i - 2, i - 2)]
  ends[i - 2] = 'l'
  if stored[i] == ARGV[1] .. ' ' .. data then
    ends[i - 2] = 'e'
    if word then
      redis.call('SET', KEYS[i], word, 'EX', ARGV[2])
    else
      redis.call('DEL', KEYS[i])
    end
  end
end

return table.concat(ends)
