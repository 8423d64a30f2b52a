import Contracts
import Datasets
import Definitions
import Foundation

extension Doctor {
  /// Checks the definition, the variables and the schedules of each dataset, reading files and the environment only.
  func datasets() -> [Finding] {
    let catalog = settings.datasetsWithoutSecrets
    do {
      return try catalog.ids().map { dataset($0, in: catalog) }
    } catch {
      return [Finding(name: "datasets", outcome: .wrong(next: NextStep("datasets")), detail: error.message)]
    }
  }

  private func dataset(_ id: String, in catalog: DatasetCatalog) -> Finding {
    let name = "dataset \(id)"
    let next = NextStep("check \(NextStep.quoted(id))")
    var missing: [String] = []
    let finding = finding(name, next: next) {
      let read = try catalog.check(id, allowsMissingVariables: true)
      let check = DefinitionCheck(catalog.folder.file(of: id), read, environment: settings.environment)
      let problems = check.problems.filter { !$0.isWarning }.map(\.description) + check.others
      if let first = problems.first {
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        throw Fault(message: first + more, next: next)
      }
      missing = check.variables.filter { $0.state == .missing }.map(\.name)
      guard let definition = read.definition else { throw Fault(message: "it cannot be read", next: next) }
      return try Self.described(definition.schedules())
    }
    guard !finding.isWrong, !missing.isEmpty else { return finding }
    // The functions may have what an operator lacks.
    let detail = "not set here: \(missing.joined(separator: ", ")), which the functions need; \(finding.detail)"
    return Finding(name: name, outcome: .skipped, detail: detail)
  }

  private static func described(_ schedules: [DatasetSchedule], at now: Date = Date()) -> String {
    guard !schedules.isEmpty else { return "valid, no schedule" }
    let times = schedules.map { schedule in
      let job = schedule.jobType.map { "\($0) " } ?? ""
      return "\(job)next at " + (schedule.next(after: now).map { zonedTime($0, in: .current) } ?? "no time")
    }
    return "valid, \(times.joined(separator: ", "))"
  }
}
