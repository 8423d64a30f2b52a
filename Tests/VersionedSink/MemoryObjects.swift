import Cryptography
import Foundation
import TestSupport
import Time
import Versions

@testable import AWS

/// A bucket in memory, with the conditions of S3's writes.
final class MemoryObjects: VersionObjects {
  let objects: Locked<[String: Data]>
  /// The calls as `PUT key`, in order.
  let calls = Locked<[String]>([])

  init(_ objects: [String: Data] = [:]) { self.objects = Locked(objects) }

  var all: [String: Data] { objects.change { $0 } }
  var keys: [String] { all.keys.sorted() }

  func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>] {
    keys.map { key in
      note("GET \(key)")
      guard let body = all[key] else { return .failure(Self.error(.notFound, "GetObject", key)) }
      guard body.count <= maximumBytes else { return .failure(Self.error(.tooLarge, "GetObject", key)) }
      return .success(S3Object(body: body, info: S3ObjectInfo(etag: Self.etag(body), size: body.count, metadata: [:])))
    }
  }

  func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    writes.map { write in
      note("PUT \(write.key)")
      return objects.change { objects in
        let stored = objects[write.key]
        switch write.condition {
        case .absent where stored != nil: return .failure(Self.error(.preconditionFailed, "PutObject", write.key))
        case .matches where stored == nil: return .failure(Self.error(.notFound, "PutObject", write.key))
        case .matches(let etag) where stored.map(Self.etag) != etag:
          return .failure(Self.error(.preconditionFailed, "PutObject", write.key))
        default:
          objects[write.key] = write.body
          return .success(S3WriteResult(etag: Self.etag(write.body), versionID: nil))
        }
      }
    }
  }

  func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
    note("LIST \(prefix)")
    var listing = S3Listing(entries: [], commonPrefixes: [], continuation: nil)
    for (key, body) in all.filter({ $0.key.hasPrefix(prefix) }).sorted(by: { $0.key < $1.key }) {
      if let delimiter, let end = key.utf8.dropFirst(prefix.utf8.count).firstRange(of: delimiter.utf8)?.upperBound {
        let folder = String(key[..<end])
        if listing.commonPrefixes.last != folder { listing.commonPrefixes.append(folder) }
      } else {
        listing.entries.append(.init(key: key, size: body.count, etag: Self.etag(body), lastModified: nil))
      }
    }
    return listing
  }

  func delete(_ key: String, deadline: Deadline) throws(AWSError) {
    note("DELETE \(key)")
    objects.change { $0[key] = nil }
  }

  func address(of key: String) -> String { "s3://bucket/\(key)" }

  /// The calls that change objects.
  var writes: [String] { calls.change { $0.filter { !$0.hasPrefix("GET") && !$0.hasPrefix("LIST") } } }

  func forget() { calls.change { $0 = [] } }

  private func note(_ call: String) { calls.change { $0.append(call) } }

  private static func etag(_ body: Data) -> String { "\"\((try? Digest(of: body).hexadecimal) ?? "")\"" }

  static func error(_ kind: AWSError.Kind, _ operation: String, _ key: String) -> AWSError {
    AWSError(kind, "S3 \(operation)", of: "s3://bucket/\(key)", "the test's bucket")
  }
}
