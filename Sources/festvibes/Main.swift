import ArgumentParser

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
    ])
}
