import Foundation
import TestSupport
import Time

/// The costs of one invocation of a scraper, to its process.
struct ScrapeCost {
  /// CPU time from the process's start to its response.
  let milliseconds: Double
  /// The largest resident memory.
  let megabytes: Double
  /// Requests to S3.
  let storeRequests: Double
  /// Requests to the site; set by the caller.
  var siteRequests = 0.0
  /// The body of the response, or of the error.
  let response: String

  /// Starts a scraper, and lets it read one day. S3 and the runtime API are in this process.
  init(of program: String, reading site: String, date: String, into store: MemoryS3) throws {
    let done = DispatchSemaphore(value: 0)
    let event = """
      {"date": "\(date)", "run": "bench-\(UUID().uuidString)", "started": "\(RFC3339.utc(Date()))", "sharing": 5}
      """
    let text = Locked("")
    let runtime = try ScriptedServer { request in
      if request.method == "POST" {
        text.change { $0 = String(decoding: request.body, as: UTF8.self) }
        done.signal()
        return .http(202)
      }
      let deadline = Int(Date().timeIntervalSince1970 * 1000) + 300_000
      let headers = [("Lambda-Runtime-Aws-Request-Id", "bench"), ("Lambda-Runtime-Deadline-Ms", "\(deadline)")]
      return .http(200, headers, event, delay: request.number == 1 ? 0 : 60)
    }
    defer { runtime.stop() }
    let before = store.requests.count
    let process = try ChildProcess(
      program,
      environment: store.environment.merging([
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(runtime.port)", "BASE_URL": site, "S3_BUCKET_NAME": "bench",
        "S3_REGION": "us-east-1", "SOURCE_REQUESTS_PER_SECOND": "10000", "AWS_LAMBDA_LOG_LEVEL": "ERROR",
      ]) { $1 })
    defer { process.stop() }
    guard done.wait(timeout: .now() + 300) == .success else { throw NoRequest(name: program) }
    milliseconds = process.cpuSeconds * 1000
    megabytes = Double(process.largestResidentBytes) / 1e6
    storeRequests = Double(store.requests.count - before)
    response = text.change { $0 }
  }
}
