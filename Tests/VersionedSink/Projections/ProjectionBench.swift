import Contracts
import Definitions
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import AWS
@testable import Projections
@testable import VersionedSink

/// The messages that were sent.
final class Messages: Sendable {
  private let sent = Locked<[String]>([])
  var all: [String] { sent.change { $0 } }

  func add(_ subject: String, _ text: String) { sent.change { $0.append("\(subject) \(text)") } }

  func send(_ subject: String, _ text: String, _ deadline: Deadline) throws(AWSError) { add(subject, text) }

  /// The ids of the versions that the messages are about, in their order.
  var versions: [String] {
    all.compactMap { text in text.split(separator: "/").first { $0.hasPrefix("v2") }.map(String.init) }
  }
}

extension Bench {
  /// Another process's publisher.
  func publisher(
    _ objects: (any VersionObjects)? = nil, sending messages: Messages? = nil, keys: [String: String] = [:],
    send: ProjectionTopic.Send? = nil
  ) throws -> ProjectionsPublisher {
    return ProjectionsPublisher(
      settings(keys), of: try target.dataset, objects: objects ?? self.objects, send: send ?? messages?.send, time: time
    )
  }

  /// Publishes at the end of a run.
  @discardableResult
  func publish(
    through objects: (any VersionObjects)? = nil, sending messages: Messages? = nil, keys: [String: String] = [:]
  ) throws -> PublishReport {
    try publisher(objects, sending: messages, keys: keys)
      .publish(.loaded([try WorkItem(id: "all")]), deadline: deadline)
  }

  /// - Parameter keys: keys of the section `projection`.
  private func settings(_ keys: [String: String]) -> VersionedSettings {
    let projection = ["copy_workers": "4"].merging(keys) { $1 }.map { (key: $0, value: Section.Value.scalar($1)) }
    return VersionedSettings(
      Section(values: [("bucket", .scalar("bucket")), ("projection", .section(Section(values: projection)))]))
  }

  /// The view of a reader of the projection's pointer: each partition with its points. Everything that the pointer names
  /// must be there, and be what the pointer says.
  func view() throws -> [String: [String]] {
    let manifest = try store.projection(deadline: deadline).manifest
    let entries = manifest.partitions.sorted { $0.key < $1.key }
    let files = try store.points(of: entries.map { ($0.key, $0.value) }, deadline: deadline)
    var view: [String: [String]] = [:]
    for ((partition, entry), points) in zip(entries, files) {
      guard points.count == entry.points, try PartitionFile.digest(of: points) == entry.digest else {
        throw Torn(partition: "\(partition)")
      }
      view["\(partition)"] = points.map { "\($0.time) \($0.value) \($0.unit ?? "")" }
    }
    return view
  }

  /// A partition that is not what the pointer says.
  struct Torn: Error { let partition: String }

  /// The points of the copies under system 002's names.
  func copies() throws -> [String: [String]] {
    let keys = try #require(objects as? MemoryObjects).keys.filter {
      $0.hasPrefix(store.keys.projections) && $0.hasSuffix("/data.json")
    }
    let partitions = keys.compactMap { SeriesPartition(file: $0) }
    let files = try store.files(zip(partitions, keys).map { ($0, $1) }, deadline: deadline)
    return Dictionary(
      uniqueKeysWithValues: zip(partitions, files).map { partition, points in
        ("\(partition)", points.map { "\($0.time) \($0.value) \($0.unit ?? "")" })
      })
  }

  /// The bytes of all objects of the projection, with the times of its runs masked.
  func projectionState() throws -> [String: String] {
    let objects = try #require(self.objects as? MemoryObjects).all.filter { $0.key.hasPrefix(store.keys.projections) }
    return objects.mapValues { body in
      String(decoding: body, as: UTF8.self)
        .replacing(/"last_projection_date": "[^"]*"/, with: "\"last_projection_date\": TIME")
        .replacing(/"since": ?"[^"]*"/, with: "\"since\": TIME")
    }
  }

  /// Makes a version, some time after the last one.
  func next(_ points: [Point], after duration: Duration = .seconds(3600)) throws {
    time.advance(by: duration)
    try load(points)
  }
}

/// Calls objects one by one, and something before each call, or after each one that changes an object.
final class WatchedObjects: WrappedObjects {
  private let before: (Int) -> Void
  private let after: (Int) -> Void
  private let count = Locked(0)

  init(
    _ base: any VersionObjects, before: @escaping (Int) -> Void = { _ in }, after: @escaping (Int) -> Void = { _ in }
  ) {
    self.before = before
    self.after = after
    super.init(base)
  }

  var calls: Int { count.change { $0 } }

  private func call<Value>(isWrite: Bool = false, _ work: () -> Value) -> Value {
    let number = count.change {
      $0 += 1
      return $0
    }
    before(number)
    defer { if isWrite { after(number) } }
    return work()
  }

  override func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>] {
    keys.map { key in call { base.getAll([key], maximumBytes: maximumBytes, deadline: deadline)[0] } }
  }

  override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    writes.map { write in call(isWrite: true) { base.putAll([write], deadline: deadline)[0] } }
  }

  override func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
    try call {
      Result { () throws(AWSError) in try base.list(prefix: prefix, delimiter: delimiter, deadline: deadline) }
    }.get()
  }

  override func delete(_ key: String, deadline: Deadline) throws(AWSError) {
    try call(isWrite: true) { Result { () throws(AWSError) in try base.delete(key, deadline: deadline) } }.get()
  }
}
