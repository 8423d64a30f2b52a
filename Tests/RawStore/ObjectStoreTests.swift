import AWS
import Contracts
import Foundation
import RawFolder
import TestSupport
import Testing
import Time

@testable import RawStore

/// The guarantees of every place of the raw data: S3, by the client over a server in memory, and a folder.
struct ObjectStoreTests {
  enum Kind: String, CaseIterable, Sendable { case s3, folder }

  /// A place, and another process's view of it.
  private final class Place {
    let s3: MemoryS3?
    let folder: URL

    init(_ kind: Kind) throws {
      s3 = kind == .s3 ? try MemoryS3() : nil
      folder = FileManager.default.temporaryDirectory.appending(path: "raw-\(UUID())")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func store() throws -> any ObjectStore {
      guard let s3 else { return try FolderObjects(folder.path) }
      return try S3Client(AWSSession(environment: s3.environment, region: "us-east-1"))
    }
  }

  private var soon: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  private func location(_ key: String) -> S3Location { S3Location(bucket: "data", key: key) }

  @Test("An object is read as it was written, with its metadata, by any process", arguments: Kind.allCases)
  func roundTrip(kind: Kind) throws {
    let place = try Place(kind)
    let body = Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let metadata = ["validated": "2024-05-31T08:00:00.000Z"]
    let results = try place.store().putAll(
      [
        S3Write(body, to: location("pages/a/1.warc.gz"), metadata: metadata),
        S3Write(Data(), to: location("raw/a/b/empty.json")),
      ], deadline: soon)
    #expect(results.allSatisfy { (try? $0.get()) != nil })
    let read = try place.store().getAll(
      ["pages/a/1.warc.gz", "raw/a/b/empty.json", "raw/a/b", "raw/a/b/other"].map(location), maximumBytes: 70_000,
      deadline: soon)
    #expect(try read[0].get().body == body)
    #expect(try read[0].get().info.metadata == metadata)
    #expect(try read[0].get().info.etag == results[0].get().etag)
    #expect(try read[1].get().body.isEmpty && read[1].get().info.metadata.isEmpty)
    for missing in read[2...] {
      #expect(throws: AWSError.self) { try missing.get() }
      if case .failure(let error) = missing { #expect(error.kind == .notFound) }
    }
    let tooLarge = try place.store().getAll([location("pages/a/1.warc.gz")], maximumBytes: 69_999, deadline: soon)
    if case .failure(let error) = tooLarge[0] { #expect(error.kind == .tooLarge) } else { Issue.record("it was read") }
  }

  @Test("Body and metadata are replaced together, also if only one of them changes", arguments: Kind.allCases)
  func replacement(kind: Kind) throws {
    let place = try Place(kind)
    defer { withExtendedLifetime(place) {} }
    let store = try place.store()
    for (body, metadata) in [
      ("a", ["validated": "1"]), ("a", ["validated": "2"]), ("b", ["validated": "2"]), ("b", [:]), ("a", [:]),
    ] {
      let write = S3Write(Data(body.utf8), to: location("pages/x"), metadata: metadata)
      try store.put(write, deadline: soon)
      let found = try store.get(location("pages/x"), maximumBytes: 10, deadline: soon)
      #expect(found.body == Data(body.utf8) && found.info.metadata == metadata)
    }
  }

  @Test("A write whose condition is not met changes nothing", arguments: Kind.allCases)
  func conditions(kind: Kind) throws {
    let place = try Place(kind)
    defer { withExtendedLifetime(place) {} }
    let store = try place.store()
    func put(_ text: String, _ condition: S3WriteCondition, at key: String = "pages/l") throws -> String {
      let write = S3Write(Data(text.utf8), to: location(key), condition: condition)
      return try store.putAll([write], deadline: soon)[0].get().etag
    }
    func refusal(_ work: () throws -> String) -> AWSError.Kind? {
      do { _ = try work() } catch { return (error as? AWSError)?.kind }
      return nil
    }
    #expect(refusal { try put("x", .matches(etag: "\"0\"")) } == .notFound)
    let first = try put("first", .absent)
    #expect(refusal { try put("second", .absent) } == .preconditionFailed)
    let second = try put("second", .matches(etag: first))
    #expect(refusal { try put("third", .matches(etag: first)) } == .preconditionFailed)
    #expect(try store.get(location("pages/l"), maximumBytes: 10, deadline: soon).body == Data("second".utf8))
    #expect(try put("third", .matches(etag: second)) != second)
  }

  @Test("Of many writers with one condition, one succeeds", arguments: Kind.allCases)
  func competition(kind: Kind) async throws {
    let place = try Place(kind)
    let target = location("pages/lease")
    let winners = await withTaskGroup(of: Bool.self) { group in
      for writer in 0..<8 {
        guard let store = try? place.store() else { continue }
        let box = Unchecked(store)
        group.addTask {
          let write = S3Write(Data("\(writer)".utf8), to: target, condition: .absent)
          let deadline = Deadline(after: .seconds(30), on: SystemTime())
          return (try? box.value.putAll([write], deadline: deadline)[0].get()) != nil
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(winners == 1)
  }

  @Test(
    "Keys are listed by prefix, also by the beginning of a name, in the order of their bytes", arguments: Kind.allCases)
  func listing(kind: Kind) throws {
    let place = try Place(kind)
    defer { withExtendedLifetime(place) {} }
    let store = try place.store()
    let keys = ["raw/a/b/day=1/x_1.json", "raw/a/b/day=1/x_2.json", "raw/a/b/day=2/x.warc.gz", "raw/a/c/x", "raw/ab/x"]
    for key in keys.reversed() { try store.put(S3Write(Data(key.utf8), to: location(key)), deadline: soon) }
    func found(_ prefix: String) throws -> [String] { try store.keys(in: "data", prefix: prefix, deadline: soon) }
    #expect(try found("raw/a/b/") == Array(keys[..<3]))
    #expect(try found("raw/a/b/day=1/x_2") == [keys[1]])
    #expect(try found("raw/a") == keys)
    #expect(try found("") == keys)
    #expect(try found("raw/z/").isEmpty)
  }

  @Test("Documents, archives and pages of a folder are those of a bucket", arguments: Kind.allCases)
  func rawStore(kind: Kind) throws {
    let place = try Place(kind)
    let store = RawStore(try place.store(), bucket: "data")
    let key = RawKey(dataset: testDataset, item: try WorkItem(id: "all"), run: "r", started: Date())
    let archive = key.archive(begun: Date(), request: "q")
    #expect(try store.put(Data("{}".utf8), at: key, deadline: soon))
    #expect(try !store.put(Data("[]".utf8), at: key, deadline: soon))
    #expect(try store.put(Data([0x1F]), at: archive, deadline: soon))
    #expect(try store.find("\(key)", deadline: soon) == Data("{}".utf8))
    #expect(try store.find("raw/none", deadline: soon) == nil)
    #expect(try store.archives(beside: key, deadline: soon) == [archive])
    let page = StoredPage(url: "https://x/1", member: Data("m".utf8), validated: Date(timeIntervalSince1970: 0))
    let pages = store.pages(of: "wwoz")
    #expect(pages.store([page], deadline: soon) == [nil])
    #expect(try pages.slots([page.url], deadline: soon)[0].get() == .page(page))
    #expect(store.url(of: "a/b") == (kind == .s3 ? "s3://data/a/b" : "file://\(place.folder.path)/a/b"))
  }
}

/// A value that is used by one task.
private struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
