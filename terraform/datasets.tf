# What the definitions say of runs: when they start (`schedule`, also of a profile under `plan`), what else starts them
# (`trigger`), and how many items they have (`plan`). Only these sections are decoded; locals.tf says why.
# No definition can break the plan of a deployment that does not run it, so each expression on all of them has a try; variables.tf
# refuses to run a dataset of local.undecodable.
locals {
  run_sections = {
    for id, definition in local.definitions : id => [
      for section in definition : { name = section[0], text = "${section[0]}:${section[1]}" }
      if contains(["data_type", "plan", "schedule", "trigger"], section[0])
    ]
  }
  decoded = {
    for id, sections in local.run_sections : id => merge([for section in sections : yamldecode(section.text) if can(yamldecode(section.text))]...)
  }
  undecodable = {
    for id, sections in local.run_sections : id => [for section in sections : section.name if !can(yamldecode(section.text))]
    if anytrue([for section in sections : !can(yamldecode(section.text))])
  }

  # A schedule's key is DATASET, or DATASET/JOB for a profile, whose name is the job type.
  written_schedules = merge(
    { for id, each in local.decoded : id => each.schedule if try(tostring(each.schedule.cron), null) != null },
    merge([
      for id, each in local.decoded :
      try({ for job, profile in each.plan.profiles : "${id}/${job}" => profile.schedule if try(tostring(profile.schedule.cron), null) != null }, {})
    ]...),
  )
  # A profile has the keys of its plan that it does not replace.
  written_plans = merge(
    { for id, each in local.decoded : id => try(merge(each.plan, {}), {}) },
    merge([
      for id, each in local.decoded :
      try({ for job, profile in each.plan.profiles : "${id}/${job}" => merge(each.plan, profile, {
        values = try(merge(try(each.plan.values, {}), try(profile.values, {})), {})
      }) if can(keys(profile)) }, {})
    ]...),
  )
  # `trigger` is a map, or a list of maps. A trigger's key is DATASET/NUMBER.
  written_triggers = merge([
    for id, each in local.decoded : {
      for index, trigger in try([for entry in each.trigger : entry if entry.kind != null], [each.trigger], []) :
      "${id}/${index + 1}" => merge(trigger, { dataset = id }) if can(trigger.kind)
    }
  ]...)

  # The texts of these, with their variables replaced: $${NAME}, and $${NAME:-default}; $$${ stands for $${.
  written_texts = {
    schedule = { for key, each in local.written_schedules : key => { cron = tostring(each.cron), timezone = try(coalesce(tostring(each.timezone)), "UTC") } }
    plan = { for key, each in local.written_plans : key => {
      for name in ["kind", "days_ahead", "months_back", "months_ahead"] : name => try(coalesce(tostring(each[name])), "")
    } }
    trigger = { for key, each in local.written_triggers : key => {
      for name in ["dataset", "kind", "bucket", "prefix", "source", "detail_type"] : name => try(coalesce(tostring(each[name])), "")
    } }
  }
  texts = {
    for section, entries in local.written_texts : section => {
      for key, each in entries : key => {
        for name, text in each : name => join("", [
          for piece in regexall("(\\$\\$\\{)|\\$\\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\\}|([^$]+|\\$)", text) :
          # join: checkov cannot read these two characters as one text.
          piece[0] != null ? join("{", ["$", ""]) : piece[3] != null ? piece[3] : try(coalesce(lookup(var.dataset_variables, piece[1], ""), piece[2]), "")
        ])
      }
    }
  }

  # The items of a run.
  items = {
    for key, plan in local.texts.plan : key => (
      plan.kind == "dates" ? try(tonumber(plan.days_ahead), 30) + 1 :
      plan.kind == "months" ? try(tonumber(plan.months_back), 0) + try(tonumber(plan.months_ahead), 0) + 1 :
      plan.kind == "product" ? try(length(setproduct(concat([[""]], [for values in local.written_plans[key].values : try(tolist(values), [values])])...)), 1) :
      1
    )
  }
}

# The cron expressions of EventBridge Scheduler: minutes, hours, days of the month, months, days of the week, years.
locals {
  crons = { for key, each in local.texts.schedule : key => split(" ", upper(replace(trimspace(replace(each.cron, "/^cron\\(|\\)$/", "")), "/\\s+/", " "))) }
  cron_names = {
    SUN = "1", MON = "2", TUE = "3", WED = "4", THU = "5", FRI = "6", SAT = "7"
    JAN = "1", FEB = "2", MAR = "3", APR = "4", MAY = "5", JUN = "6", JUL = "7", AUG = "8", SEP = "9", OCT = "10", NOV = "11", DEC = "12"
  }

  # A number, a range, or all, each with or without a step.
  cron_part = "^(?:([0-9]+|[A-Z]{3})(?:-([0-9]+|[A-Z]{3}))?|[*?])(?:/([0-9]+))?$"

  # The numbers of each field but the year, in order. -1 stands for what is not known: L, W and #, which depend on the month.
  cron_numbers = {
    for key, fields in local.crons : key => [
      for field, bounds in [[0, 59], [0, 23], [1, 31], [1, 12], [1, 7]] : [
        for number in range(-1, 60) : number
        if contains(flatten([for part in split(",", try(fields[field], "-")) : length(regexall(local.cron_part, part)) == 0 ? [[-1]] : [
          for found in regexall(local.cron_part, part) : try(range(
            tonumber(lookup(local.cron_names, coalesce(found[0], "?"), coalesce(found[0], bounds[0]))),
            # To the end of a range; with a step, and of all, to the greatest number; else only the number itself.
            1 + tonumber(lookup(local.cron_names, coalesce(found[1], found[2] == null ? found[0] : null, "?"), coalesce(found[1], found[2] == null ? found[0] : null, bounds[1]))),
            tonumber(coalesce(found[2], 1)),
          ), [-1])
        ]]), number)
      ]
    ]
  }
  every_day = { for key, numbers in local.cron_numbers : key => length(numbers[2]) == 31 && length(numbers[3]) == 12 && contains(["*", "?"], try(local.crons[key][5], "*")) }

  # The hours of the longest time from one start to the next; null: not known, because not every week has the same days.
  periods = {
    for key, numbers in local.cron_numbers : key => !local.every_day[key] || contains(concat(numbers[1], numbers[4]), -1) ? null : try(max(concat(
      [24 * max([for index, day in numbers[4] : (index + 1 < length(numbers[4]) ? numbers[4][index + 1] : numbers[4][0] + 7) - day]...) - max(numbers[1]...) + min(numbers[1]...)],
      [for index in range(1, length(numbers[1])) : numbers[1][index] - numbers[1][index - 1]],
    )...), null)
  }
  # The starts of an average month, for the costs.
  starts_a_month = {
    for key, numbers in local.cron_numbers : key => length(numbers[0]) * length(numbers[1]) * length(numbers[3]) / 12 * (
      length(numbers[2]) < 31 ? length(numbers[2]) : 30.4 * length(numbers[4]) / 7
    )
  }
}
