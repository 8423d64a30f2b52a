# What the runs of each schedule cost in a month, by list prices in US dollars, for README.md's table; and how many
# connections they may open. Assumptions on the high side: README.md, "What it costs".
locals {
  # By the plugin that reads an item: seconds, MB of its document and archive, requests to S3.
  cost_of_item = {
    wwoz_livewire = { seconds = 60, megabytes = 3, puts = 176, gets = 318 }
    other         = { seconds = 10, megabytes = 0.5, puts = 6, gets = 4 }
  }
  prices = { gigabyte_second = 0.0000133334, transition = 0.000025, gigabyte_month = 0.023, put = 0.000005, get = 0.0000004, alarm = 0.1 }
  plugins = {
    for id, definition in local.definitions :
    id => try(coalesce(flatten([for section in definition : regexall("plugin[\"']?\\s*:\\s*[\"']?([a-z_]+)", section[1])[0] if section[0] == "extract"])...), "")
  }

  run_costs = {
    for key in keys(local.texts.schedule) : key => {
      for each in [lookup(local.cost_of_item, local.plugins[split("/", key)[0]], local.cost_of_item.other)] : "of" => {
        runs  = local.starts_a_month[key]
        items = local.items[key]
        # 5 % of the calls are repeated. The functions have a quarter of a gigabyte.
        transitions      = 1.05 * local.starts_a_month[key] * (16 + 8 * local.items[key])
        gigabyte_seconds = 1.05 * local.starts_a_month[key] * local.items[key] * 0.25 * (each.seconds + 2 + (contains([for section in local.definitions[split("/", key)[0]] : section[0]], "publish") ? 1 : 0))
        gigabytes        = local.starts_a_month[key] * local.items[key] * each.megabytes / 1000 * (lookup(var.retention_days, "raw/", 400) + var.noncurrent_days) / 30.4
        puts             = local.starts_a_month[key] * local.items[key] * each.puts
        gets             = local.starts_a_month[key] * local.items[key] * each.gets
        alarms           = try(local.schedules[key].alarm_after_hours, null) == 0 ? 0 : 1
      }
    }.of
  }

  costs = {
    for key, each in local.run_costs : key => {
      runs        = each.runs
      items       = each.items
      transitions = each.transitions
      dollars = sum([
        each.transitions * local.prices.transition, each.gigabyte_seconds * local.prices.gigabyte_second,
        each.gigabytes * local.prices.gigabyte_month, each.puts * local.prices.put, each.gets * local.prices.get,
        each.alarms * local.prices.alarm,
      ])
    }
  }

  cost_lines = [
    for key, each in local.costs : "| `${key}` | ${format("%.1f", each.runs)} | ${each.items} | ${format("%.0f", each.transitions)} | ${format("%.2f", each.dollars)} |"
  ]

  # Each execution of a function has one connection, which it keeps as long as Lambda keeps the execution. A run has as many
  # at once as the local stack (`sandboxes`): five items, one enrichment, one report. Those of different datasets may run at
  # the same minute. The API has its requests besides: without a reservation what came at once, and what comes until the first
  # one times out, of /health as many as of all others.
  executions = {
    for name, function in local.functions :
    name => function.sandboxes * length(var.datasets) + (try(function.serves, false) ? (2 + 2 * function.timeout) * ceil(var.api_requests_per_second) : 0)
  }
  connections = {
    for name, most in local.executions :
    name => min(most, lookup(merge(var.reserved_concurrency, { for served in keys(local.api) : served => coalesce(var.api_concurrency, most) }), name, most))
    if length(setintersection(local.secrets[name], ["API_DATABASE_URL", "PG_DATABASE_URL"])) > 0
  }
}
