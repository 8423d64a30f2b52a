import AWS
import Contracts
import Definitions
import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import KinesisSink

/// A sink on a stream in memory.
struct SinkFixture {
  let kinesis = MemoryKinesis()
  /// Noon of 2026-12-01, after the documents were read.
  let time = ManualTime(Date(timeIntervalSince1970: 1_796_126_400))
  let dataset: Dataset
  let section: Section

  init(_ load: String = Self.load, type: String = "events") throws {
    dataset = Dataset(
      id: "ticketmaster_events", source: "ticketmaster", dataType: type, timeZone: "UTC", extractor: "http",
      sinks: ["kinesis"], hasDates: false)
    section = try #require(try Self.definition(load).sinks.first)
  }

  static let load = "{plugin: kinesis, stream: concert-data-stream, partition_key: [artist_id, venue_id, concert_id]}"

  static func definition(_ load: String, _ variables: [String: String] = [:]) throws -> Definition {
    let text = "dataset_id: d\ndata_type: events\nextract: {plugin: http, url: 'https://x.example'}\nload: \(load)\n"
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "x.yaml", plugins: KnownPlugins(load: [KinesisSink.form])
    ) { (name, _) in variables[name] }
    guard let definition else { throw PipelineError(.configurationInvalid, "\(problems)") }
    return definition
  }

  func sink() throws -> KinesisSink {
    try KinesisSink(
      dataset, section: section, session: { () throws(AWSError) in kinesis.session(time) }, time: time,
      random: FixedRandom())
  }

  static let key = "raw/ticketmaster/events/year=2026/month=11/day=27/events_all_r1.json"
  var target: LoadTarget {
    get throws { LoadTarget(dataset: dataset, item: try WorkItem(id: "all"), key: Self.key, run: "r1") }
  }
  var deadline: Deadline { Deadline(after: .seconds(100), on: time) }

  static func document(
    _ records: String..., rejected: String = "", at timestamp: String = "2026-11-27T08:00:03.120Z"
  ) -> Data {
    Data(
      """
      {"ingestion_result":{"success":true,"source":"ticketmaster","data_type":"events","timestamp":"\(timestamp)"},
       "records":[\(records.joined(separator: ","))],"rejected":[\(rejected)]}
      """.utf8)
  }

  /// Loads a document, and returns what the stream has got by it.
  @discardableResult
  func load(_ document: Data) throws -> (report: LoadReport, records: [JSONObject]) {
    let before = kinesis.records.count
    let report = try sink().load(document, for: target, deadline: deadline)
    try report.records.check("records")
    let records = try kinesis.records.dropFirst(before).map { entry in
      try #require(try JSONValue(parsing: [UInt8](entry.Data)).object)
    }
    return (report, records)
  }

  static func concert(_ id: String, _ more: String = "") -> String {
    #"{"kind":"concert","concert_id":"ticketmaster_\#(id)","venue_id":"ticketmaster_v"\#(more)}"#
  }
}
