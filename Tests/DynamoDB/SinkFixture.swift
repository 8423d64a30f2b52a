import AWS
import Contracts
import Definitions
import DynamoDB
import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import DynamoDBSink

/// A sink on a table in memory.
struct SinkFixture {
  let table: MemoryTable
  let time = ManualTime(Date(timeIntervalSince1970: 1_796_126_400))
  private let section: Section
  private let dataset = Dataset(
    id: "invictus_wod", source: "invictus_wod", dataType: "workouts", timeZone: "UTC", extractor: "http",
    sinks: ["dynamodb"], hasDates: false)

  /// As the dataset of workouts declares it.
  static let workouts =
    "{plugin: dynamodb, table: workouts, hash: date, range: session, owner: post_id, order: modified}"
  static let plain = "{plugin: dynamodb, table: workouts, hash: date, range: session}"

  init(_ load: String = Self.workouts, on table: MemoryTable = MemoryTable()) throws {
    self.table = table
    section = try #require(try Self.definition(load).sinks.first)
  }

  static func definition(_ load: String) throws -> Definition {
    let text = "dataset_id: d\ndata_type: workouts\nextract: {plugin: http, url: 'https://x.example'}\nload: \(load)\n"
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "x.yaml", plugins: KnownPlugins(load: [DynamoDBSink.form])
    ) { (_, _) in nil }
    guard let definition else { throw PipelineError(.configurationInvalid, "\(problems)") }
    return definition
  }

  func sink() throws -> DynamoDBSink {
    try DynamoDBSink(
      section: section, session: { (_) throws(AWSError) in table.session(time) }, time: time, random: FixedRandom())
  }

  private var target: LoadTarget {
    get throws {
      LoadTarget(dataset: dataset, item: try WorkItem(id: "all"), key: "raw/invictus_wod/workouts/all.json", run: "r1")
    }
  }
  private func deadline(_ limit: Duration) -> Deadline { Deadline(after: limit, on: time) }

  @discardableResult
  func load(_ document: Data, within limit: Duration = .seconds(600)) throws -> LoadReport {
    let report = try sink().load(document, for: target, deadline: deadline(limit))
    try report.records.check("records")
    return report
  }

  func dryRun(_ document: Data) throws -> DryRun {
    try sink().dryRun(document, for: target, deadline: deadline(.seconds(600)))
  }

  // MARK: Documents

  static func document(_ records: [String], rejected: String = "") -> Data {
    Data(
      """
      {"ingestion_result":{"success":true,"source":"invictus_wod","timestamp":"2026-11-27T08:00:03.120Z"},
       "records":[\(records.joined(separator: ","))],"rejected":[\(rejected)]}
      """.utf8)
  }

  /// Returns the record of a session, as the parser `wod` makes it beside those of posts.
  static func session(
    _ date: String, _ session: String = "Session One", post: Int = 123, edit: Int = 1, text: String = "Snatch",
    more: String = ""
  ) -> String {
    """
    {"kind":"session","date":"2024-03-\(date)","session":"\(session)","warm_up":"","segment_a":"\(text)","segment_b":"",\
    "segment_c":"","segment_d":"","segment_e":"","segment_f":"","notes":"","post_id":\(post),"slug":"week-of-post-\(post)",\
    "modified":"2024-03-01T12:00:0\(edit)Z","_record":"urn:uuid:1#0"\(more)}
    """
  }

  /// The items of the table, as `date session: segment_a (post, second of the edit)`.
  var contents: [String] {
    table.sorted.map { item in
      let edit = (item["modified"]?.shown ?? "").suffix(2).first.map(String.init) ?? ""
      let key = "\((item["date"]?.shown ?? "").suffix(2)) \(item["session"]?.shown ?? "")"
      return "\(key): \(item["segment_a"]?.shown ?? "") (\(item["post_id"]?.shown ?? ""), \(edit))"
    }
  }
}
