import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import AWS
@testable import Projections
@testable import VersionedSink

@Suite("Messages about projections")
struct ProjectionMessageTests {
  @Test("A message has the fields, their order and the spaces of system 002's (F62)")
  func payload() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(1))
    let messages = Messages()
    try bench.publish(sending: messages)
    let version = try #require(bench.store.current(deadline: bench.deadline)?.version)
    #expect(
      messages.all == [
        #"projection_update:ipc {"event": "projection_update", "dataset_id": "ipc", "bucket": "bucket", "#
          + #""version_manifest_path": "datasets/ipc/versions/\#(version)/manifest.json", "#
          + #""projections_path": "datasets/ipc/projections/"}"#
      ])
    try bench.publish(sending: messages)
    #expect(messages.all.count == 1)
  }

  @Test("A failure is a warning and costs nothing else; the next run sends what was not sent")
  func failure() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(1))
    func refuse(_: String, _: String, _: Deadline) throws(AWSError) {
      throw MemoryObjects.error(.accessDenied, "Publish", "topic")
    }
    let refused = try bench.publisher(send: refuse)
    let report = try refused.publish(.loaded([WorkItem(id: "all")]), deadline: bench.deadline)
    #expect(report.warnings.count == 1)
    #expect(report.warnings[0].contains("no message was sent to SNS_PROJECTION_TOPIC_ARN; the next run tries again"))
    #expect(try bench.copies() == bench.view())
    #expect(report.notes.count == 1)
    try bench.next(Point.months(2))
    let messages = Messages()
    #expect(try bench.publish(sending: messages).warnings.isEmpty)
    #expect(messages.versions == (try bench.store.projection(deadline: bench.deadline).manifest.projected))
    #expect(messages.versions.count == 2)
  }

  @Test("Without a topic nothing is sent, also later, about what was projected then")
  func noTopic() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(1))
    try bench.publish()
    let messages = Messages()
    try bench.publish(sending: messages)
    #expect(messages.all.isEmpty)
  }

  @Test("A topic's session is made for the first message, in the topic's region; another text is no topic")
  func topic() throws {
    var regions: [String] = []
    let bench = Bench(MemoryObjects())
    let topic = ProjectionTopic("arn:aws:sns:sa-east-1:123456789012:t") { (region) throws(AWSError) in
      regions.append(region)
      throw AWSError(.credentialsMissing, "finding credentials", "the test has none")
    }
    #expect(regions.isEmpty)
    #expect(throws: AWSError.self) { try topic.send("s", "m", bench.deadline) }
    #expect(regions == ["sa-east-1"])
    let ordered = ProjectionTopic("arn:aws:sns:sa-east-1:123456789012:t.fifo") { (_) throws(AWSError) in
      throw AWSError(.credentialsMissing, "finding credentials", "the test has none")
    }
    let refused = #expect(throws: AWSError.self) { try ordered.send("s", "m", bench.deadline) }
    #expect(refused?.message.contains("must be a standard topic") == true)
    let wrong = ProjectionTopic("projections") { (_) throws(AWSError) in
      throw AWSError(.credentialsMissing, "finding credentials", "the test has none")
    }
    let error = #expect(throws: AWSError.self) { try wrong.send("s", "m", bench.deadline) }
    #expect(error?.message.contains("SNS_PROJECTION_TOPIC_ARN must be the ARN of a topic") == true)
  }
}
