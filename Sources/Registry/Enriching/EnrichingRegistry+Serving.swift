import ConcertsSink
import Contracts
import Enrichment
import Ledger

extension EnrichingRegistry {
  /// The steps of the schema of the tables that are searched.
  public static var migrations: [Migration] { ConcertsSink.migrations }

  /// Opens the model of a file of weights, which are read as they are needed.
  /// - Throws: `ConfigurationInvalid` if the file is missing, or is no file of weights.
  public static func model(of weights: String) throws(PipelineError) -> any TextEmbedder {
    try EmbeddingWeights.open(weights)
  }
}
