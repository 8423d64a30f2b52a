import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import KinesisSink

@Suite("The sink kinesis")
struct KinesisSinkTests {
  @Test("adds time, type, source, id and sequence to the records of all kinds")
  func enrichment() throws {
    let fixture = try SinkFixture()
    let (report, records) = try fixture.load(
      SinkFixture.document(
        #"{"kind":"artist","artist_id":"ticketmaster_a","name":"Å","_record":"urn:uuid:1#0","source":"x"}"#,
        #"{"kind":"venue","venue_id":"ticketmaster_w","name":"V"}"#,
        SinkFixture.concert("c/1", #","artist_id":null,"price":10.50"#), #"{"other":1}"#))
    #expect(report.records == RecordCounts(found: 4, new: 4))
    #expect(!KinesisSink.keepsRecords && !report.isInLedger)
    #expect(records.map { $0["data_type"]?.string } == ["artists", "venues", "events", "events"])
    #expect(records.allSatisfy { $0["source"]?.string == "ticketmaster" })
    #expect(records.allSatisfy { $0["ingestion_timestamp"]?.string == "2026-11-27T08:00:03.120Z" })
    let start: Int64 = 1_795_766_403_120_000
    #expect(records.map { $0["sequence"]?.number?.integer } == [start, start + 1, start + 2, start + 3])
    let ids = try records.map { try #require($0["record_id"]?.string) }
    #expect(ids[0].wholeMatch(of: /ticketmaster_a-[0-9a-f]{16}/) != nil)
    #expect(ids[2].wholeMatch(of: /ticketmaster_c-1-[0-9a-f]{16}/) != nil)
    #expect(ids[3].wholeMatch(of: /[0-9a-f]{32}/) != nil)
    // The fields of the source stay as they are spelled; the place in the archive is no fact of the record.
    #expect(records[0]["name"]?.string == "Å" && records[0]["_record"] == nil && records[0]["kind"]?.string == "artist")
    #expect(records[2]["price"]?.number?.text == "10.50")
    #expect(
      fixture.kinesis.records.map(\.PartitionKey) == ["ticketmaster_a", "ticketmaster_w", "ticketmaster_v", ids[3]])
  }

  @Test("gives a document that is loaded again the same ids and sequences, and a later one greater sequences")
  func repetition() throws {
    let fixture = try SinkFixture()
    let first = try fixture.load(SinkFixture.document(SinkFixture.concert("1"), SinkFixture.concert("2"))).records
    let again = try fixture.load(SinkFixture.document(SinkFixture.concert("1"), SinkFixture.concert("2"))).records
    #expect(first == again)
    let later = try fixture.load(
      SinkFixture.document(
        SinkFixture.concert("1", #","status":"cancelled""#), SinkFixture.concert("2"), at: "2026-11-27T09:00:03.120Z")
    ).records
    #expect(later[0]["record_id"] != first[0]["record_id"] && later[1]["record_id"] == first[1]["record_id"])
    for (old, new) in zip(first, later) {
      #expect(try #require(old["sequence"]?.number?.integer) < #require(new["sequence"]?.number?.integer))
    }
    // An older document that is replayed late.
    #expect(try fixture.load(SinkFixture.document(SinkFixture.concert("1"))).records[0] == first[0])
  }

  @Test("makes the id of the content: not of the order of members, of the archive's place, or of the time")
  func identity() throws {
    let fixture = try SinkFixture()
    func id(_ record: String, at time: String = "2026-11-27T08:00:03Z") throws -> String? {
      try fixture.load(SinkFixture.document(record, at: time)).records[0]["record_id"]?.string
    }
    let id1 = try id(#"{"concert_id":"c","x":{"a":1,"b":[1,2]},"_record":"urn:1"}"#)
    #expect(try id(#"{"_record":"urn:2","x":{"b":[1,2],"a":1},"concert_id":"c"}"#, at: "2026-12-01T00:00:00Z") == id1)
    #expect(try id(#"{"concert_id":"c","x":{"a":1,"b":[2,1]}}"#) != id1)
    #expect(try id(#"{"concert_id":"c","x":{"a":"1","b":[1,2]}}"#) != id1)
    let other = try SinkFixture(
      "{plugin: kinesis, stream: concert-data-stream, key: [x, y], data_type: shows, source: tm}")
    let record = try other.load(SinkFixture.document(#"{"x":"a b","y":7,"kind":"venue"}"#)).records[0]
    #expect(record["data_type"]?.string == "shows" && record["source"]?.string == "tm")
    #expect(record["record_id"]?.string?.hasPrefix("a-b-7-") == true)
    #expect(other.kinesis.records[0].PartitionKey == "a b|7")
  }

  @Test("rejects by name what is too large for Kinesis, is no object, or was rejected before, and sends the rest")
  func rejections() throws {
    let fixture = try SinkFixture()
    // The whole record with its key is one byte too large; the next one fits to the byte.
    let probe = try fixture.load(SinkFixture.document(SinkFixture.concert("1", #","t":"""#)))
    let room = (1 << 20) - fixture.kinesis.records[0].Data.count - "ticketmaster_v".utf8.count
    #expect(probe.report.records.new == 1)
    let (report, records) = try fixture.load(
      SinkFixture.document(
        SinkFixture.concert("1", #","t":"\#(String(repeating: "x", count: room + 1))""#),
        SinkFixture.concert("2", #","t":"\#(String(repeating: "x", count: room))""#), "[1]",
        #"{"concert_id":"3","artist_id":"\#(String(repeating: "k", count: 257))"}"#,
        rejected: #"{"reason":"price: no number","href":"9","text":"{}"}"#))
    #expect(report.records == RecordCounts(found: 5, new: 1, rejected: 4))
    #expect(records.map { $0["concert_id"]?.string } == ["ticketmaster_2"])
    #expect(report.rejections.map(\.position) == [0, 2, 3, 4])
    #expect(report.rejections.map(\.key) == ["ticketmaster_1", nil, "3", "9"])
    #expect(
      report.rejections[0].reason
        == "it has 1048577 bytes with its partition key, and a record of a stream has at most 1048576")
    #expect(report.rejections[2].reason.hasPrefix("its partition key has more than 256 characters: kkk"))
    #expect(report.rejections[3].reason == "price: no number")
    #expect(report.rejected[2] == "[1]" && report.rejected.keys.sorted() == [0, 2, 3, 4])
    #expect(fixture.kinesis.problems == [])
  }

  @Test("sends the parts of a document one after another, with the time of the first")
  func parts() throws {
    let fixture = try SinkFixture()
    let documents = [
      #"{"parts":{"keys":["raw/x_2.json"],"number":1},"ingestion_result":{"timestamp":"2026-11-27T08:00:03.120Z"},"records":[\#(SinkFixture.concert("1")),7]}"#,
      #"{"parts":{"number":2,"of":"\#(SinkFixture.key)"},"ingestion_result":{},"records":[\#(SinkFixture.concert("2"))]}"#,
    ].map { Data($0.utf8) }
    let document = try PartedDocument(documents[0], at: SinkFixture.key) { _, _ in documents[1] }
    let report = try fixture.sink().load(document, for: try fixture.target, deadline: fixture.deadline)
    #expect(report.records == RecordCounts(found: 3, new: 2, rejected: 1))
    #expect(report.rejections.map(\.position) == [1] && report.rejected == [1: "7"])
    let sequences = try fixture.kinesis.records.map {
      try #require(JSONValue(parsing: [UInt8]($0.Data)).object?["sequence"]?.number?.integer)
    }
    #expect(sequences == [1_795_766_403_120_000, 1_795_766_403_120_002])
  }

  @Test("says in a dry run what it would send, and sends nothing")
  func dryRun() throws {
    let fixture = try SinkFixture()
    let result = try fixture.sink().dryRun(
      SinkFixture.document(SinkFixture.concert("1"), "1"), for: try fixture.target, deadline: fixture.deadline)
    #expect(result.report.records == RecordCounts(found: 2, new: 1, rejected: 1))
    #expect(result.differences.count == 1 && result.differences[0].change == .added)
    #expect(
      result.differences[0].label.wholeMatch(
        of: /stream concert-data-stream: events ticketmaster_1-[0-9a-f]{16}, sequence 1795766403120000/) != nil)
    #expect(fixture.kinesis.requests.isEmpty)
  }

  @Test("fails with a name of the list, and what to do")
  func failures() throws {
    let fixture = try SinkFixture()
    func error(_ document: Data = SinkFixture.document(SinkFixture.concert("1"))) -> PipelineError? {
      do {
        try fixture.load(document)
        return nil
      } catch { return error as? PipelineError }
    }
    fixture.kinesis.fail(seed: 3, share: 1)
    #expect(error()?.name == .destinationUnavailable && error()?.name.isRetryable == true)
    #expect(error()?.message.contains("the stream concert-data-stream") == true)
    let good = try SinkFixture()
    for (code, text) in [
      ("ResourceNotFoundException", "names no stream of this account and region"),
      ("AccessDeniedException", "lack kinesis:PutRecords"), ("ValidationException", "the stream concert-data-stream"),
      ("KMSAccessDeniedException", "lack kms:GenerateDataKey"), ("KMSDisabledException", "encrypts the stream"),
      ("KMSInvalidStateException", "encrypts the stream"), ("KMSNotFoundException", "encrypts the stream"),
      ("KMSOptInRequired", "encrypts the stream"),
    ] {
      good.kinesis.fail(.refuses(400, code))
      let error = #expect(throws: PipelineError.self) { try good.load(SinkFixture.document(SinkFixture.concert("1"))) }
      #expect(error?.name == .configurationInvalid && error?.message.contains(text) == true, "\(code)")
    }
    for (document, name, text) in [
      ("{}", PipelineError.Name.storageCorrupt, "no list of records"), ("{", .storageCorrupt, "line 1"),
      ("[]", .storageCorrupt, "does not say when its source was read"),
      (#"{"records":[]}"#, .storageCorrupt, "does not say when its source was read"),
      (#"{"ingestion_result":{"success":false},"records":[]}"#, .storageCorrupt, "a run that failed"),
      (#"{"ingestion_result":{"source":"spotify"},"records":[]}"#, .invalidInput, "of the source 'spotify'"),
    ] {
      let error = #expect(throws: PipelineError.self) { try good.load(Data(document.utf8)) }
      #expect(error?.name == name && error?.message.contains(text) == true, "\(document)")
    }
  }

  @Test("sends nothing of a document that the other sinks refuse: its sequences would outlast those of true versions")
  func future() throws {
    let fixture = try SinkFixture()
    let late = SinkFixture.document(SinkFixture.concert("1"), at: "2126-01-01T00:00:00Z")
    let error = #expect(throws: PipelineError.self) { try fixture.load(late) }
    #expect(error?.name == .storageCorrupt && error?.message.contains("which is in the future") == true)
    #expect(fixture.kinesis.requests.isEmpty)
    try fixture.load(SinkFixture.document(SinkFixture.concert("1"), at: "2026-12-01T12:59:00Z"))
    #expect(fixture.kinesis.records.count == 1)
  }

  @Test("gives the ledger no text with a NUL, which it could not store")
  func nul() throws {
    let (report, records) = try SinkFixture().load(
      SinkFixture.document(
        #"{"concert_id":"a\u0000\#(String(repeating: "k", count: 300))"}"#, SinkFixture.concert("2"),
        rejected: #"{"reason":"price\u0000: no number","href":"9\u0000"},{"reason":"r","href":"8"}"#))
    #expect(records.map { $0["concert_id"]?.string } == ["ticketmaster_2"])
    #expect(report.rejections.map(\.key) == [nil, nil, "8"])
    #expect(report.rejections[0].reason.contains("256 characters: a\u{fffd}kkk"))
    #expect(report.rejections[1].reason == "price\u{fffd}: no number")
  }

  @Test("is left out if the name of its stream is empty")
  func leftOut() throws {
    let load = #"[{plugin: kinesis, stream: "${AWS_KINESIS_STREAM_NAME:-}", partition_key: [concert_id]}]"#
    let without = try SinkFixture.definition(load).sinks[0]
    #expect(KinesisSink.reasonToLeaveOut(without)?.hasPrefix("stream is empty: ") == true)
    let with = try SinkFixture.definition(load, ["AWS_KINESIS_STREAM_NAME": "s"]).sinks[0]
    #expect(KinesisSink.reasonToLeaveOut(with) == nil && with.text("stream") == "s")
    #expect(throws: PipelineError.self) { try SinkFixture.definition("{plugin: kinesis, stream: a b}") }
    #expect(throws: PipelineError.self) { try SinkFixture.definition("{plugin: kinesis}") }
  }

  @Test("leaves the counts and earlier rejections to the sinks that keep records")
  func combining() throws {
    var kept = LoadReport(records: RecordCounts(found: 3, new: 1, unchanged: 2), isInLedger: false)
    kept.resolutions = ["1": .loaded, "2": .loaded]
    var sent = LoadReport(
      records: RecordCounts(found: 3, new: 2, rejected: 1),
      rejections: [.init(position: 2, reason: "too large", key: "2")], rejected: [2: "{}"])
    sent.isStateless = true
    for reports in [[kept, sent], [sent, kept]] {
      let both = LoadReport(combining: reports)
      #expect(both.records == RecordCounts(found: 3, new: 1, unchanged: 1, rejected: 1))
      #expect(both.resolutions == ["1": .loaded] && both.rejections.count == 1 && both.rejected == [2: "{}"])
      #expect(!both.isStateless)
    }
    #expect(LoadReport(combining: [sent]).records == sent.records)
  }
}
