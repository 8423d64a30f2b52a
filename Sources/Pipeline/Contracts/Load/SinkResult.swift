/// The result of one of several sinks of a dataset.
public struct SinkResult: Codable, Equatable, Sendable {
  /// The sink's name: its plugin, and where it stores.
  public let sink: String
  /// The counts of the records that the sink takes, without the rows that the scraper rejected if these are not all.
  public let records: RecordCounts

  public init(sink: String, records: RecordCounts) {
    self.sink = sink
    self.records = records
  }
}
