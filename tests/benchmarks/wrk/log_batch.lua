-- Logs batches, to one run after the other: RUN,... KEY KEYS STEPS; the series go on from batch to batch.
dofile("report.lua")

local next_run, pieces, steps, begun

function init(arguments)
  next_run, pieces, begun = rotation(arguments[1]), {}, 0
  steps = tonumber(arguments[4])
  for number = 0, arguments[3] - 1 do
    pieces[#pieces + 1] = string.format(',{"key":"%s%d","value":0.%d5,"timestamp":1700000000000,"step":',
      arguments[2], number, number)
  end
end

function request()
  local body = {}
  for step = begun, begun + steps - 1 do
    for number = 1, #pieces do
      body[#body + 1] = pieces[number]
      body[#body + 1] = step
      body[#body + 1] = "}"
    end
  end
  begun = begun + steps
  body[1] = body[1]:sub(2)
  return wrk.format("POST", "/api/2.0/mlflow/runs/log-batch", json,
    string.format('{"run_id":"%s","metrics":[', next_run()) .. table.concat(body) .. "]}")
end
