-- Prints what a load has shown as one line of JSON; every script of this folder begins with it.

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.6f,"p99":%.6f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end

-- Returns an endless walk over the words of a list, such as "a,b,c".
function rotation(list)
  local words, at = {}, 0
  for word in list:gmatch("[^,]+") do words[#words + 1] = word end
  return function()
    at = at % #words + 1
    return words[at]
  end
end

json = { ["Content-Type"] = "application/json" }
