import ConcertsSink
import Contracts
import Definitions
import Enrichment
import Geocoding
import Ledger
import Links
import Loading
import Search
import Time

/// The parts of the enrichment: the tables of a sink, the model, the geocoder.
public final class EnrichingRegistry {
  private let settings: EnrichingSettings
  let database: Database
  private let schema: EmbeddingSchema
  private var model: (any TextEmbedder)?
  private lazy var embeddings = EmbeddingService(database, schema: schema) { [unowned self] () throws(PipelineError) in
    try openModel()
  }

  /// Finds coordinates; nil without the settings of a geocoder.
  public let locator: (any VenueLocating)?

  /// - Parameter applicationName: the connection's name on the database server.
  /// - Throws: `ConfigurationInvalid` for a database URL that is malformed, or whose TLS is weak. Nothing is connected yet,
  ///   and no weights are read.
  public init(_ settings: EnrichingSettings, applicationName: String) throws(PipelineError) {
    self.settings = settings
    database = try Database(
      url: settings.databaseURL, migrations: ConcertsSink.migrations, allowsWeakTLS: settings.allowsWeakTLS,
      applicationName: applicationName)
    schema = EmbeddingSchema(
      database,
      adding: [.init(isCurrent: SearchFunctions.isCurrent, script: SearchFunctions.searchFunctions)])
    locator = settings.geocoding.map { [database] geocoding in
      let problem = settings.geocodingProblem
      return VenueLocator(
        geocoding: VenueGeocoding(database, geocoder: problem == nil ? geocoding.geocoder() : nil), problem: problem)
    }
  }

  /// The plugins, for reading definitions: a dataset's sinks say whether it is enriched.
  public static let known = LoadingRegistry.knownSinks

  /// True for a dataset in the tables that are enriched.
  public static func enriches(_ dataset: Dataset) -> Bool { dataset.sinks.contains(ConcertsSink.form.name) }

  /// Prepares the database for vectors, and builds the indexes that it lacks.
  /// - Parameter progress: called before an index is built, with its definition.
  /// - Returns: what could not be done, and why.
  public func prepare(deadline: Deadline, progress: (String) -> Void) throws(PipelineError) -> [String] {
    if let obstacle = try schema.prepare(deadline: deadline) { return [obstacle] }
    // What is left of the time is for dropping a build that was given up.
    let end = deadline.limited(to: deadline.remaining - .seconds(10))
    return try VectorIndexes(database).build(within: end, deadline: deadline, progress: progress)
  }

  /// Embeds what changed.
  public func embed(deadline: Deadline) throws(PipelineError) -> EmbeddingReport {
    try embeddings.run(deadline: deadline)
  }

  /// Compares the artists and venues that changed with those of other sources.
  public func link(deadline: Deadline) throws(PipelineError) -> LinkingReport {
    let report = try LinkService(database).run(deadline: deadline)
    var result = LinkingReport()
    (result.counts.compared, result.counts.new) = (report.compared, report.new)
    (result.counts.removed, result.more) = (report.removed, report.more)
    if report.isLeftToOthers {
      result.notes.append("another process compares artists and venues: the next run compares what it leaves")
    }
    return result
  }

  /// Opens the weights once, when first something is embedded or compared with a question. Only their header is read then:
  /// the version, which is compared with that of the rows. A text reads the rest.
  func openModel() throws(PipelineError) -> any TextEmbedder {
    if let model { return model }
    let opened = try EmbeddingWeights.open(settings.weights)
    model = opened
    return opened
  }
}
