import ArgumentParser
import Contracts
import Foundation

/// The operator's command line. It calls the same APIs on the local stack and on AWS.
@main struct FestVibes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "festvibes", abstract: "Run and inspect the ETL pipeline.",
    discussion: """
      On the local stack: `make up`, then `. .local/env`. On AWS, set these:

        status, rejected, state,    PG_DATABASE_URL
        migrate, search, similar,
        geocode, links, duplicates,
        quality, report
        serve                       API_DATABASE_URL or PG_DATABASE_URL,
                                    and API_KEY or API_PUBLIC
        show                        REDIS_URL, PG_DATABASE_URL or
                                    credentials for AWS, by the dataset
        versions, diff              credentials for AWS
        check, try, schema,         nothing
        env-example
        datasets                    PG_DATABASE_URL, or nothing
        lock                        PG_DATABASE_URL, or credentials for AWS,
                                    by the kind of the lock
        all others                  STATE_MACHINE_ARN, and credentials as for
                                    the AWS CLI (environment, profile or role)

      `status` also asks Step Functions and Redis where they are set. \
      replay --dry-run, run --only-missing and schema --live read PG_DATABASE_URL, too. \
      Settings may also stand in a file .env in the current folder; .env.example lists them all. `doctor` checks them.
      """, version: "0.1.0",
    // In the order of a day: runs, what happened to them, their data, the rest.
    subcommands: [
      RunCommand.self, ScheduleCommand.self, WatchCommand.self, StopCommand.self, RetryCommand.self, ReplayCommand.self,
      CacheCommand.self,
      StatusCommand.self, LogsCommand.self, RejectedCommand.self, StateCommand.self, LockCommand.self,
      DoctorCommand.self,
      ShowCommand.self, VersionsCommand.self, DiffCommand.self, SearchCommand.self, SimilarCommand.self,
      GeocodeCommand.self, LinksCommand.self,
      DuplicatesCommand.self,
      DatasetsCommand.self, CheckCommand.self, TryCommand.self, QualityCommand.self, SchemaCommand.self,
      ReportCommand.self, ServeCommand.self, MigrateCommand.self,
      InvokeCommand.self, EnvExampleCommand.self,
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
      } catch let error as PipelineError {
        throw CommandError(error)
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
