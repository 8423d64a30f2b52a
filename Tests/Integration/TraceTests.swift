import Foundation
import TestSupport
import Testing

/// The trace header of an invocation on the requests that the function sends during it.
@Suite("A function's trace header") struct TraceTests {
  private static let event = #"{"date": "2024-05-31", "run": "r", "started": "2024-05-31T08:00:00Z"}"#

  @Test("is sent to AWS with every request of that invocation and of no other, and never to the source")
  func propagation() throws {
    let traces = [
      "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", nil, "Root=1-5759e988-000000000000000000000003",
    ]
    let invocation = Locked(0)
    let seen = Locked<[Int: Set<String?>]>([:])
    let s3 = try ScriptedServer { request in
      let number = invocation.change { $0 }
      seen.change { _ = $0[number, default: []].insert(request.header("X-Amzn-Trace-Id")) }
      return .http(request.method == "PUT" ? 200 : 404)
    }
    let site = try ScriptedServer { request in
      .http(request.target == "/robots.txt" ? 404 : 200, [("Content-Type", "text/html")], "<h1>New!</h1>")
    }
    let runtime = try ScriptedServer { request in
      guard request.method == "GET" else { return .http(202) }
      let number = invocation.change { number in
        number += 1
        return number
      }
      guard number <= traces.count else { return .http(500) }
      let trace = traces[number - 1].map { [("Lambda-Runtime-Trace-Id", $0)] } ?? []
      return .http(200, [("Lambda-Runtime-Aws-Request-Id", "id-\(number)")] + trace, Self.event)
    }
    defer { for server in [s3, site, runtime] { server.stop() } }
    let process = try ChildProcess(
      Binaries.path(of: "Scraper"),
      environment: [
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(runtime.port)", "AWS_LAMBDA_FUNCTION_NAME": "festvibes-scraper",
        "BASE_URL": site.url, "SOURCE_REQUESTS_PER_SECOND": "1000", "AWS_ENDPOINT_URL": s3.url,
        "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_REGION": "us-east-1",
        // The process's own trace is not that of an invocation.
        "_X_AMZN_TRACE_ID": "Root=1-00000000-stale",
      ])
    #expect(process.wait() == 1, "the runtime API has ended it")
    #expect(seen.change { $0 } == [1: [traces[0]], 2: [nil], 3: [traces[2]]])
    #expect(site.requests.count >= 2)
    #expect(site.requests.allSatisfy { $0.header("X-Amzn-Trace-Id") == nil })
  }
}
