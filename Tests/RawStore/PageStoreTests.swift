import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import RawStore

/// Pages and archives in S3. Tests of leases are in `SharedPagesTests`.
struct PageStoreTests {
  private let s3: MemoryS3
  private let raw: RawStore
  private var soon: Deadline { Deadline(after: .seconds(20), on: SystemTime()) }

  init() throws {
    s3 = try MemoryS3()
    raw = try RawStore(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment)
  }

  private func key(_ run: String, date: String = "2024-05-31") throws -> RawKey {
    RawKey(
      dataset: testDataset, item: WorkItem(date: try #require(CalendarDate(date))), run: run, started: Date())
  }

  private func page(_ text: String, url: String = "https://x/1", at seconds: Double = 1_717_142_400.123) -> StoredPage {
    StoredPage(url: url, member: Data(text.utf8), validated: Date(timeIntervalSince1970: seconds))
  }

  @Test("A page is stored under the digest of its address, with the time of its validation")
  func location() throws {
    let store = raw.pages(of: "wwoz")
    let page = page("member", url: "https://www.wwoz.org/events/1?a=b")
    #expect(store.store([page], deadline: soon) == [nil])
    #expect(s3.keys == ["pages/wwoz/fdcba35819ba6b7515351be8800fbad70cfb4bb555517af9a8d2dba3eff87961.warc.gz"])
    let found = store.pages([page.url, "https://www.wwoz.org/events/2"], deadline: soon)
    #expect(try found[0].get()?.member == page.member)
    #expect(try found[1].get() == nil)
    let validated = try #require(try found[0].get()?.validated)
    #expect(abs(validated.timeIntervalSince(page.validated)) < 0.000_5)
  }

  @Test("A later validation replaces an earlier one")
  func laterValidation() throws {
    let store = raw.pages(of: "wwoz")
    _ = store.store([page("member")], deadline: soon)
    _ = store.store([page("member", at: 1_717_228_800)], deadline: soon)
    #expect(s3.keys.count == 1)
    let found = try store.pages(["https://x/1"], deadline: soon)[0].get()
    #expect(found?.validated == Date(timeIntervalSince1970: 1_717_228_800))
  }

  @Test("Each page has its own outcome")
  func outcomes() throws {
    let store = raw.pages(of: "wwoz")
    let pages = (1...3).map { page("member \($0)", url: "https://x/\($0)") }
    _ = store.store(pages, deadline: soon)
    let broken = try #require(s3.keys.first { s3.body(of: $0) == pages[1].member })
    // The checksum stays.
    s3.set(Data("other".utf8), at: broken, keepingChecksum: true)
    let found = store.pages(pages.map(\.url), deadline: soon)
    #expect(try found[0].get() == pages[0])
    #expect(throws: PipelineError.self) { try found[1].get() }
    #expect(try found[2].get() == pages[2])
    if case .failure(let error) = found[1] { #expect(error.name == .storageCorrupt) }
  }

  @Test("Archives are listed by the start of their attempts")
  func order() throws {
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

  @Test("A document or archive that was written once stays")
  func immutable() throws {
    for key in try [key("a"), key("a").archive(begun: Date(timeIntervalSince1970: 0), request: "r")] {
      #expect(try raw.put(Data("first".utf8), at: key, deadline: soon))
      #expect(try !raw.put(Data("second".utf8), at: key, deadline: soon))
      #expect(try raw.get("\(key)", deadline: soon) == Data("first".utf8))
    }
  }

  @Test("Other objects in a partition are not archives")
  func otherObjects() throws {
    let folder = "raw/wwoz/events/year=2024/month=05/day=31/"
    for name in [
      "events_2024-05-31_x.1.warc", "events_2024-05-30_x.1.warc.gz", "notes.warc.gz", "events_2024-05-31_x.warc.gz",
      "sub/events_2024-05-31_x.1.warc.gz", "events_2024-05-31_x y.1.warc.gz",
    ] {
      s3.put(Data(), at: folder + name)
    }
    #expect(try raw.archives(beside: key("z"), deadline: soon).isEmpty)
  }

  @Test("A failing store is StorageUnavailable, not a missing archive")
  func failingStore() throws {
    s3.refuse { _ in true }
    let time = ManualTime()
    let raw = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment, time: time)
    let error = #expect(throws: PipelineError.self) {
      try raw.archives(beside: key("a"), deadline: Deadline(after: .seconds(60), on: time))
    }
    #expect(error?.name == .storageUnavailable)
  }

  @Test("The archives of an item without a date are found in all partitions, those of other items are not")
  func undatedItem() throws {
    let day = 86_400.0
    func key(_ item: String, _ run: String, at seconds: Double) throws -> RawKey {
      let date = Date(timeIntervalSince1970: 1_717_142_400 + seconds)
      return RawKey(dataset: testDataset, item: try WorkItem(id: item), run: run, started: date)
        .archive(begun: date, request: "r")
    }
    let keys = try [key("jazz", "a", at: 0), key("jazz", "b", at: 40 * day), key("jazz", "c", at: 400 * day)]
    for key in try keys.reversed() + [key("funk", "a", at: 0), key("jaz", "z", at: 0)] {
      try raw.put(Data(), at: key, deadline: soon)
    }
    s3.put(Data(), at: "raw/wwoz/events/year=2024/month=05/day=32/events_jazz_a.1.warc.gz")
    s3.put(Data(), at: "raw/wwoz/events/year=2024/month=05/events_jazz_a.1.warc.gz")
    #expect(keys.map(\.partition.description) == ["2024-05-31", "2024-07-10", "2025-07-05"])
    let own = RawKey(dataset: testDataset, item: try WorkItem(id: "jazz"), run: "z", started: Date())
    #expect(try raw.archives(beside: own, deadline: soon) == keys)
  }
}

extension PageStore {
  /// Reads pages; nil for an address without a page.
  fileprivate func pages(_ urls: [String], deadline: Deadline) -> [Result<StoredPage?, PipelineError>] {
    slots(urls, deadline: deadline).map { outcome in
      outcome.map { slot in if case .page(let page) = slot { page } else { nil } }
    }
  }
}
