import Contracts
import Enrichment
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import EnricherFunction

@Suite("Enricher")
final class EnricherTests {
  private let time = ManualTime()
  private var metrics = Metrics()
  private var log: [String] = []
  private var calls: [String] = []
  private var located: Result<LocatingReport, PipelineError> = .success(LocatingReport())
  private var embedded: Result<EmbeddingReport, PipelineError> = .success(EmbeddingReport())
  private var linked: Result<LinkingReport, PipelineError> = .success(LinkingReport())
  private var timesLeft: [Duration] = []

  private static func dataset(_ id: String?) throws(PipelineError) -> Dataset {
    guard let id = id ?? Optional("d"), ["d", "prices"].contains(id) else {
      throw PipelineError(.invalidInput, "unknown dataset")
    }
    return Dataset(
      id: id, dataType: "events", timeZone: "America/Chicago", extractor: "none",
      sinks: [id == "d" ? "tables" : "postgres"])
  }

  private struct Locator: VenueLocating {
    let locate: (Deadline) throws(PipelineError) -> LocatingReport
    func locateVenues(deadline: Deadline) throws(PipelineError) -> LocatingReport { try locate(deadline) }
  }

  /// Runs the handler on a request as it comes over the wire, and returns the response's body.
  private func respond(_ event: String, locates: Bool = true, within limit: Duration = .seconds(300)) throws -> [String:
    Any]
  {
    let locator = Locator { [self] (deadline) throws(PipelineError) -> LocatingReport in
      calls.append("locate")
      timesLeft.append(deadline.remaining)
      return try located.get()
    }
    let handler = EnricherHandler(
      dataset: Self.dataset, isEnriched: { $0.sinks.contains("tables") }, locator: locates ? locator : nil,
      embed: { [self] (deadline) throws(PipelineError) -> EmbeddingReport in
        calls.append("embed")
        timesLeft.append(deadline.remaining)
        return try embedded.get()
      },
      link: { [self] (_) throws(PipelineError) -> LinkingReport in
        calls.append("link")
        return try linked.get()
      })
    let request = try JSONDecoder().decode(EnrichRequest.self, from: Data(event.utf8))
    metrics = Metrics(time: time)
    let context = LambdaContext(
      requestID: "r", deadline: Deadline(after: limit, on: time),
      log: Logger(environment: [:], time: time) { [self] in log.append($0) }, metrics: metrics)
    let response = try JSONEncoder().encode(try handler.handle(request, context))
    let object = try #require(try JSONSerialization.jsonObject(with: response) as? [String: Any])
    #expect(object["statusCode"] as? Int == 200)
    return try #require(object["body"] as? [String: Any])
  }

  private func report(_ rows: [String: Int], more: Bool = false, notes: [String] = []) -> EmbeddingReport {
    var report = EmbeddingReport()
    (report.rows, report.more, report.notes) = (rows, more, notes)
    return report
  }

  private func locating(_ found: Int, _ missed: Int = 0, failed: Int = 0, more: Bool = false) -> LocatingReport {
    var report = LocatingReport()
    report.counts.lookedUp = found + missed + failed
    (report.counts.found, report.counts.missed, report.counts.failed) = (found, missed, failed)
    report.more = more
    return report
  }

  @Test("Venues are located, then texts embedded; the response has the counts of both")
  func counts() throws {
    located = .success(locating(58, 2, failed: 1))
    embedded = .success(report(["events": 118, "artists": 97, "venues": 60, "genres": 12], notes: ["a note"]))
    let body = try respond(#"{"dataset": "d", "run": "r1"}"#)
    #expect(calls == ["locate", "embed", "link"])
    #expect(
      Set(body.keys) == ["status", "message", "dataset", "embedded", "geocoded", "links", "more", "notes"])
    #expect(body["status"] as? String == "success")
    #expect(body["message"] as? String == "287 rows embedded, 58 of 61 venues located")
    #expect(body["embedded"] as? [String: Int] == ["events": 118, "artists": 97, "venues": 60, "genres": 12])
    #expect(body["geocoded"] as? [String: Int] == ["looked_up": 61, "found": 58, "missed": 2, "failed": 1])
    #expect(body["more"] as? Bool == false && body["notes"] as? [String] == ["a note"])
    #expect(
      metrics.values == [
        "EmbeddedRows": 287, "GeocoderLookups": 61, "GeocoderMisses": 2, "GeocoderFailures": 1,
      ])
    #expect(log.count == 2 && log[0].contains("WARN a note"))
  }

  @Test("Artists and venues are linked at the end, and the counts of a run's calls are added up")
  func links() throws {
    var report = LinkingReport()
    (report.counts.compared, report.counts.new, report.counts.removed, report.more) = (140, 31, 2, true)
    linked = .success(report)
    let body = try respond(
      """
      {"dataset":"d","so_far":{"embedded":{"events":10,"artists":1,"venues":0,"genres":0},
      "geocoded":{"looked_up":5,"found":4,"missed":1,"failed":0},"links":{"compared":10,"new":1,"removed":0},
      "more":true,"notes":[]}}
      """)
    #expect(body["links"] as? [String: Int] == ["compared": 150, "new": 32, "removed": 2])
    #expect(
      body["message"] as? String
        == "11 rows embedded, 4 of 5 venues located, 150 artists and venues compared, and more to do")
    #expect(body["more"] as? Bool == true)
    linked = .failure(PipelineError(.databaseUnavailable, "gone"))
    #expect(throws: PipelineError(.databaseUnavailable, "gone")) { try self.respond("{}") }
  }

  @Test("Geocoding gets half of the time, and embedding what is left")
  func halves() throws {
    _ = try respond("{}", within: .seconds(100))
    #expect(timesLeft == [.seconds(50), .seconds(100)])
  }

  @Test("The counts of a run's earlier calls are added up, and a note is there once", arguments: [true, false])
  func sums(more: Bool) throws {
    located = .success(locating(1, more: more))
    embedded = .success(report(["events": 2], more: false, notes: ["a note"]))
    let body = try respond(
      """
      {"dataset":"d","so_far":{"embedded":{"events":10,"artists":1,"venues":0,"genres":0},
      "geocoded":{"looked_up":5,"found":4,"missed":1,"failed":0},"more":true,"notes":["a note"]}}
      """)
    #expect(body["embedded"] as? [String: Int] == ["events": 12, "artists": 1, "venues": 0, "genres": 0])
    #expect(body["geocoded"] as? [String: Int] == ["looked_up": 6, "found": 5, "missed": 1, "failed": 0])
    #expect(body["more"] as? Bool == more && body["notes"] as? [String] == ["a note"])
    #expect(metrics.values["EmbeddedRows"] == 2)
  }

  @Test("A dataset in other tables is skipped, and no store is opened")
  func skipped() throws {
    let body = try respond(#"{"dataset":"prices"}"#)
    #expect(body["status"] as? String == "skipped" && calls.isEmpty)
    #expect(body["message"] as? String == "prices has no sink whose tables are enriched")
  }

  @Test(
    "A geocoder that is down does not stop the embedding; its error is a note",
    arguments: [
      PipelineError.Name.sourceUnavailable, .sourceThrottled, .sourceRefused, .sourceChanged, .deadlineExceeded,
    ])
  func geocoderDown(name: PipelineError.Name) throws {
    located = .failure(PipelineError(name, "no route to the geocoder"))
    embedded = .success(report(["events": 3]))
    let body = try respond("{}")
    #expect(calls == ["locate", "embed", "link"])
    #expect((body["embedded"] as? [String: Int])?["events"] == 3)
    #expect(body["notes"] as? [String] == ["venues are not geocoded: \(name.rawValue): no route to the geocoder"])
    #expect(metrics.values["GeocoderFailures"] == 1)
  }

  @Test("Any other error is the function's, so that the state machine tries again")
  func errors() throws {
    embedded = .failure(PipelineError(.databaseUnavailable, "gone"))
    #expect(throws: PipelineError(.databaseUnavailable, "gone")) { try self.respond("{}") }
    located = .failure(PipelineError(.databaseUnavailable, "gone before"))
    calls = []
    #expect(throws: PipelineError(.databaseUnavailable, "gone before")) { try self.respond("{}") }
    #expect(calls == ["locate"])
    #expect(throws: PipelineError(.invalidInput, "unknown dataset")) { try self.respond(#"{"dataset":"none"}"#) }
  }

  @Test("Without a geocoder texts are embedded all the same")
  func noLocator() throws {
    embedded = .success(report(["genres": 1]))
    let body = try respond("{}", locates: false)
    #expect(calls == ["embed", "link"] && (body["geocoded"] as? [String: Int])?["looked_up"] == 0)
  }

  @Test("Notes are cut, and there are at most twenty: the summary is a state of at most 256 KiB")
  func notes() throws {
    embedded = .success(report([:], notes: (0..<50).map { "\($0)" + String(repeating: "x", count: 1000) }))
    let notes = try #require(try respond("{}")["notes"] as? [String])
    #expect(notes.count == 20 && notes.allSatisfy { $0.count == 500 })
  }

  @Test("The length of notes is that in UTF-8: a character may have any number of scalars")
  func longCharacters() throws {
    let note = "xe" + String(repeating: "\u{301}", count: 10_000)
    embedded = .success(report([:], notes: [note, "é"]))
    let notes = try #require(try respond("{}")["notes"] as? [String])
    #expect(notes.map(\.utf8.count) == [500, 2])
    #expect(notes.first.map { note.unicodeScalars.starts(with: $0.unicodeScalars) } == true, "no scalar is cut")
  }
}

/// The counts of a call on their way into the next one, and into the run's summary.
@Suite("The enricher's response")
struct EnrichResponseTests {
  @Test("has every count of the call")
  func counts() {
    var counts = EnrichmentCounts()
    (counts.embedded.events, counts.embedded.genres, counts.geocoded.lookedUp) = (4, 1, 3)
    (counts.links, counts.more) = (EnrichmentCounts.Links(), true)
    counts.links?.compared = 140
    counts.links?.new = 31
    counts.note("a sentence")
    #expect(EnrichResponse(counts, dataset: "d").counts == counts)
  }
}
