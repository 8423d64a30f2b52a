import Contracts
import EventRecords
import Fetching
import Foundation
import RawStore
import ScraperFunction
import ScrapingSupport
import Testing
import Time

/// Item ids may have the separator of keys: the run `b_1` of the item `a` has the key of the run `1` of the item `a_b`.
struct KeyCollisionTests {
  private let scraper = ScraperHarness()

  /// Records nothing but that the item was read.
  private final class EmptyExtractor: Extractor {
    let policy = makePolicy(site)

    func extract(
      _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline
    ) throws(PipelineError) -> Extract<EventRecord> {
      _ = fetcher.fetch([policy.site.url(of: "/items/\(item)")], deadline: deadline)
      return Extract(records: [], pagesRead: 1, listedAt: Date(timeIntervalSince1970: 0))
    }
  }

  /// Like S3, it knows an object by its key alone.
  private final class KeyStore: ExtractStore {
    private(set) var objects: [String: Data] = [:]

    func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) -> Bool {
      guard objects["\(key)"] == nil else { return false }
      objects["\(key)"] = data
      return true
    }

    func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
      guard let data = objects[key] else { throw PipelineError(.invalidInput, "nothing at \(key)") }
      return data
    }

    func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey] { [] }

    func url(of key: String) -> String { "s3://bucket/\(key)" }
  }

  @Test("An item does not answer with the document of another item that has its key")
  func collision() throws {
    let extractor = EmptyExtractor()
    let store = KeyStore()
    let handler = ScraperHandler(
      defaultDataset: "wwoz", registry: { (_) throws(PipelineError) in (testDataset, extractor) },
      source: { _ in FakeSite() }, pages: { _, _ in nil }, store: store, time: scraper.time)
    let first = try scraper.handle(#"{"item": {"id": "a_b"}, "run": "1"}"#, by: handler, request: "one")
    let document = store.objects[first.s3Key]
    let error = #expect(throws: PipelineError.self) {
      try scraper.handle(#"{"item": {"id": "a"}, "run": "b_1"}"#, by: handler, request: "two")
    }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains("of another item than a") == true)
    #expect(store.objects[first.s3Key] == document && document != nil, "the first item's document stays")
    // Another attempt of the first item is not refused.
    #expect(try scraper.handle(#"{"item": {"id": "a_b"}, "run": "1"}"#, by: handler, request: "three").item == "a_b")
  }
}
