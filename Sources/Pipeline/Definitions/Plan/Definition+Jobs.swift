import Contracts
import YAML

/// The plan's profiles, each of which is a job type.
extension Definition {
  /// The names of the profiles, in the order of the file.
  public var jobTypes: [String] { plan.section("profiles")?.keys ?? [] }

  /// Returns the schedule of the dataset itself, or of a job type; nil if it has none.
  public func schedule(ofJob job: String?) -> Section? {
    guard let job else { return schedule }
    return plan.section("profiles")?.section(job)?.section("schedule")
  }

  /// The work items of the dataset's runs.
  /// - Parameter job: the job type; nil for the plan itself.
  /// - Throws: as `ItemPlan.init`; `InvalidInput` for an unknown job type, with those that are known.
  public func itemPlan(job: String? = nil) throws(PipelineError) -> ItemPlan {
    var plan = try ItemPlan(try section(ofJob: job))
    let own = plan.items?.first?.parameters ?? [:]
    plan.objectNames = objectNames.filter { own[$0] == nil }
    return plan
  }

  private func section(ofJob job: String?) throws(PipelineError) -> Section {
    guard let job else { return plan }
    if let profile = plan.section("profiles")?.section(job) { return plan.overridden(by: profile) }
    throw PipelineError(
      .invalidInput,
      "job_type is '\(job.prefix(40))': dataset \(dataset.id) has "
        + (jobTypes.isEmpty
          ? "none: leave it out, or declare it under plan.profiles" : jobTypes.joined(separator: ", ")))
  }

  /// Returns the job types that a definition declares, without checking anything else of it; nil if it cannot be read.
  /// - Parameter text: the file's bytes.
  public static func jobTypes(in text: [UInt8]) -> [String]? { YAMLNode.read(text).node?.names("plan", "profiles") }
}

extension Section {
  /// Returns the section of a plan with the keys that a profile has in place of its own. Of `values` those that it has.
  func overridden(by profile: Section) -> Section {
    var values = values.filter { $0.key != "profiles" && (profile[$0.key] == nil || $0.key == "values") }
    for (key, value) in profile.values where key != "schedule" {
      guard key == "values", let own = profile.section(key),
        let index = values.firstIndex(where: { $0.key == key }), let general = section(key)
      else {
        values.append((key, value))
        continue
      }
      values[index].value = .section(general.replacing(own))
    }
    return Section(values: values, place: profile.place)
  }

  /// Returns the section with the values of another one in place of its own, and with those that it does not have.
  private func replacing(_ other: Section) -> Section {
    Section(
      values: values.map { ($0.key, other[$0.key] ?? $0.value) } + other.values.filter { self[$0.key] == nil },
      place: other.place)
  }
}

extension YAMLNode {
  /// The names of a mapping where names lead; none if there is no mapping.
  fileprivate func names(_ path: String...) -> [String] {
    guard case .mapping(let members)? = value(path)?.content else { return [] }
    return members.map(\.name)
  }
}
