import Settings

/// The settings of the enrichment and of the database that it works on.
public struct EnrichingSettings: Sendable {
  let databaseURL: String
  let allowsWeakTLS: Bool
  /// The file of the model's weights.
  let weights: String

  /// Reads `PG_DATABASE_URL`, `PG_ALLOW_WEAK_TLS` and `EMBEDDING_WEIGHTS`.
  public init(from configuration: inout Configuration) {
    databaseURL = configuration.text(.databaseURL)
    allowsWeakTLS = configuration.flag(.allowWeakTLS)
    weights = configuration.text(.embeddingWeights)
  }
}
