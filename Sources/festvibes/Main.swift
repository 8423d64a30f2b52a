import ArgumentParser
import Foundation

/// The operator's command line. It calls the same APIs on the local stack and on AWS.
@main struct FestVibes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "festvibes", abstract: "Run and inspect the ETL pipeline.",
    discussion: """
      On the local stack: `make up`, then `. .local/env`. On AWS: set STATE_MACHINE_ARN, and credentials as for the AWS \
      CLI (environment, profile, or role); `show` needs REDIS_URL, `status`, `rejected` and `migrate` need \
      PG_DATABASE_URL. Settings may also stand in a file .env in the current folder; .env.example lists them all.
      """, version: "0.1.0",
    subcommands: [
      RunCommand.self, ReplayCommand.self, StatusCommand.self, RejectedCommand.self, ShowCommand.self,
      InvokeCommand.self, MigrateCommand.self, EnvExampleCommand.self,
      RetryCommand.self,
      StopCommand.self,
      WatchCommand.self,
      CacheCommand.self,
      SchemaCommand.self,
      LogsCommand.self,
      DoctorCommand.self,
      DatasetsCommand.self,
      CheckCommand.self,
      TryCommand.self,
    ])

  /// Runs the command that the arguments name. In contrast to ArgumentParser's own `main`, help too is an output whose
  /// loss is an error.
  static func main() {
    Output.prepare()
    do {
      do {
        var command = try parseAsRoot()
        try Output.check()
        // It names a wrong TZ itself, among other things.
        if !(command is DoctorCommand) { try LocalZone.check(ProcessInfo.processInfo.environment) }
        try command.run()
      } catch  where exitCode(for: error).isSuccess {
        try Output.lines([fullMessage(for: error)])
      }
      try Output.finish()
    } catch let error as OutputError {
      Output.errorLine("Error: \(error)")
      Foundation.exit(OutputError.status.rawValue)
    } catch {
      let message = fullMessage(for: error)
      if !message.isEmpty { Output.errorLine(message) }
      Foundation.exit(exitCode(for: error).rawValue)
    }
  }
}
