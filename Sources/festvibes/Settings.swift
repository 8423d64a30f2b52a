import AWS
import Foundation
import Time

/// The environment that the commands read.
struct Settings {
  static let hint = "`make up` starts the local stack and writes .local/env; then: . .local/env"

  let environment: [String: String]

  init(_ environment: [String: String] = ProcessInfo.processInfo.environment) { self.environment = environment }

  /// - Throws: one error that names all variables that are missing.
  @discardableResult
  func require(_ names: String...) throws -> [String] {
    let missing = names.filter { environment[$0, default: ""].isEmpty }
    guard missing.isEmpty else {
      let verb = missing.count == 1 ? "is" : "are"
      throw CommandError("\(missing.joined(separator: " and ")) \(verb) not set.\n\(Self.hint)")
    }
    return names.map { environment[$0, default: ""] }
  }

  /// Whether a database is named at all.
  var hasDatabase: Bool {
    ["PG_DATABASE_URL", "PG_DATABASE_URL_SECRET_ARN"].contains { !environment[$0, default: ""].isEmpty }
  }

  /// The state machine that runs the nights.
  func stateMachine() throws -> String {
    let arn = try require("STATE_MACHINE_ARN")[0]
    let fields = arn.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 7, fields[0] == "arn", fields[2] == "states", fields[5] == "stateMachine" else {
      throw CommandError("STATE_MACHINE_ARN is not the ARN of a state machine: \(arn)")
    }
    return arn
  }

  /// The ARN of a state machine's execution.
  static func execution(_ name: String, of machine: String) -> String {
    machine.replacing(":stateMachine:", with: ":execution:", maxReplacements: 1) + ":\(name)"
  }

  /// - Parameter arn: what is going to be called; its region is the one to speak to.
  func session(for arn: String? = nil) throws -> AWSSession {
    let fields = (arn ?? "").split(separator: ":", omittingEmptySubsequences: false)
    let region = fields.count > 3 && fields[0] == "arn" ? String(fields[3]) : nil
    return try withReadableErrors(environment) {
      try AWSSession(environment: environment, region: region, profiles: ProfileFiles(environment: environment))
    }
  }
}
