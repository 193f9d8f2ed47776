-- Searches an experiment, filtered and ordered by a metric, first 100: EXPERIMENT
dofile("report.lua")

local number = 0

function init(arguments)
  experiment = arguments[1]
end

function request()
  number = number + 1
  return wrk.format("POST", "/api/2.0/mlflow/runs/search", json, string.format(
    '{"experiment_ids":["%s"],"filter":"metrics.acc > 0.%03d","order_by":["metrics.loss ASC"],"max_results":100}',
    experiment, number % 500
  ))
end
