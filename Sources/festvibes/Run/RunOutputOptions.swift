import ArgumentParser
import Contracts

/// The options of the commands that start or follow runs: the form of their output.
struct RunOutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object at the end, and nothing else (Sources/festvibes/README.md has its keys).")
  var json = false

  @Flag(help: "With --json: print an object in a line for each change, and the same object at the end.")
  var follow = false

  func validate() throws {
    if follow && !json { throw ValidationError("--follow needs --json") }
  }
}

/// The option of the commands that start runs: the number of failures that a run tolerates.
struct ToleranceOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Give up after more failed items than this, 0 to 36; without it every item is tried.")
  var maxFailures: Int?

  func validate() throws {
    if let maxFailures, !(0...Limits.maximumToleratedFailures).contains(maxFailures) {
      throw ValidationError("--max-failures must be between 0 and \(Limits.maximumToleratedFailures)")
    }
  }
}
