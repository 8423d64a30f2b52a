import AWS
import Contracts
import Definitions
import Loading
import Time

extension Stores {
  /// Lists the files of lines into which a dataset is loaded.
  /// - Returns: nil for a dataset without.
  func lines(of id: String, _ deadline: Deadline) throws -> StoredLines? {
    try withHint {
      // Of the other sections no value is needed.
      let definition = try settings.datasets(
        KnownPlugins(sinkPublishers: [SinkPublisher("show", of: StoredLines.form)])
      ).definition(id)
      return try withReadableErrors(settings.environment) {
        try StoredLines(
          of: definition, environment: settings.environment, profiles: ProfileFiles(environment: settings.environment),
          deadline: deadline)
      }
    }
  }
}
