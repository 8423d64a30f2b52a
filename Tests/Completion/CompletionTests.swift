import AWS
import Contracts
import Foundation
import JSON
import Settings
import TestSupport
import Testing
import Time

@testable import Completion

@Suite("Messages about complete runs")
struct CompletionTests {
  private let run = RunCompletion(run: "scheduled-1", startedAt: "2024-03-06T04:00:00.123Z")
  private static let phone = "+15555550100"
  private static let topic = "arn:aws:sns:us-east-1:123456789012:festvibes-completions"

  private var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  /// Tells of the run through an SNS that answers as the test says.
  private func tell(_ variables: [String: String], _ server: ScriptedServer) -> PublishReport {
    let environment = variables.merging([
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1",
    ]) { $1 }
    let publisher = CompletionPublisher(
      subject: "Invictus WOD DAG Completion",
      ways: CompletionSettings.ways(
        environment, configuration: { Configuration(environment: environment) },
        session: { (region) throws(AWSError) in try AWSSession(environment: environment, region: region) }))
    return publisher.complete(run, deadline: deadline)
  }

  private static let receipt =
    "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>"

  @Test("The message has system 004's fields (F62)")
  func golden() {
    #expect(
      CompletionMessage(run, subject: "Invictus WOD DAG Completion").text
        == #"{"Subject":"Invictus WOD DAG Completion","Name":"scheduled-1","StartTime":"2024-03-06T04:00:00.123Z"}"#)
  }

  @Test("It goes to the topic and to the phone, each if it is set")
  func ways() throws {
    let server = try ScriptedServer { _ in .http(200, [], Self.receipt) }
    let both = ["NOTIFICATION_PHONE_NUMBER": Self.phone, "SNS_COMPLETION_TOPIC_ARN": Self.topic]
    let report = tell(both, server)
    #expect(report.warnings == [])
    #expect(
      report.notes == [
        "the completion of the run was sent to SNS_COMPLETION_TOPIC_ARN",
        "the completion of the run was sent to NOTIFICATION_PHONE_NUMBER",
      ])
    let bodies = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies.count == 2)
    #expect(bodies[0].contains("TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Afestvibes-completions"))
    #expect(bodies[0].contains("Subject=Invictus%20WOD%20DAG%20Completion"))
    #expect(bodies[1].contains("PhoneNumber=%2B15555550100&Message=%7B%22Subject%22%3A%22Invictus"))
    #expect(tell(["NOTIFICATION_PHONE_NUMBER": Self.phone], server).notes.count == 1)
    #expect(tell([:], server) == PublishReport())
    #expect(server.requests.count == 3)
  }

  @Test("A failure is a warning without the number, and stops no other message")
  func failure() throws {
    let refusal = """
      <ErrorResponse><Error><Code>InvalidParameter</Code><Message>PhoneNumber \(Self.phone) is not valid</Message></Error>
      </ErrorResponse>
      """
    let server = try ScriptedServer { request in
      String(decoding: request.body, as: UTF8.self).contains("PhoneNumber=")
        ? .http(400, [("Content-Type", "text/xml")], refusal) : .http(200, [], Self.receipt)
    }
    let report = tell(["NOTIFICATION_PHONE_NUMBER": Self.phone, "SNS_COMPLETION_TOPIC_ARN": Self.topic], server)
    #expect(report.notes.count == 1)
    #expect(report.warnings.count == 1)
    let warning = report.warnings.first ?? ""
    let beginning = "the run is complete, and no message was sent to NOTIFICATION_PHONE_NUMBER: SNS Publish of a phone"
    #expect(warning.hasPrefix(beginning))
    #expect(warning.contains("InvalidParameter"))
    #expect(!"\(report)".contains("5555550100"))
  }

  @Test(
    "A setting that is wrong is a warning that names it, without its value",
    arguments: [
      ["NOTIFICATION_PHONE_NUMBER": "0555 5550100"], ["SNS_COMPLETION_TOPIC_ARN": "5555550100"],
      ["NOTIFICATION_PHONE_NUMBER_SECRET_ARN": "5555550100"],
    ])
  func wrong(variables: [String: String]) throws {
    let server = try ScriptedServer { _ in .hangUp }
    let report = tell(variables, server)
    #expect(report.warnings.count == 1)
    let isPhone = variables.keys.first?.hasPrefix("NOTIFICATION") == true
    #expect(report.warnings.first?.contains("NOTIFICATION_PHONE_NUMBER") == isPhone)
    #expect(!"\(report)".contains("5550100"))
    #expect(server.requests.isEmpty)
  }

  @Test("Without a phone and a topic the publisher is left out, by name; an item publishes nothing")
  func leftOut() throws {
    #expect(CompletionSettings.reasonToLeaveOut([:])?.contains("neither NOTIFICATION_PHONE_NUMBER nor") == true)
    #expect(CompletionSettings.reasonToLeaveOut(["NOTIFICATION_PHONE_NUMBER_SECRET_ARN": "arn:x"]) == nil)
    #expect(CompletionSettings.reasonToLeaveOut(["SNS_COMPLETION_TOPIC_ARN": Self.topic]) == nil)
    let publisher = CompletionPublisher(subject: "s", ways: [])
    #expect(try publisher.publish(.item(WorkItem(id: "a")), deadline: deadline) == PublishReport())
  }
}
