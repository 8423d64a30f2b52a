import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

/// The local AWS that checks every signature. `make test` starts it.
enum Gate {
  static let environment = ProcessInfo.processInfo.environment
  static let endpoint = environment["TEST_AWS_ENDPOINT_URL"]
  static var isThere: Bool { endpoint != nil }

  static func session(secret: String? = nil, key: String? = nil) throws -> AWSSession {
    try AWSSession(
      environment: [
        "AWS_ENDPOINT_URL": #require(endpoint),
        "AWS_ACCESS_KEY_ID": key ?? #require(environment["TEST_AWS_ACCESS_KEY_ID"]),
        "AWS_SECRET_ACCESS_KEY": secret ?? #require(environment["TEST_AWS_SECRET_ACCESS_KEY"]),
      ], region: "us-east-1")
  }

  /// Runs the body with a new bucket, and deletes the bucket afterwards.
  static func withBucket(_ body: (S3Client, String) throws -> Void) throws {
    let session = try session()
    let client = try S3Client(session)
    let bucket = "test-\(UUID().uuidString.lowercased())"
    let deadline = Deadline(after: .seconds(30), on: SystemTime())
    for method in ["PUT", "DELETE"] {
      if method == "DELETE" {
        for entry in try client.list(bucket: bucket, deadline: deadline).entries {
          try client.delete(S3Location(bucket: bucket, key: entry.key), deadline: deadline)
        }
      }
      try client.client.send(
        client.request(method, "\(method) bucket", bucket: bucket, key: nil), deadline: deadline
      ) { _ in }
      if method == "PUT" { try body(client, bucket) }
    }
  }
}
