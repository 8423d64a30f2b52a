import AWS
import Foundation
import TestSupport
import Testing

extension RunTests {
  @Test(
    "leaves the operators' page in S3, and its summary names it, where the read API is deployed",
    .enabled(if: LocalStack.environment["API"] == "1", "API=1 deploys ReadAPI: make test"))
  func report() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let run = try stack.run(from: "2026-02-01", to: "2026-02-01")
    let summary = try #require(run.summary)
    let uri = try #require(summary["report"] as? String)
    let match = try #require(uri.wholeMatch(of: #/s3://([^/]+)/(reports/wwoz/\d{4}/\d\d/\d\d/(.+)\.html)/#), "\(uri)")
    #expect(String(match.3) == run.execution.name)
    let page = try S3Client(AWSSession(environment: LocalStack.environment)).get(
      S3Location(bucket: String(match.1), key: String(match.2)), deadline: stack.deadline)
    let text = String(decoding: page.body, as: UTF8.self)
    #expect(text.hasPrefix("<!DOCTYPE html>") && text.contains(run.execution.name))
    let password = try #require(
      URL(string: LocalStack.environment["PG_DATABASE_URL"] ?? "")?.password(percentEncoded: false))
    #expect(!text.contains(password))
  }
}
