import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("AWS: clock skew")
struct ClockSkewTests {
  private let location = S3Location(bucket: "raw", key: "k")

  /// Refuses signatures more than 15 minutes off its own clock, as S3 does.
  private static func server(at clock: @escaping () -> Date, refusal: HTTPResponse) -> ScriptedTransport.Step {
    { request in
      let stamp = Array(request.headers["X-Amz-Date"] ?? "")
      let text =
        "\(String(stamp[0..<4]))-\(String(stamp[4..<6]))-\(String(stamp[6..<8]))T"
        + "\(String(stamp[9..<11])):\(String(stamp[11..<13])):\(String(stamp[13..<15]))Z"
      guard let signed = AWSDate.parse(text), abs(signed.timeIntervalSince(clock())) <= 900 else {
        var refusal = refusal
        refusal.headers["Date"] = HTTPResponse.httpDate(clock())
        return .success(refusal)
      }
      return .success(HTTPResponse(status: 200))
    }
  }

  @Test(
    "A wrong clock is corrected once, by the response's date, for all later calls", arguments: [-7200.0, 86_400.0],
    [
      HTTPResponse.s3Error("RequestTimeTooSkewed", status: 403),
      // The refusal of a HEAD has no body.
      HTTPResponse(status: 403),
      HTTPResponse.json(#"{"__type":"InvalidSignatureException","message":"Signature expired"}"#, status: 400),
    ])
  func corrected(offset: Double, refusal: HTTPResponse) throws {
    let time = ManualTime()
    let step = Self.server(at: { time.now + offset }, refusal: refusal)
    let transport = ScriptedTransport([step, step, step])
    let client = try S3Client(makeSession(transport, time: time))
    let deadline = Deadline(after: .seconds(9), on: time)
    _ = try client.head(location, deadline: deadline)
    #expect(transport.requests.count == 2)
    _ = try client.head(location, deadline: deadline)
    #expect(transport.requests.count == 3)
    #expect(time.sleeps.isEmpty)
  }

  @Test("A second refusal is final")
  func secondRefusal() throws {
    let time = ManualTime()
    let refusal = HTTPResponse.s3Error("RequestTimeTooSkewed", status: 403, date: time.now + 7200)
    let transport = ScriptedTransport(refusal, refusal, HTTPResponse(status: 200))
    let client = try S3Client(makeSession(transport, time: time))
    #expect(
      failure { _ = try client.head(location, deadline: Deadline(after: .seconds(9), on: time)) }?.kind == .accessDenied
    )
    #expect(transport.requests.count == 2)
  }

  @Test("A wrong secret is not taken for a wrong clock")
  func wrongSecret() throws {
    let time = ManualTime()
    let transport = ScriptedTransport(.s3Error("SignatureDoesNotMatch", status: 403, date: time.now + 60))
    let client = try S3Client(makeSession(transport, time: time))
    #expect(
      failure { _ = try client.head(location, deadline: Deadline(after: .seconds(9), on: time)) }?.kind == .accessDenied
    )
    #expect(transport.requests.count == 1)
  }
}
