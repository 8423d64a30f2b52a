import Contracts
import Foundation
import Testing
import Time

@Suite("Expected freshness")
struct FreshnessTests {
  private static let rule = "{check: freshness, field: at, maximum_age: 36h}"

  private func records(_ times: [String]) -> [String] { times.map { #"{"at":"\#($0)"}"# } }

  @Test(
    "The newest value counts, whatever the zone and the order",
    arguments: [
      ["2024-05-29T20:00:00Z"], ["2024-05-29T15:00:00-05:00"], ["2020-01-01", "2024-05-30T22:00:00+02:00", "odd"],
      ["2024-05-31T08:00:00Z"], ["2024-05-31T20:00:00Z"],
    ])
  func fresh(times: [String]) throws {
    #expect(try Expected.breach(Self.rule, records(times)) == nil)
  }

  @Test("An older one is a breach, by the time of the reading and not of today")
  func old() throws {
    let breach = try Expected.breach(Self.rule, records(["2024-05-29T19:59:59Z", "2024-05-01"]))
    #expect(
      breach
        == "the newest at is 2024-05-29T19:59:59.000Z, over 36h before the reading, and maximum_age is 36h")
  }

  @Test("A time without a zone is in the dataset's", arguments: [("UTC", false), ("America/Chicago", true)])
  func zone(zone: String, isFresh: Bool) throws {
    let breach = try Expected.breach(Self.rule, records(["2024-05-29 16:00"]), zone: zone)
    #expect((breach == nil) == isFresh)
  }

  @Test("A time more than a day ahead hides nothing")
  func future() throws {
    let breach = try Expected.breach(Self.rule, records(["2099-01-01T00:00:00Z", "2024-05-01T00:00:00Z"]))
    #expect(breach?.hasPrefix("the newest at is 2024-05-01T00:00:00.000Z") == true)
  }

  @Test(
    "No record with a time is a breach: empty, all null, numbers, texts that are no time",
    arguments: [[], ["{}", #"{"at":null}"#], [#"{"at":1717142400}"#], [#"{"at":"NaN"}"#]])
  func none(records: [String]) throws {
    #expect(try Expected.breach(Self.rule, records) == "no record has a time in at, and maximum_age is 36h")
  }

  @Test("Without a time of reading there is no age, and the log says so")
  func noReading() throws {
    let result = try Expected([Self.rule]).check(Expected.document(records(["2020-01-01"]), readAt: nil))
    #expect(result.notice == nil)
    #expect(
      result.remarks == ["expect[0] freshness: not applied: the document does not say when its source was read"])
  }

  @Test("An incremental document without records is as old as its checkpoint")
  func checkpoint() throws {
    let expected = Expected([Self.rule], isIncremental: true)
    let fresh = Expected.document([], checkpoint: "2024-05-30T00:00:00Z")
    #expect(try expected.check(fresh).notice == nil)
    let old = Expected.document([], checkpoint: "2024-05-20T08:00:00Z")
    #expect(
      try expected.check(old).notice
        == "SourceChanged: expect[0] freshness: the checkpoint is 2024-05-20T08:00:00.000Z, over 11d before the reading, and "
        + "maximum_age is 36h")
    #expect(try expected.check(Expected.document([])).notice == nil)
  }
}
