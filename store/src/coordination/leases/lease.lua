local what, token, epoch = ARGV[1], ARGV[2], ARGV[3]
local ttl, longest, gated = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- From when on leases are granted. It lapses when no one works under a lease, or
-- when the clock jumped ahead: then leases lapsed that are still counted on.
local opens = tonumber(redis.call('GET', epoch))
-- What lies further ahead than it can was written before the clock was set back.
if not opens or opens > now + longest then
  opens = now + longest
  redis.call('SET', epoch, string.format('%.0f', opens), 'PX', longest)
else
  redis.call('PEXPIRE', epoch, longest)
end

local held = redis.call('GET', KEYS[1])
if what == 'renew' then
  return held == token and redis.call('PEXPIRE', KEYS[1], ttl) or 0
elseif what == 'release' then
  return held == token and redis.call('DEL', KEYS[1]) or 0
elseif what == 'restore' then
  if held and held ~= token then
    return 0
  end
elseif held then
  -- Of a clock that was set back: whoever died would keep others out for as
  -- long. (Older servers know no LT: there it does.)
  redis.pcall('PEXPIRE', KEYS[1], longest, 'LT')
  return what == 'look' and 1 or 0
elseif what == 'look' then
  -- Someone may have had it that was forgotten.
  return now < opens and 1 or 0
elseif gated and now < opens then
  return 0
end
redis.call('SET', KEYS[1], token, 'PX', ttl)
return 1
