import APISupport
import Contracts
import Settings

/// The settings of the read API on one machine. `festvibes serve` and `festvibes doctor` read the same.
struct ServeSettings {
  let api: APISettings
  let host: String
  let port: Int

  /// - Parameter command: the arguments that serve with the same options, for the command that goes on.
  /// - Throws: a `Fault` if the key is missing, which no other program sets, and not the database; else
  ///   `ConfigurationInvalid` with all problems, or a retryable error of a secret.
  init(_ settings: Settings, command: String = "serve") throws {
    var configuration = settings.configuration()
    port = configuration.wholeNumber(.apiPort, in: 0...65_535) ?? 8000
    api = APISettings(from: &configuration)
    host = configuration.text(.apiHost)
    do { try configuration.validate() } catch {
      let lacksKey = !api.isPublic && !configuration.isSet(.apiKey)
      guard error.name == .configurationInvalid, lacksKey, !api.databaseURL.isEmpty else { throw error }
      // With a key it would fail again.
      guard configuration.problemCount == 1 else { throw Fault(message: error.message, next: NextStep("doctor")) }
      // The key is shown: whoever asks the API needs it.
      let export = NextStep(shell: "export API_KEY=$(openssl rand -hex 16) && echo \"$API_KEY\"")
      throw Fault(message: error.message, next: export.then(NextStep(command)))
    }
  }

  /// The variables that nobody sets who does not serve the read API.
  static let variables: [EnvironmentVariable] = [
    .apiHost, .apiPort, .apiKey, .apiPublic, .apiOrigins, .apiDatabaseURL,
  ]
}
