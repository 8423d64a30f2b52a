/// The result of one check.
struct Finding: Equatable {
  enum Outcome: Equatable {
    case ok
    /// It must be repaired, beginning with this command.
    case wrong(next: NextStep)
    /// It was not checked.
    case skipped
  }

  /// The name of the check: `postgres`.
  let name: String
  let outcome: Outcome
  /// The facts, or what is wrong, for a person. Contains no secret.
  let detail: String

  var isWrong: Bool { if case .wrong = outcome { true } else { false } }
}

/// The findings, for a person and for a program.
struct DoctorReport {
  let findings: [Finding]

  /// A line for each finding, `✓ redis: …`, and after one that is wrong the next command.
  func lines(colors: Bool) -> [String] {
    findings.flatMap { finding in
      let text = "\(finding.name): \(finding.detail)"
      switch finding.outcome {
      case .ok: return [Style.green.apply("✓", colors: colors) + " \(text)"]
      case .skipped: return [Style.dim.apply("- \(text)", colors: colors)]
      case .wrong(let next): return [Style.red.apply("✗ \(text)", colors: colors), "  \(next.line)"]
      }
    }
  }

  /// One object: `ok`, and under `checks` a list of `name`, `outcome` (ok, wrong or skipped), `detail` and `next`.
  func json() throws -> String {
    let checks = findings.map { finding in
      var object = ["name": finding.name, "detail": finding.detail]
      switch finding.outcome {
      case .ok: object["outcome"] = "ok"
      case .skipped: object["outcome"] = "skipped"
      case .wrong(let next):
        object["outcome"] = "wrong"
        object["next"] = next.command
      }
      return object
    }
    return try JSONText.line(["ok": !findings.contains(where: \.isWrong), "checks": checks])
  }
}
