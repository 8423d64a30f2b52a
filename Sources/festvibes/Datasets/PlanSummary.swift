import Contracts
import Definitions

/// The plan of a definition, or one of its profiles, for `festvibes check`.
struct PlanSummary {
  /// The job type; nil for the plan itself.
  let job: String?
  let kind: String
  /// The items for a person: `4 items`, `today and 30 days`, `the current month and 2 before it`.
  let items: String
  /// The cron expression and its zone; nil without a schedule.
  let schedule: (cron: String, zone: String)?

  /// Returns those of the plan and of each profile. A plan whose variables have no values yet has none.
  static func all(of definition: Definition) -> [PlanSummary] {
    ([nil] + definition.jobTypes.map { $0 }).compactMap { job in
      guard let plan = try? definition.itemPlan(job: job) else { return nil }
      let schedule = definition.schedule(ofJob: job)
      return PlanSummary(
        job: job, kind: definition.plan.text("kind") ?? "", items: plan.summary,
        schedule: schedule?.text("cron").map { ($0, schedule?.text("timezone") ?? "UTC") })
    }
  }

  var line: String {
    let name = job.map { "job \($0)" } ?? "plan \(kind)"
    return "\(name): \(items)" + (schedule.map { ", scheduled \($0.cron) in \($0.zone)" } ?? "")
  }

  /// The same for programs.
  var fields: [String: Any] {
    [
      "job_type": RunObject.nullable(job), "kind": kind, "items": items, "cron": RunObject.nullable(schedule?.cron),
      "timezone": RunObject.nullable(schedule?.zone),
    ]
  }
}
