import AWS
import Contracts
import Foundation
import JSON
import LambdaRuntime
import RawStore
import TestSupport
import Testing
import Time

@testable import KinesisSink
@testable import LoaderFunction

@Suite("The archive of a stream")
final class StreamArchiveTests {
  private let objects = MemoryObjects()
  private let time = ManualTime()
  private var letters: [JSONObject] = []
  private var letterError: PipelineError?
  private var log: [String] = []

  /// Hands a batch to the loader, as Lambda does, and returns the sequence numbers that it reports as failed.
  private func deliver(_ records: [String]) throws -> [String] {
    let archive = StreamArchive(RawStore(objects, bucket: "b")) {
      [self] (message, _) throws(PipelineError) in
      if let letterError { throw letterError }
      if let object = (try? JSONValue(parsing: message))?.object { letters.append(object) }
    }
    let handler = LoaderHandler(
      dataset: { (_) throws(PipelineError) in throw PipelineError(.invalidInput, "no dataset is asked for") },
      sinks: { _ in [] }, reading: { _, _ in nil }, ledger: NoLedger(), stream: { archive })
    let event = #"{"Records":[\#(records.joined(separator: ","))]}"#
    let request = try JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8))
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: Metrics(time: time))
    let response = try JSONEncoder().encode(try handler.handle(request, context))
    let object = try #require(try JSONValue(parsing: [UInt8](response)).object)
    #expect(object.names == ["batchItemFailures"])
    return try #require(object["batchItemFailures"]?.array).compactMap { $0.object?["itemIdentifier"]?.string }
  }

  private final class NoLedger: RunLedger {
    func record(
      _ event: LedgerEvent, ofRun run: String, in dataset: Dataset, deadline: Deadline
    ) throws(PipelineError) -> RunRecord? { nil }
    func recordLoad(
      _ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline
    ) throws(PipelineError) {}
  }

  /// A record as Lambda's event has it.
  private static func record(_ number: Int, _ data: String, isEncoded: Bool = false, arrivedAt: String = "1764201600.5")
    -> String
  {
    let base64 = isEncoded ? data : Data(data.utf8).base64EncodedString()
    return """
      {"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"k\(number)","sequenceNumber":"4959\(number)",
       "data":"\(base64)","approximateArrivalTimestamp":\(arrivedAt)},"eventSource":"aws:kinesis","eventVersion":"1.0",
       "eventID":"shardId-000000000006:4959\(number)","eventName":"aws:kinesis:record","awsRegion":"us-east-1",
       "invokeIdentityArn":"arn:aws:iam::123456789012:role/x",
       "eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/concert-data-stream"}
      """
  }

  private static func fixture(_ name: String) throws -> [String] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Fixtures"))
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("has what the sink sends, as it was sent, by type, day and record id (F55)")
  func own() throws {
    let fixture = try SinkFixture()
    try fixture.load(
      SinkFixture.document(
        #"{"kind":"artist","artist_id":"ticketmaster_a"}"#, #"{"kind":"venue","venue_id":"ticketmaster_v"}"#,
        SinkFixture.concert("1"), at: "2026-11-27T23:59:59.999Z"))
    let sent = fixture.kinesis.records
    let batch = sent.enumerated().map { Self.record($0, $1.Data.base64EncodedString(), isEncoded: true) }
    for _ in 1...2 {
      #expect(try deliver(batch) == [])
      let ids = try sent.map { try #require(JSONValue(parsing: [UInt8]($0.Data)).object?["record_id"]?.string) }
      #expect(
        objects.bodies
          == [
            "raw/artists/2026/11/27/\(ids[0]).json": sent[0].Data,
            "raw/venues/2026/11/27/\(ids[1]).json": sent[1].Data, "raw/events/2026/11/27/\(ids[2]).json": sent[2].Data,
          ])
    }
    #expect(objects.writes == 6 && letters.isEmpty)
    #expect(log.last?.contains("stream: 3 records, 3 stored, 0 rejected, 0 not stored") == true)
  }

  @Test("has the records of system 001's own producer, under ids made of key and content")
  func production() throws {
    let lines = try Self.fixture("production")
    let batch = lines.enumerated().map { Self.record($0, $1) }
    #expect(try deliver(batch) == [] && deliver(batch.reversed()) == [])
    let keys = objects.bodies.keys.sorted()
    #expect(keys.count == 3)
    #expect(keys[0].wholeMatch(of: #/raw/artists/2025/11/19/spotify_0OdUWJ0sBjDrqHygGUXeCF-[0-9a-f]{16}\.json/#) != nil)
    #expect(keys[1].wholeMatch(of: #/raw/events/2025/11/20/ticketmaster_vvG1iZ9-[0-9a-f]{16}\.json/#) != nil)
    #expect(keys[2].wholeMatch(of: #/raw/venues/2025/11/19/ticketmaster_KovZpZAEAaEA-[0-9a-f]{16}\.json/#) != nil)
    #expect(Set(objects.bodies.values) == Set(lines.map { Data($0.utf8) }))
    // Another version of a record has another place; the time at which it was sent makes none.
    _ = try deliver([
      Self.record(7, lines[0].replacing("62", with: "63")),
      Self.record(8, lines[0].replacing("12:34:56", with: "13:00:00")),
    ])
    #expect(objects.bodies.count == 4)
  }

  @Test("has the records of system 001's stream_producer, where times are ids that two records may share")
  func envelope() throws {
    let lines = try Self.fixture("envelope")
    let batch = lines.enumerated().map { Self.record($0, $1) }
    #expect(try deliver(batch) == [] && deliver(batch) == [])
    let keys = objects.bodies.keys.sorted()
    #expect(keys.count == 4)
    #expect(keys[0].wholeMatch(of: #/raw/artists/2025/11/19/artist_spotify_0OdU-[0-9a-f]{16}\.json/#) != nil)
    #expect(keys[1].wholeMatch(of: #/raw/events/2025/11/19/1763555696\.123456-[0-9a-f]{16}\.json/#) != nil)
    #expect(keys[2].wholeMatch(of: #/raw/events/2025/11/19/1763555696\.123456-[0-9a-f]{16}\.json/#) != nil)
    #expect(keys[3].wholeMatch(of: #/raw/venues/2025/11/19/venue_1-[0-9a-f]{16}\.json/#) != nil)
    #expect(objects.bodies[keys[0]] == Data(lines[0].utf8))
    // Another version of a day, and the same id of another source, replace nothing.
    let others = [
      lines[3].replacing(#""venue_id": "1""#, with: #""venue_id": "1", "name": "V""#),
      lines[3].replacing("ticketmaster", with: "spotify"),
    ]
    #expect(try deliver(others.enumerated().map { Self.record($0, $1) }) == [])
    #expect(objects.bodies.count == 6 && objects.bodies[keys[3]] == Data(lines[3].utf8))
  }

  @Test(
    "keeps a record that cannot be read, with the reason, sends a message about it, and goes on",
    arguments: [
      ("%%%", "its data are no Base64"),
      (Data("no JSON".utf8).base64EncodedString(), "it is no JSON: line 1, column 1"),
      (Data([0xFF, 0x00]).base64EncodedString(), "it is no JSON"),
      (Data("[1]".utf8).base64EncodedString(), "it is a list, and no JSON object"),
      (Data(#"{"artist_id":"a"}"#.utf8).base64EncodedString(), "it has no data_type"),
      (Data(#"{"data_type":"../x"}"#.utf8).base64EncodedString(), "its data_type is '../x'"),
      (Data(#"{"data_type":"a","data_type":"a"}"#.utf8).base64EncodedString(), "it is no JSON"),
    ])
  func poison(data: String, reason: String) throws {
    let good = #"{"data_type":"artists","record_id":"a-1","sequence":1,"ingestion_timestamp":"2026-11-27T00:00:00Z"}"#
    let other = good.replacing("a-1", with: "a-2")
    let batch = [Self.record(1, good), Self.record(2, data, isEncoded: true), Self.record(3, other)]
    #expect(try deliver(batch) == [])
    let place = "rejected/stream/2025/11/27/shardId-000000000006-49592.json"
    #expect(
      objects.bodies.keys.sorted()
        == ["raw/artists/2026/11/27/a-1.json", "raw/artists/2026/11/27/a-2.json", place]
    )
    let kept = try #require(JSONValue(parsing: [UInt8](objects.bodies[place] ?? Data())).object)
    #expect(kept["data"]?.string == data && kept["reason"]?.string?.contains(reason) == true)
    #expect(kept["arrived_at"]?.string == "2025-11-27T00:00:00.500Z" && kept["partition_key"]?.string == "k2")
    let letter = try #require(letters.first)
    #expect(letters.count == 1 && letter["object"]?.string == "s3://b/\(place)" && letter["data"] == nil)
    #expect(letter["event_id"]?.string == "shardId-000000000006:49592" && letter["reason"] == kept["reason"])
    #expect(log.contains { $0.contains("ERROR") && $0.contains(reason) })
  }

  @Test("asks for what it could not store again, and for nothing else")
  func failures() throws {
    func line(_ id: String) -> String {
      #"{"data_type":"artists","record_id":"\#(id)","sequence":1,"ingestion_timestamp":"2026-11-27T00:00:00Z"}"#
    }
    let batch = (1...4).map { Self.record($0, $0 == 3 ? "poison" : line("id-\($0)")) }
    objects.failure = { $0.contains("id-2") ? .unavailable : nil }
    #expect(try deliver(batch) == ["49592"])
    #expect(objects.bodies.count == 3 && letters.count == 1)
    objects.failure = { _ in nil }
    letterError = PipelineError(.destinationUnavailable, "no queue")
    #expect(try deliver(batch) == ["49593"], "a record is not dropped before the queue has the message about it")
    letterError = nil
    #expect(try deliver(Array(batch.dropFirst(2))) == [])
    #expect(objects.bodies.count == 4 && letters.count == 2)
    // The service counts an invocation that stored nothing as an error.
    objects.failure = { _ in .accessDenied }
    let error = #expect(throws: PipelineError.self) { _ = try deliver(batch) }
    #expect(error?.name == .configurationInvalid)
  }

  @Test("stores the first record of the sample event, and rejects the second")
  func sample() throws {
    let event = try JSONDecoder().decode(
      StreamEvent.self, from: Data(SourceFiles.text(of: "statemachine/events/stream.json").utf8))
    let report = try StreamArchive(RawStore(objects, bucket: "b"), deadLetters: nil).store(
      event, deadline: .none(on: time))
    #expect(report.stored == 1 && report.rejected.count == 1 && report.response == StreamResponse())
    #expect(
      objects.bodies.keys.sorted() == [
        "raw/artists/2026/11/27/ticketmaster_K8vZ9171ob7-0f3a52c19d7e8b64.json",
        "rejected/stream/2026/11/27/shardId-000000000000-49590338271490256608559692538361571095921575989136588899.json",
      ])
  }

  @Test(
    "folds the names of kinds, and no other ones, into the three types",
    arguments: [
      ("concert", "events"), ("concerts", "events"), ("events", "events"), ("venue", "venues"), ("venues", "venues"),
      ("artist", "artists"), ("venue2", "venue2"), ("concert_", "concert_"), ("artistX", "artistX"), ("show", "show"),
    ])
  func types(type: String, folder: String) throws {
    let record = #"{"data_type":"\#(type)","record_id":"a","sequence":1,"ingestion_timestamp":"2026-11-27T00:00:00Z"}"#
    #expect(try deliver([Self.record(1, record)]) == [])
    #expect(objects.bodies.keys.sorted() == ["raw/\(folder)/2026/11/27/a.json"])
  }

  @Test("takes the day of arrival where a record has no time, and of one record twice in a batch the later version")
  func days() throws {
    let batch = [
      Self.record(1, #"{"data_type":"artists","record_id":"a","sequence":2,"ingestion_timestamp":"today"}"#),
      Self.record(2, #"{"data_type":"artists","record_id":"a","sequence":3}"#),
      // A replay of an older document.
      Self.record(4, #"{"data_type":"artists","record_id":"a","sequence":1}"#),
      Self.record(
        3, #"{"data_type":"venues","record_id":"v","sequence":1,"ingestion_timestamp":"2026-11-27T23:30:00-02:00"}"#),
    ]
    #expect(try deliver(batch) == [])
    #expect(objects.bodies.keys.sorted() == ["raw/artists/2025/11/27/a.json", "raw/venues/2026/11/28/v.json"])
    let last = String(decoding: objects.bodies["raw/artists/2025/11/27/a.json"] ?? Data(), as: UTF8.self)
    #expect(last.contains(#""sequence":3"#))
    #expect(try deliver([]) == [])
    let none = #expect(throws: PipelineError.self) {
      let handler = LoaderHandler(
        dataset: { (_) throws(PipelineError) in throw PipelineError(.invalidInput, "") }, sinks: { _ in [] },
        reading: { _, _ in nil }, ledger: NoLedger())
      let context = LambdaContext(requestID: "r", deadline: .none(on: self.time), log: Logger(environment: [:]))
      _ = try handler.handle(StreamEvent(records: []), context)
    }
    #expect(none?.name == .invalidInput)
  }
}
