import Contracts

extension SectionForm {
  /// The work items of a run.
  static let plan = SectionForm(
    [
      KeyForm(
        "kind", .choice(["single", "dates", "product", "months"]), isRequired: true,
        "single: one item; dates: one for each day; product: one for each combination of `values`; months: one for each "
          + "month.")
    ] + planKeys + [
      KeyForm(
        "profiles", .map(of: .section(profile)),
        "Job types: other items, and a schedule of their own. A profile overrides the keys that it has.")
    ], rules: PlanRules.problems)

  private static let profile = SectionForm(
    [KeyForm("schedule", .section(.schedule), "When the job runs, beside the dataset's own schedule.")] + planKeys)

  /// The keys that the plan and its profiles have.
  private static let planKeys = [
    KeyForm(
      "values", .map(of: .list(of: .text())),
      "For product: the values of each parameter. A profile replaces those that it has."),
    KeyForm(
      "max_records", .integer(1...1_000_000),
      "The records of a run of all items, divided over them; the remainder goes to the first. Not for dates and months."
    ),
    KeyForm(
      "days_ahead", .integer(0...Limits.maximumItems - 1), standard: "\(PlanRequest.defaultDaysAhead)",
      "For dates: the days after today of a run that names no range."),
    KeyForm(
      "months_back", .integer(0...Limits.maximumItems - 1), standard: "0",
      "For months: the months before the current one of a run that names no range."),
    KeyForm(
      "months_ahead", .integer(0...Limits.maximumItems - 1), standard: "0",
      "For months: the months after the current one of a run that names no range."),
  ]
}

/// The rules on several keys of a plan. All problems are found at once.
enum PlanRules {
  /// The kind that each key is for.
  private static let kinds = [
    ("values", "product"), ("days_ahead", "dates"), ("months_back", "months"), ("months_ahead", "months"),
  ]

  @Sendable static func problems(of plan: Section) -> [(key: String, problem: String)] {
    let kind = plan.text("kind") ?? ""
    var problems = misplaced(in: plan, kind)
    if kind == "product", plan["values"] == nil {
      problems.append(("values", "it is missing: kind product needs the values of each parameter"))
    } else if problems.isEmpty, case .failure(let problem) = ItemPlan.read(plan) {
      problems.append((problem.key, problem.text))
    }
    let isRight = problems.isEmpty
    for case (let name, .section(let profile)) in plan.section("profiles")?.values ?? [] {
      let place = "profiles.\(name)"
      if !isName(name) {
        problems.append((place, "a job type's name has 1 to 32 letters, digits, '_' or '-'"))
      }
      let own = misplaced(in: profile, kind)
      problems += own.map { ("\(place).\($0.key)", $0.problem) }
      guard isRight, own.isEmpty, case .failure(let problem) = ItemPlan.read(plan.overridden(by: profile)) else {
        continue
      }
      problems.append(("\(place).\(problem.key)", problem.text))
    }
    return problems
  }

  private static func misplaced(in section: Section, _ kind: String) -> [(key: String, problem: String)] {
    kinds.filter { section[$0.0] != nil && $0.1 != kind }.map { key, kind in
      (key, key == "values" ? "only kind product has values" : "only kind \(kind) has it: delete it")
    }
  }

  /// A job type is part of executions' names.
  private static func isName(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.isInKeyAlphabet && $0 != "." }
  }
}
