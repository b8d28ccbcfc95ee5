local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local waits, refused = {}, false
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  -- What lies ahead was counted by a clock that was wrong.
  local last = redis.call('LINDEX', key, -1)
  while last and tonumber(last) > now do
    redis.call('RPOP', key)
    last = redis.call('LINDEX', key, -1)
  end
  local first = redis.call('LINDEX', key, 0)
  while first and tonumber(first) <= now - window do
    redis.call('LPOP', key)
    first = redis.call('LINDEX', key, 0)
  end
  local count = redis.call('LLEN', key)
  waits[i] = 0
  if count >= limit then
    -- With a limit that was higher once, more than one has to go first.
    local goes = redis.call('LINDEX', key, count - limit) or now
    waits[i] = tonumber(goes) + window - now
    refused = true
  end
end

local told = {}
for i, key in ipairs(KEYS) do
  local window = tonumber(ARGV[2 * i + 1])
  if not refused then
    redis.call('RPUSH', key, string.format('%.0f', now))
    redis.call('PEXPIRE', key, window)
  end
  local first = redis.call('LINDEX', key, 0)
  told[#told + 1] = redis.call('LLEN', key)
  told[#told + 1] = first and tonumber(first) + window - now or 0
  told[#told + 1] = waits[i]
end
return told
