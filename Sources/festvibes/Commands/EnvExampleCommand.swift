import ArgumentParser
import Settings

struct EnvExampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env-example", abstract: "Print .env.example: every setting with its meaning and default.",
    shouldDisplay: false)

  func run() throws { try Output.write(EnvironmentVariable.example) }
}
