import Cryptography
import Foundation
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("S3 client against a server that checks signatures", .enabled(if: Gate.isThere, "start the services: make test"))
struct S3GateTests {
  private var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  @Test(
    "Keys of every kind are written, read, listed and deleted",
    arguments: [
      "plain", "with space", "a+b", "ümlaut/日本", "year=2024/month=05/a=b.json", "a//b", "/leading", "trailing/",
      "a/../b", "./c", "-._~", "!*'();:@&=+$,?#[]", "100%", "%41", "tab\there",
    ])
  func keys(key: String) throws {
    try Gate.withBucket { client, bucket in
      let location = S3Location(bucket: bucket, key: key)
      let body = Data("for \(key)".utf8)
      let etag = try client.put(
        body, to: location, contentType: "text/plain", metadata: ["for": "test"], deadline: deadline
      ).etag
      let object = try client.get(location, deadline: deadline)
      #expect(object.body == body)
      #expect(object.info.etag == etag)
      #expect(object.info.metadata == ["for": "test"])
      #expect(object.info.contentType == "text/plain")
      #expect(object.info.checksum == (try Digest(of: body).base64))
      let info = try client.head(location, deadline: deadline)
      #expect(info.etag == etag)
      #expect(info.size == body.count)
      #expect(info.checksum == (try Digest(of: body).base64))
      #expect(try client.list(bucket: bucket, deadline: deadline).entries.map(\.key) == [key])
      #expect(try client.list(bucket: bucket, prefix: key, deadline: deadline).entries.map(\.size) == [body.count])
      try client.delete(location, deadline: deadline)
      #expect(failure { _ = try client.get(location, deadline: deadline) }?.kind == .notFound)
      #expect(failure { _ = try client.head(location, deadline: deadline) }?.kind == .notFound)
      try client.delete(location, deadline: deadline)
    }
  }

  @Test("Large and empty bodies arrive complete")
  func bodies() throws {
    try Gate.withBucket { client, bucket in
      let large = Data((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      for body in [Data(), large] {
        let location = S3Location(bucket: bucket, key: "body")
        try client.put(body, to: location, deadline: deadline)
        #expect(try client.get(location, deadline: deadline).body == body)
      }
      let error = failure {
        _ = try client.get(S3Location(bucket: bucket, key: "body"), maximumBytes: 1000, deadline: deadline)
      }
      #expect(error?.kind == .tooLarge)
    }
  }

  @Test("Conditional puts succeed and fail by their condition")
  func conditions() throws {
    try Gate.withBucket { client, bucket in
      let location = S3Location(bucket: bucket, key: "pointer")
      let first = try client.put(Data("1".utf8), to: location, condition: .absent, deadline: deadline).etag
      let taken = failure { try client.put(Data("2".utf8), to: location, condition: .absent, deadline: deadline) }
      #expect(taken?.kind == .preconditionFailed)
      #expect(try client.get(location, deadline: deadline).body == Data("1".utf8))
      let second = try client.put(Data("2".utf8), to: location, condition: .matches(etag: first), deadline: deadline)
        .etag
      let stale = failure {
        try client.put(Data("3".utf8), to: location, condition: .matches(etag: first), deadline: deadline)
      }
      #expect(stale?.kind == .preconditionFailed)
      #expect(try client.head(location, deadline: deadline).etag == second)
    }
  }

  @Test("Many objects are written and read concurrently")
  func batch() throws {
    try Gate.withBucket { client, bucket in
      let writes = (0..<40).map {
        S3Write(Data("\($0)".utf8), to: S3Location(bucket: bucket, key: "k\($0)"), condition: .absent)
      }
      let etags = try client.putAll(writes, deadline: deadline).map { try $0.get().etag }
      let found = client.getAll(writes.map(\.location) + [S3Location(bucket: bucket, key: "none")], deadline: deadline)
      #expect(try found.dropLast().map { try $0.get().body } == writes.map(\.body))
      #expect(try found.dropLast().map { try $0.get().info.etag } == etags)
      #expect(failure { _ = try found.last?.get() }?.kind == .notFound)
      let again = client.putAll(Array(writes.prefix(2)), deadline: deadline)
      #expect(again.allSatisfy { outcome in failure { _ = try outcome.get() }?.kind == .preconditionFailed })
    }
  }

  @Test("A list is split into pages and by delimiter")
  func pages() throws {
    try Gate.withBucket { client, bucket in
      for key in ["a/1", "a/2", "a b/3", "c"] {
        try client.put(Data("x".utf8), to: S3Location(bucket: bucket, key: key), deadline: deadline)
      }
      var keys: [String] = []
      var continuation: String?
      var pages = 0
      repeat {
        let page = try client.listPage(bucket: bucket, continuation: continuation, limit: 3, deadline: deadline)
        keys += page.entries.map(\.key)
        continuation = page.continuation
        pages += 1
      } while continuation != nil
      #expect(pages == 2)
      #expect(keys == ["a b/3", "a/1", "a/2", "c"])
      let rolled = try client.list(bucket: bucket, delimiter: "/", deadline: deadline)
      #expect(rolled.commonPrefixes == ["a b/", "a/"])
      #expect(rolled.entries.map(\.key) == ["c"])
    }
  }

  @Test("A missing bucket is reported as such")
  func missingBucket() throws {
    let client = try S3Client(Gate.session())
    let nowhere = S3Location(bucket: "no-such-bucket-\(UInt32.random(in: 0 ... .max))", key: "k")
    #expect(failure { try client.put(Data(), to: nowhere, deadline: deadline) }?.kind == .noSuchBucket)
    #expect(failure { _ = try client.get(nowhere, deadline: deadline) }?.kind == .noSuchBucket)
    #expect(failure { _ = try client.list(bucket: nowhere.bucket, deadline: deadline) }?.kind == .noSuchBucket)
  }

  @Test("A wrong secret and an unknown key are denied")
  func denied() throws {
    for session in [try Gate.session(secret: "wrong"), try Gate.session(key: "AKIDNOBODY")] {
      let client = try S3Client(session)
      let error = failure { _ = try client.get(S3Location(bucket: "b", key: "k"), deadline: deadline) }
      #expect(error?.kind == .accessDenied)
      #expect(["SignatureDoesNotMatch", "InvalidAccessKeyId"].contains(error?.code))
      #expect(
        failure { _ = try client.head(S3Location(bucket: "b", key: "k"), deadline: deadline) }?.kind == .accessDenied)
    }
  }
}
