import Contracts
import Geocoding
import Settings

/// The settings of the enrichment and of the database that it works on.
public struct EnrichingSettings: Sendable {
  let databaseURL: String
  let allowsWeakTLS: Bool
  /// The file of the model's weights.
  let weights: String
  let geocoding: GeocodingSettings?
  /// The reason for which no venue is looked up: a problem of the geocoder's settings, which does not stop the embedding.
  let geocodingProblem: String?

  /// Reads `PG_DATABASE_URL`, `PG_ALLOW_WEAK_TLS`, `EMBEDDING_WEIGHTS` and the settings of the geocoder.
  /// Problems are noted in the configuration, but for those of the geocoder.
  /// - Parameter withGeocoder: false for a program that locates no venues, and needs no key for it.
  public init(from configuration: inout Configuration, withGeocoder: Bool = true) {
    var own = configuration
    databaseURL = configuration.text(.databaseURL)
    allowsWeakTLS = configuration.flag(.allowWeakTLS)
    weights = configuration.text(.embeddingWeights)
    geocoding = withGeocoder ? GeocodingSettings(from: &own) : nil
    do throws(PipelineError) {
      try own.validate()
      geocodingProblem = nil
    } catch {
      geocodingProblem = error.message
    }
  }
}
