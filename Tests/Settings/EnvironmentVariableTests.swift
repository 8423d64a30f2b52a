import Contracts
import Foundation
import Settings
import TestSupport
import Testing

@Suite("Environment variables")
struct EnvironmentVariableTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(".env.example is what the list generates: run `make env-example`")
  func example() throws {
    let file = try String(contentsOf: root.appending(path: ".env.example"), encoding: .utf8)
    #expect(file == EnvironmentVariable.example)
  }

  @Test("Every variable has a summary that is a sentence, and no name comes twice")
  func entries() {
    let names = EnvironmentVariable.all.map(\.name)
    #expect(Set(names).count == names.count)
    for variable in EnvironmentVariable.all {
      #expect(variable.summary.hasSuffix("."), "\(variable.name)")
      #expect(!variable.readers.isEmpty, "\(variable.name)")
    }
  }

  @Test("Every settings variable that the sources outside Core read is in the list")
  func complete() throws {
    let known = Set(EnvironmentVariable.all.map(\.name))
    // Names of a program's surroundings, which are no settings of this project.
    let foreign: Set = [
      "NO_COLOR", "TERM", "TZ", "USER", "PG_DATABASE_URL_SECRET_ARN", "AWS_SECRET_ACCESS_KEY",
      "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    ]
    let literal = /environment\["([A-Z][A-Z0-9_]+)"|\("([A-Z][A-Z0-9]*_[A-Z0-9_]+)"/
    for file in try SourceFiles.swift(below: "Sources") where !file.path.hasPrefix("Sources/Core/") {
      for match in file.text.matches(of: literal) {
        guard let name = (match.output.1 ?? match.output.2).map(String.init), !name.hasPrefix("STUB_") else { continue }
        #expect(
          known.contains(name) || foreign.contains(name) || file.path.hasSuffix("EnvironmentVariable.swift"),
          "\(file.path) reads \(name)")
      }
    }
  }
}
