import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("AWS: chain of credentials")
struct CredentialsChainTests {
  private let time = ManualTime()
  private var deadline: Deadline { Deadline(after: .seconds(60), on: time) }

  /// Provides numbered credentials that are valid for a while, or fails on demand.
  private final class Source: CredentialsProvider {
    let time: ManualTime
    var lifetime: Double? = 3600
    var failure: AWSError?
    var isConfigured = true
    private(set) var asked = 0

    init(_ time: ManualTime) { self.time = time }

    func credentials(deadline: Deadline) throws(AWSError) -> Credentials? {
      asked += 1
      if let failure { throw failure }
      guard isConfigured else { return nil }
      return Credentials(
        accessKeyID: "\(asked)", secretAccessKey: "s", expiration: lifetime.map { time.now + $0 })
    }
  }

  @Test("The first configured source is used")
  func firstConfigured() throws {
    let (first, second, third) = (Source(time), Source(time), Source(time))
    first.isConfigured = false
    let chain = CredentialsChain([first, second, third], time: time)
    _ = try chain.credentials(deadline: deadline)
    let asked: [Int] = [first, second, third].map(\.asked)
    #expect(asked == [1, 1, 0])
  }

  @Test("A configured source that fails is not skipped")
  func failingSource() {
    let (first, second) = (Source(time), Source(time))
    first.failure = AWSError(.unavailable, "reading credentials", "no response")
    let chain = CredentialsChain([first, second], time: time)
    #expect(failure { _ = try chain.credentials(deadline: deadline) }?.kind == .unavailable)
    #expect(second.asked == 0)
  }

  @Test("Without any source the error names the variables to set")
  func missing() {
    let error = failure { _ = try CredentialsChain([], time: time).credentials(deadline: deadline) }
    #expect(error?.kind == .credentialsMissing)
    #expect(error?.description.contains("AWS_ACCESS_KEY_ID") == true)
  }

  @Test("Credentials are refreshed five minutes before they expire, and not sooner")
  func refreshed() throws {
    let source = Source(time)
    let chain = CredentialsChain([source], time: time)
    #expect(try chain.credentials(deadline: deadline).accessKeyID == "1")
    time.advance(by: .seconds(3600 - 301))
    #expect(try chain.credentials(deadline: deadline).accessKeyID == "1")
    time.advance(by: .seconds(1))
    #expect(try chain.credentials(deadline: deadline).accessKeyID == "2")
  }

  @Test("Credentials that never expire are kept")
  func permanent() throws {
    let source = Source(time)
    source.lifetime = nil
    let chain = CredentialsChain([source], time: time)
    _ = try chain.credentials(deadline: deadline)
    time.advance(by: .seconds(365 * 86_400))
    _ = try chain.credentials(deadline: deadline)
    #expect(source.asked == 1)
  }

  @Test("After a failed refresh, the old credentials are used while they are valid")
  func failedRefresh() throws {
    let source = Source(time)
    let chain = CredentialsChain([source], time: time)
    _ = try chain.credentials(deadline: deadline)
    source.failure = AWSError(.unavailable, "reading credentials", "no response")
    time.advance(by: .seconds(3400))
    for _ in 1...3 { #expect(try chain.credentials(deadline: deadline).accessKeyID == "1") }
    #expect(source.asked == 2, "the next attempt comes half a minute later, not with every call")
    time.advance(by: .seconds(31))
    _ = try chain.credentials(deadline: deadline)
    #expect(source.asked == 3)
    time.advance(by: .seconds(200))
    #expect(failure { _ = try chain.credentials(deadline: deadline) }?.kind == .unavailable)
  }

  @Test("If a service calls the credentials expired, the call is repeated once with new ones")
  func expired() throws {
    let source = Source(time)
    let transport = ScriptedTransport(.s3Error("ExpiredToken", status: 400), HTTPResponse(status: 204))
    let client = try S3Client(makeSession(transport, time: time, credentials: [source]))
    try client.delete(S3Location(bucket: "b", key: "k"), deadline: deadline)
    #expect(transport.requests[0].headers["Authorization"]?.contains("Credential=1/") == true)
    #expect(transport.requests[1].headers["Authorization"]?.contains("Credential=2/") == true)

    let stubborn = ScriptedTransport(.s3Error("ExpiredToken", status: 400), .s3Error("ExpiredToken", status: 400))
    let other = try S3Client(makeSession(stubborn, time: time, credentials: [source]))
    #expect(
      failure { try other.delete(S3Location(bucket: "b", key: "k"), deadline: deadline) }?.kind == .accessDenied)
  }
}
