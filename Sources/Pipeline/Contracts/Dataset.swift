import Time

/// A dataset's definition: its names, its zone, and the plugins that process it.
public struct Dataset: Equatable, Sendable {
  /// The identity in requests, in the ledger and on the command line: `news`.
  public let id: String
  /// The first part of S3 keys, and the `source` columns of the database.
  public let source: String
  /// The second part of S3 keys: what a record is, `events`.
  public let dataType: String
  /// The IANA time zone of the source's wall-clock times and days: `America/Chicago`.
  public var timeZone: String
  /// The name of the extractor in `Registry/Extraction`.
  public let extractor: String
  /// The names of the sinks in `Registry/Loading`, in the order in which they load.
  public let sinks: [String]
  /// The names of the publishers in `Registry/Publishing`.
  public let publishers: [String]
  /// True if the work items are days: a run is of a range of dates.
  public let hasDates: Bool
  /// The place of the checkpoints of a dataset with `incremental`; nil for any other.
  public let state: StateSettings?
  /// The place of the last times of a dataset's series, which a sink notes after a load; nil for a dataset without such a sink.
  public var watermarks: StateSettings?

  /// - Parameter source: the dataset's id if nil.
  public init(
    id: String, source: String? = nil, dataType: String, timeZone: String, extractor: String, sinks: [String],
    publishers: [String] = [], hasDates: Bool = true, state: StateSettings? = nil
  ) {
    self.id = id
    self.source = source ?? id
    self.dataType = dataType
    self.timeZone = timeZone
    self.extractor = extractor
    self.sinks = sinks
    self.publishers = publishers
    self.hasDates = hasDates
    self.state = state
  }

  /// Reads the zone's rules from the system's files.
  /// - Throws: `ConfigurationInvalid` if the system has no file for the zone.
  public func timeZoneRules() throws(PipelineError) -> TimeZoneRules {
    do {
      return try TimeZoneRules(identifier: timeZone)
    } catch {
      throw PipelineError(
        .configurationInvalid, "the rules of time zone \(timeZone) cannot be read (\(error)): install tzdata")
    }
  }
}
