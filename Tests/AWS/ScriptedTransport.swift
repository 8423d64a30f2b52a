import Foundation
import HTTP
import TestSupport
import Time

@testable import AWS

/// A transport that responds to requests from a script, and records them.
final class ScriptedTransport: AWSTransport {
  typealias Step = (HTTPRequest) -> Result<HTTPResponse, HTTPError>

  private var steps: [Step]
  private(set) var requests: [HTTPRequest] = []

  init(_ steps: [Step]) { self.steps = steps }

  convenience init(_ responses: HTTPResponse...) {
    self.init(responses.map { response in { _ in .success(response) } })
  }

  /// The number of requests of each call.
  private(set) var calls: [Int] = []

  func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
    self.requests += requests
    if !requests.isEmpty { calls.append(requests.count) }
    return requests.map { request in
      guard !steps.isEmpty else {
        return .failure(HTTPError(.invalidURL, url: request.url, detail: "the script has ended"))
      }
      return steps.removeFirst()(request)
    }
  }
}

extension HTTPResponse {
  static func s3Error(_ code: String, status: Int, message: String = "as the script says", date: Date? = nil)
    -> HTTPResponse
  {
    var headers: HTTPHeaders = ["Content-Type": "application/xml", "x-amz-request-id": "REQ1"]
    if let date { headers["Date"] = httpDate(date) }
    let body = """
      <?xml version="1.0" encoding="UTF-8"?>
      <Error><Code>\(code)</Code><Message>\(message)</Message><RequestId>REQ1</RequestId></Error>
      """
    return HTTPResponse(status: status, headers: headers, body: Data(body.utf8))
  }

  static func json(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: Data(body.utf8))
  }

  static func httpDate(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.string(from: date)
  }
}

/// Returns a session on a scripted transport, with a clock that only the test moves.
func makeSession(
  _ transport: any AWSTransport, time: ManualTime = ManualTime(), environment: [String: String] = [:],
  region: String = "us-east-1", credentials: [any CredentialsProvider]? = nil, maximumAttempts: Int = 4
) -> AWSSession {
  AWSSession(
    environment: environment, region: region,
    credentials: CredentialsChain(
      credentials ?? [FixedCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))], time: time),
    transport: transport, time: time, random: FixedRandom(),
    backoff: Backoff(base: .seconds(1), cap: .seconds(20), maximumAttempts: maximumAttempts))
}

/// Runs the body and returns its `AWSError`, nil if it throws none.
func failure(of body: () throws -> Void) -> AWSError? {
  do { try body() } catch { return error as? AWSError }
  return nil
}
