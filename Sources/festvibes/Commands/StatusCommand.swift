import AWS
import ArgumentParser
import Foundation
import Time

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the last runs, or one run date by date.",
    discussion: "Reads the executions of the state machine that STATE_MACHINE_ARN names.")

  @Argument(help: "A run's name, to see its dates.")
  var name: String?

  @Option(parsing: .unconditional, help: "How many runs to show.")
  var last = 10

  func validate() throws {
    guard (1...100).contains(last) else { throw ValidationError("--last must be between 1 and 100") }
  }

  func run() throws {
    let settings = Settings()
    let machine = try settings.stateMachine()
    let session = try settings.session(for: machine)
    let terminal = Terminal.standardOutput()
    let lines = try withWords(settings.environment) {
      let client = try StepFunctionsClient(session)
      if let name {
        let arn = machine.replacing(":stateMachine:", with: ":execution:", maxReplacements: 1) + ":\(name)"
        let progress: RunProgress
        do { progress = try ExecutionFollower(RemoteExecutions(client), arn: arn).poll() } catch let error as AWSError
          where error.kind == .notFound
        {
          throw CommandError("there is no run '\(name)'; `festvibes status` lists the last ones")
        }
        return RunReport(progress: progress, now: Date(), isFull: true).lines(for: terminal)
      }
      return StatusReport(runs: try RunHistory(client).last(last, of: machine), now: Date(), zone: .current)
        .lines(for: terminal)
    }
    for line in lines { print(line) }
  }
}
