import Contracts
import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time

/// Replays whose newest archive cannot be used.
struct ReplayFallbackTests {
  private let scraper = ScraperHarness()
  private var store: MemoryStore { scraper.store }
  private let replay = #"{"date": "2024-05-31", "run": "again", "replay": {}}"#

  /// Makes the archives of two runs, and returns the key of the newer one.
  private func makeArchives() throws -> String {
    try scraper.handle()
    scraper.time.advance(by: .seconds(1))
    return try scraper.handle(#"{"date": "2024-05-31", "run": "run-2"}"#).archiveKey
  }

  @Test(
    "A damaged newest archive makes way for the one before it, and log and response say so",
    arguments: ["a flipped byte", "cut", "cut in the first member", "empty", "not gzip", "gone"])
  func fallback(damage: String) throws {
    let newest = try makeArchives()
    let whole = try #require(store.archives[newest])
    switch damage {
    case "a flipped byte": store.damage(newest)
    case "cut": store.replaceArchive(newest, with: whole.dropLast(20))
    case "cut in the first member": store.replaceArchive(newest, with: whole.prefix(40))
    case "empty": store.replaceArchive(newest, with: Data())
    case "not gzip": store.replaceArchive(newest, with: Data("<html>".utf8))
    default: store.replaceArchive(newest, with: nil)
    }
    var log: [String] = []
    let replayed = try scraper.handle(replay) { log.append($0) }
    #expect(replayed.archiveKey == ScraperHarness.archiveKey)
    #expect(replayed.eventCount == 3)
    let notice = try #require(replayed.notice)
    #expect(notice.hasPrefix("the newest archive, of the run run-2, "), "\(notice)")
    #expect(notice.hasSuffix(": an earlier one was replayed, of the run run-1"), "\(notice)")
    #expect(notice.contains("is damaged (StorageCorrupt)") == (damage != "gone"), "\(notice)")
    #expect(notice.count <= 300)
    let passed = log.filter { $0.contains("archive passed over") }
    #expect(passed.count == 1 && passed[0].contains(newest), "\(log)")
  }

  @Test("A replay of the newest archive has no notice")
  func noFallback() throws {
    let newest = try makeArchives()
    let replayed = try scraper.handle(replay)
    #expect(replayed.archiveKey == newest)
    #expect(replayed.notice == nil)
  }

  @Test("If all archives are damaged, the error is that of the newest")
  func allDamaged() throws {
    let newest = try makeArchives()
    store.damage(ScraperHarness.archiveKey)
    store.damage(newest)
    let error = try #require(#expect(throws: PipelineError.self) { try scraper.handle(replay) })
    #expect(error.name == .storageCorrupt)
    #expect(error.message.contains(newest))
  }

  @Test("A store that cannot be read now is no reason to replay an older archive")
  func unavailable() throws {
    let newest = try makeArchives()
    store.unreadable = newest
    #expect(throws: PipelineError(.storageUnavailable, "503")) { try scraper.handle(replay) }
  }
}
