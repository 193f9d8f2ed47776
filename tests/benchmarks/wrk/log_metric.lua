-- Logs single points, to one run after the other: RUN,... KEY
dofile("report.lua")

local next_run, key, step

function init(arguments)
  next_run, key, step = rotation(arguments[1]), arguments[2], 0
end

function request()
  step = step + 1
  return wrk.format("POST", "/api/2.0/mlflow/runs/log-metric", json, string.format(
    '{"run_id":"%s","key":"%s","value":%d.5,"timestamp":%d,"step":%d}',
    next_run(), key, step % 1000, 1700000000000 + step, step
  ))
end
