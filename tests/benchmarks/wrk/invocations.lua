-- Asks a model for one row, another each time: COLUMN,... of numbers
dofile("report.lua")

local head
local number = 0

function init(arguments)
  local columns = {}
  for name in arguments[1]:gmatch("[^,]+") do columns[#columns + 1] = string.format('"%s"', name) end
  head = string.format('{"dataframe_split":{"columns":[%s],"data":[[', table.concat(columns, ","))
  width = #columns
end

function request()
  local row = {}
  number = number + 1
  for column = 1, width do row[column] = string.format("%d.%d5", column, (number * column) % 97) end
  return wrk.format("POST", "/invocations", json, head .. table.concat(row, ",") .. "]]}}")
end
