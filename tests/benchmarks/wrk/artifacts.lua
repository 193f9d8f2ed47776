-- Sends or fetches artifacts of 1 KiB: PUT|GET FOLDER COUNT; after COUNT of them from the beginning.
dofile("report.lua")

local method, folder, count, content
local number = -1

function init(arguments)
  method, folder, count = arguments[1], arguments[2], tonumber(arguments[3])
  content = method == "PUT" and string.rep("0123456789abcdef", 64) or nil
end

function request()
  number = (number + 1) % count
  return wrk.format(method, string.format("/api/2.0/mlflow-artifacts/artifacts/%s/%d.bin", folder, number), nil, content)
end
