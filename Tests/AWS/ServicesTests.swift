import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("JSON services of AWS")
struct ServicesTests {
  private let time = ManualTime()
  private var deadline: Deadline { Deadline(after: .seconds(60), on: time) }
  private let machine = "arn:aws:states:us-east-1:1:stateMachine:etl"

  /// Returns the sent bodies with sorted keys.
  private func bodies(_ transport: ScriptedTransport) throws -> [String] {
    try transport.requests.map { request in
      let object = try JSONSerialization.jsonObject(with: request.body ?? Data())
      let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try JSONSerialization.data(withJSONObject: object, options: options), as: UTF8.self)
    }
  }

  @Test("An execution is started by name, so that a lost response starts no second one")
  func startExecution() throws {
    let transport = ScriptedTransport([
      { .failure(HTTPError(.interrupted, url: $0.url, detail: "reset")) },
      { _ in .success(.json(#"{"executionArn":"arn:x","startDate":1.7E9}"#)) },
    ])
    let client = try StepFunctionsClient(makeSession(transport, time: time))
    #expect(
      try client.startExecution(of: machine, name: "n", input: #"{"days_ahead":1}"#, deadline: deadline) == "arn:x")
    let request = transport.requests[1]
    #expect(request.url == "https://states.us-east-1.amazonaws.com/")
    #expect(request.headers["X-Amz-Target"] == "AWSStepFunctions.StartExecution")
    #expect(request.headers["Content-Type"] == "application/x-amz-json-1.0")
    for body in try bodies(transport) {
      #expect(body == #"{"input":"{\"days_ahead\":1}","name":"n","stateMachineArn":"\#(machine)"}"#)
    }
  }

  @Test("A message to a queue has only the characters that SQS accepts")
  func sendMessage() throws {
    let transport = ScriptedTransport(.json(#"{"MessageId":"m"}"#))
    let client = try SQSClient(makeSession(transport, time: time))
    try client.send(
      "a\u{0}\u{1f}\u{fffe}\u{ffff}\t\n\r é\u{d7ff}\u{e000}\u{fffd}\u{10ffff}", to: "https://sqs/q",
      deadline: deadline)
    let body = try #require(
      try JSONSerialization.jsonObject(with: transport.requests[0].body ?? Data()) as? [String: String])
    #expect(body["QueueUrl"] == "https://sqs/q")
    #expect(
      body["MessageBody"].map { Array($0.unicodeScalars) }
        == Array("a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\t\n\r é\u{d7ff}\u{e000}\u{fffd}\u{10ffff}".unicodeScalars))
  }

  @Test("A message to a topic is a form, signed for the topic's region, and sent again if its response is lost")
  func publish() throws {
    let topic = "arn:aws:sns:eu-west-1:123456789012:projections"
    let transport = ScriptedTransport([
      { .failure(HTTPError(.interrupted, url: $0.url, detail: "reset")) },
      { _ in
        let body = "<PublishResponse xmlns=\"http://sns\"><PublishResult><MessageId>m</MessageId></PublishResult>"
        return .success(HTTPResponse(status: 200, headers: [:], body: Data("\(body)</PublishResponse>".utf8)))
      },
    ])
    let client = try SNSClient(makeSession(transport, time: time), region: SNSClient.region(ofTopic: topic))
    try client.publish(#"{"a":"é & b+c"}"#, subject: "projection_update:d", to: topic, deadline: deadline)
    #expect(transport.requests.count == 2)
    for request in transport.requests {
      #expect(request.url == "https://sns.eu-west-1.amazonaws.com/")
      #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
      #expect(request.headers["Authorization"]?.contains("/eu-west-1/sns/aws4_request") == true)
      #expect(
        String(decoding: request.body ?? Data(), as: UTF8.self)
          == "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Aprojections"
          + "&Subject=projection_update%3Ad&Message=%7B%22a%22%3A%22%C3%A9%20%26%20b%2Bc%22%7D")
    }
  }

  @Test("A text message goes to a phone, whose number no error has, however the service quotes it")
  func text() throws {
    let receipt = "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>"
    let refusal = """
      <ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: PhoneNumber Reason: \
      +15555550100 (%2B15555550100, 15555550100) is not valid to publish to</Message></Error></ErrorResponse>
      """
    let transport = ScriptedTransport(
      HTTPResponse(status: 200, headers: [:], body: Data(receipt.utf8)),
      HTTPResponse(status: 400, headers: ["Content-Type": "text/xml"], body: Data(refusal.utf8)))
    let client = try SNSClient(makeSession(transport, time: time))
    let phone = try #require(PhoneNumber("+15555550100"))
    try client.text("done", to: phone, deadline: deadline)
    #expect(
      String(decoding: transport.requests[0].body ?? Data(), as: UTF8.self)
        == "Action=Publish&Version=2010-03-31&PhoneNumber=%2B15555550100&Message=done")
    let error = failure { try client.text("done", to: phone, deadline: deadline) }
    #expect(error?.code == "InvalidParameter")
    for text in ["\(String(describing: error))", String(reflecting: error), "\(phone)", String(reflecting: phone)] {
      #expect(!text.contains("5555550100"), "\(text)")
    }
    #expect(error?.description.contains("a phone (a phone, …) is not valid to publish to") == true)
  }

  @Test(
    "A phone's number is that of E.164",
    arguments: ["", "+", "15555550100", "+0155555501", "+1 555 5550100", "+1555555010012345", "+15555a0100"])
  func phone(text: String) { #expect(PhoneNumber(text) == nil) }

  @Test("An error of the Query protocol has its code, and a response that is no receipt is none")
  func publishFails() throws {
    let refusal = """
      <ErrorResponse xmlns="http://sns"><Error><Type>Sender</Type><Code>NotFound</Code>
      <Message>Topic does not exist</Message></Error><RequestId>R7</RequestId></ErrorResponse>
      """
    let transport = ScriptedTransport(
      HTTPResponse(status: 404, headers: ["Content-Type": "text/xml"], body: Data(refusal.utf8)))
    let error = failure {
      try SNSClient(makeSession(transport, time: time)).publish("m", subject: "s", to: "arn:t", deadline: deadline)
    }
    #expect(error?.kind == .notFound)
    #expect(error?.code == "NotFound")
    #expect(error?.requestID == "R7")
    let odd = ScriptedTransport((0..<4).map { _ in { _ in .success(.json("{}")) } })
    let unread = failure {
      try SNSClient(makeSession(odd, time: time)).publish("m", subject: "s", to: "arn:t", deadline: deadline)
    }
    #expect(unread?.kind == .corruptResponse)
  }

  @Test(
    "The region of a topic is in its ARN",
    arguments: [
      ("arn:aws:sns:sa-east-1:1:t", "sa-east-1"), ("arn:aws-cn:sns:cn-north-1:1:t", "cn-north-1"),
      ("arn:aws:sqs:sa-east-1:1:t", nil), ("arn:aws:sns::1:t", nil), ("t", nil), ("", nil),
    ] as [(String, String?)])
  func topicRegion(arn: String, region: String?) { #expect(SNSClient.region(ofTopic: arn) == region) }

  @Test("An execution is described with its error")
  func describeExecution() throws {
    let transport = ScriptedTransport(
      .json(
        """
        {"executionArn":"arn:x","stateMachineArn":"m","name":"n","status":"FAILED","startDate":1717182000.5,
        "stopDate":1717182060,"input":"{}","error":"LoaderFailed","cause":"because","redriveCount":0}
        """))
    let found = try StepFunctionsClient(makeSession(transport)).describeExecution("arn:x", deadline: deadline)
    #expect(found.status == .failed)
    #expect(found.status.isFinal)
    #expect(found.startDate == Date(timeIntervalSince1970: 1_717_182_000.5))
    #expect(found.error == "LoaderFailed")
    #expect(found.output == nil)
  }

  @Test("Executions of a Map run are listed over pages, up to the limit")
  func listExecutions() throws {
    func page(_ names: [String], next: String?) -> HTTPResponse {
      let items = names.map { #"{"executionArn":"arn:\#($0)","name":"\#($0)","status":"RUNNING","startDate":1}"# }
      let token = next.map { #","nextToken":"\#($0)""# } ?? ""
      return .json(#"{"executions":[\#(items.joined(separator: ","))]\#(token)}"#)
    }
    let transport = ScriptedTransport(page(["a", "b"], next: "t"), page(["c", "d"], next: "u"))
    let client = try StepFunctionsClient(makeSession(transport, time: time))
    let found = try client.listExecutions(of: .mapRun("arn:run"), status: .failed, limit: 3, deadline: deadline)
    #expect(found.map(\.name) == ["a", "b", "c"])
    #expect(
      try bodies(transport) == [
        #"{"mapRunArn":"arn:run","maxResults":3,"statusFilter":"FAILED"}"#,
        #"{"mapRunArn":"arn:run","maxResults":1,"nextToken":"t","statusFilter":"FAILED"}"#,
      ])
  }

  @Test("Map runs and their counts are read")
  func mapRuns() throws {
    let transport = ScriptedTransport(
      .json(#"{"mapRuns":[{"executionArn":"e","mapRunArn":"arn:run","stateMachineArn":"m","startDate":1}]}"#),
      .json(
        """
        {"mapRunArn":"arn:run","executionArn":"e","status":"RUNNING","startDate":1,"maxConcurrency":5,
        "itemCounts":{"pending":20,"running":5,"succeeded":4,"failed":1,"timedOut":0,"aborted":0,"total":30,"resultsWritten":0}}
        """))
    let client = try StepFunctionsClient(makeSession(transport))
    #expect(try client.listMapRuns(of: "e", deadline: deadline) == ["arn:run"])
    let run = try client.describeMapRun("arn:run", deadline: deadline)
    #expect(run.itemCounts.pending == 20)
    #expect(run.itemCounts.total == 30)
  }

  @Test("A history has the states that were entered and left, and the output")
  func history() throws {
    let transport = ScriptedTransport(
      .json(
        """
        {"events":[
        {"timestamp":3,"type":"TaskStateEntered","id":3,"previousEventId":2,"stateEnteredEventDetails":{"name":"LoaderTask","input":"{}"}},
        {"timestamp":2,"type":"TaskStateExited","id":2,"stateExitedEventDetails":{"name":"ExtractorTask","output":"{\\"a\\":1}"}},
        {"timestamp":1.5,"type":"ExecutionStarted","id":1,"executionStartedEventDetails":{"input":"{}"}}]}
        """))
    let events = try StepFunctionsClient(makeSession(transport)).history(
      of: "arn:x", newestFirst: true, limit: 10, deadline: deadline)
    #expect(events.map(\.enteredState) == ["LoaderTask", nil, nil])
    #expect(events.map(\.exitedState) == [nil, "ExtractorTask", nil])
    #expect(events[1].output == #"{"a":1}"#)
    #expect(try bodies(transport) == [#"{"executionArn":"arn:x","maxResults":10,"reverseOrder":true}"#])
  }

  @Test("A response of an unexpected shape is retried and then corrupt")
  func unexpectedShape() throws {
    let transport = ScriptedTransport(.json("{}"), .json("[]"), .json(""), .json("<html>"))
    let client = try StepFunctionsClient(makeSession(transport, time: time))
    #expect(failure { _ = try client.describeExecution("arn:x", deadline: deadline) }?.kind == .corruptResponse)
    #expect(transport.requests.count == 4)
  }

  @Test("Throttled calls are retried")
  func throttling() throws {
    let busy = HTTPResponse.json(#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, status: 400)
    let transport = ScriptedTransport(busy, busy, .json(#"{"executionArn":"arn:e"}"#))
    let arn = try StepFunctionsClient(makeSession(transport, time: time)).startExecution(
      of: "arn:x", name: "n", input: "{}", deadline: deadline)
    #expect(arn == "arn:e")
    #expect(time.sleeps.count == 2)
  }

  @Test("A function is invoked by name or ARN")
  func invoke() throws {
    let failed = HTTPResponse.json(
      #"{"errorType":"InvalidInput"}"#, headers: ["X-Amz-Function-Error": "Unhandled"])
    let transport = ScriptedTransport(.json("{}"), failed)
    let client = try LambdaClient(makeSession(transport))
    let arn = "arn:aws:lambda:us-east-1:1:function:f:live"
    #expect(try client.invoke("f", payload: Data("{}".utf8), deadline: deadline).functionError == nil)
    let response = try client.invoke(arn, payload: Data("{}".utf8), deadline: deadline)
    #expect(response.functionError == "Unhandled")
    #expect(response.payload == Data(#"{"errorType":"InvalidInput"}"#.utf8))
    #expect(
      transport.requests.map(\.url) == [
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/f/invocations",
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af%3Alive/invocations",
      ])
    #expect(transport.requests[0].headers["X-Amz-Invocation-Type"] == "RequestResponse")
  }

  @Test("A secret is read in its own region")
  func secretRegion() throws {
    let transport = ScriptedTransport(.json(#"{"SecretString":"hush"}"#), .json(#"{"SecretString":"hush"}"#))
    let client = SecretsManagerClient(makeSession(transport))
    #expect(try client.value(of: "arn:aws:secretsmanager:eu-west-1:1:secret:x", deadline: deadline) == "hush")
    #expect(try client.value(of: "plain/name", deadline: deadline) == "hush")
    #expect(
      transport.requests.map(\.url) == [
        "https://secretsmanager.eu-west-1.amazonaws.com/", "https://secretsmanager.us-east-1.amazonaws.com/",
      ])
    #expect(transport.requests[0].headers["Authorization"]?.contains("/eu-west-1/secretsmanager/") == true)
    #expect(transport.requests[0].headers["Content-Type"] == "application/x-amz-json-1.1")
  }

  @Test("A binary secret is refused")
  func binarySecret() throws {
    let client = SecretsManagerClient(makeSession(ScriptedTransport(.json(#"{"SecretBinary":"aHVzaA=="}"#))))
    #expect(failure { _ = try client.value(of: "x", deadline: deadline) }?.kind == .rejected)
  }
}
