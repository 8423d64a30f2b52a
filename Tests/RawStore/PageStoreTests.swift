import Foundation
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

@testable import RawStore

/// Pages and archives as they rest in S3; who asks for a page is tried out in the scraper's tests.
@Suite struct PageStoreTests {
  private let s3: MemoryS3
  private let raw: RawStore
  private let date: CalendarDate
  private var soon: Deadline { Deadline(after: .seconds(20), on: SystemTime()) }

  init() throws {
    s3 = try MemoryS3()
    raw = try RawStore(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment)
    date = try #require(CalendarDate("2024-05-31"))
  }

  private func key(_ run: String, date: String = "2024-05-31") throws -> RawKey {
    RawKey(dataset: "wwoz", dataType: "events", date: try #require(CalendarDate(date)), run: run)
  }

  private func page(_ text: String, url: String = "https://x/1", at seconds: Double = 1_717_142_400.123) -> StoredPage {
    StoredPage(url: url, member: Data(text.utf8), validated: Date(timeIntervalSince1970: seconds))
  }

  @Test func aPageLiesUnderTheDigestOfItsAddressWithTheTimeOfItsValidation() throws {
    let store = raw.pages(of: "wwoz")
    let page = page("member", url: "https://www.wwoz.org/events/1?a=b")
    #expect(store.keep([page], deadline: soon) == [nil])
    #expect(s3.keys == ["pages/wwoz/fdcba35819ba6b7515351be8800fbad70cfb4bb555517af9a8d2dba3eff87961.warc.gz"])
    let found = store.pages([page.url, "https://www.wwoz.org/events/2"], deadline: soon)
    #expect(try found[0].get()?.member == page.member)
    #expect(try found[1].get() == nil)
    let validated = try #require(try found[0].get()?.validated)
    #expect(abs(validated.timeIntervalSince(page.validated)) < 0.000_5)
  }

  @Test func aLaterValidationTakesThePlaceOfAnEarlierOne() throws {
    let store = raw.pages(of: "wwoz")
    _ = store.keep([page("member")], deadline: soon)
    _ = store.keep([page("member", at: 1_717_228_800)], deadline: soon)
    #expect(s3.keys.count == 1)
    let found = try store.pages(["https://x/1"], deadline: soon)[0].get()
    #expect(found?.validated == Date(timeIntervalSince1970: 1_717_228_800))
  }

  @Test func eachPageHasItsOwnOutcome() throws {
    let store = raw.pages(of: "wwoz")
    let pages = (1...3).map { page("member \($0)", url: "https://x/\($0)") }
    _ = store.keep(pages, deadline: soon)
    let broken = try #require(s3.keys.first { s3.body(of: $0) == pages[1].member })
    // With its checksum as it was.
    s3.set(Data("other".utf8), at: broken, keepingChecksum: true)
    let found = store.pages(pages.map(\.url), deadline: soon)
    #expect(try found[0].get() == pages[0])
    #expect(throws: PipelineError.self) { try found[1].get() }
    #expect(try found[2].get() == pages[2])
    if case .failure(let error) = found[1] { #expect(error.name == .storageCorrupt) }
  }

  @Test func archivesAreToldInTheOrderInWhichTheyWereBegun() throws {
    let begun = Date(timeIntervalSince1970: 1_717_142_400)
    let keys = try [("b.1", 0.0), ("a", 0.001), ("c", 2)].map { run, seconds in
      try key(run).archive(begun: begun + seconds, request: "8f14.x/y")
    }
    #expect(keys[1].attempt == "20240531T080000001Z-8f14-x-y")
    for key in keys.reversed() { #expect(try raw.put(Data("\(key)".utf8), at: key, deadline: soon)) }
    try raw.put(Data("{}".utf8), at: key("a"), deadline: soon)
    try raw.put(Data(), at: key("b", date: "2024-06-01").archive(begun: begun, request: "r"), deadline: soon)
    #expect(try raw.archives(beside: key("z"), deadline: soon) == keys)
    #expect(try raw.get("\(keys[0])", deadline: soon) == Data("\(keys[0])".utf8))
  }

  @Test func whatWasWrittenOnceStays() throws {
    for key in try [key("a"), key("a").archive(begun: Date(timeIntervalSince1970: 0), request: "r")] {
      #expect(try raw.put(Data("first".utf8), at: key, deadline: soon))
      #expect(try !raw.put(Data("second".utf8), at: key, deadline: soon))
      #expect(try raw.get("\(key)", deadline: soon) == Data("first".utf8))
    }
  }

  @Test func whatElseLiesInADaysFolderIsNoArchive() throws {
    let folder = "raw/wwoz/events/year=2024/month=05/day=31/"
    for name in [
      "events_2024-05-31_x.1.warc", "events_2024-05-30_x.1.warc.gz", "notes.warc.gz", "events_2024-05-31_x.warc.gz",
      "sub/events_2024-05-31_x.1.warc.gz", "events_2024-05-31_x y.1.warc.gz",
    ] {
      s3.put(Data(), at: folder + name)
    }
    #expect(try raw.archives(beside: key("z"), deadline: soon).isEmpty)
  }

  @Test func aStoreInTroubleIsNoMissingArchive() throws {
    s3.refuse { _ in true }
    let time = ManualTime()
    let raw = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment, time: time)
    let error = #expect(throws: PipelineError.self) {
      try raw.archives(beside: key("a"), deadline: Deadline(after: .seconds(60), on: time))
    }
    #expect(error?.name == .storageUnavailable)
  }
}
