import Cryptography
import Foundation
import TestSupport
import Time

@testable import AWS
@testable import JSONLinesSink

/// An object in memory. Its ETag is that of its bytes, as in S3.
struct StoredLine: Equatable {
  var body: Data
  var metadata: [String: String] = [:]

  var etag: String { "\"\((try? Digest(of: body).hexadecimal) ?? "")\"" }
  var object: S3Object {
    S3Object(body: body, info: S3ObjectInfo(etag: etag, size: body.count, metadata: metadata))
  }
  /// Everything that is stored, for comparisons.
  var text: String {
    let names = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }.joined()
    return names + String(decoding: body, as: UTF8.self)
  }
}

/// A bucket in memory, with the conditions of S3's writes.
final class MemoryLines: LineObjects, Sendable {
  let objects: Locked<[String: StoredLine]>
  /// The calls as `PUT key`, in order.
  let calls = Locked<[String]>([])

  init(_ objects: [String: StoredLine] = [:]) { self.objects = Locked(objects) }

  var all: [String: StoredLine] { objects.change { $0 } }
  var texts: [String: String] { all.mapValues(\.text) }
  /// The calls that change objects.
  var writes: [String] { calls.change { $0.filter { !$0.hasPrefix("GET") } } }
  /// The files, without the indexes.
  var files: [String: String] {
    all.filter { !$0.key.hasPrefix("index/") }.mapValues { String(decoding: $0.body, as: UTF8.self) }
  }

  func forget() { calls.change { $0 = [] } }

  func getAll(_ keys: [String], deadline: Deadline) -> [Result<S3Object?, AWSError>] {
    keys.map { key in
      note("GET \(key)")
      return .success(all[key]?.object)
    }
  }

  func putAll(_ writes: [LineWrite], deadline: Deadline) -> [Result<String, AWSError>] {
    writes.map { write in
      note("PUT \(write.key)")
      return objects.change { objects in
        let stored = objects[write.key]
        switch write.condition {
        case .absent where stored != nil: return .failure(Self.error(.preconditionFailed, write.key))
        case .matches where stored == nil: return .failure(Self.error(.notFound, write.key))
        case .matches(let etag) where stored?.etag != etag:
          return .failure(Self.error(.preconditionFailed, write.key))
        default:
          let next = StoredLine(body: write.body, metadata: write.metadata)
          objects[write.key] = next
          return .success(next.etag)
        }
      }
    }
  }

  func delete(_ key: String, ifMatches etag: String, deadline: Deadline) throws(AWSError) {
    note("DELETE \(key)")
    let isOther = objects.change { objects -> Bool in
      if let stored = objects[key], stored.etag != etag { return true }
      objects[key] = nil
      return false
    }
    if isOther { throw Self.error(.preconditionFailed, key) }
  }

  func address(of key: String) -> String { "s3://bucket/\(key)" }

  private func note(_ call: String) { calls.change { $0.append(call) } }

  static func error(_ kind: AWSError.Kind, _ key: String) -> AWSError {
    AWSError(kind, "S3 Call", of: "s3://bucket/\(key)", "the test's bucket")
  }
}
