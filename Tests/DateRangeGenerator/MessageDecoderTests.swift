import Contracts
import Definitions
import JSON
import Testing

@testable import DateRangeGeneratorFunction

@Suite("The body of a message")
struct MessageDecoderTests {
  private func read(_ body: String) throws -> [QueuedRequest] { try MessageDecoder.requests(in: body) }

  /// The body as a JSON string: encoded once more.
  private static func encoded(_ body: String) -> String { JSONValue.string(body).text }

  /// The envelope in which SNS passes a message on.
  private static func notification(_ message: String) -> String {
    #"{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:us-east-1:1:t","Message":\#(encoded(message))}"#
  }

  /// An S3 notification of created objects, with their keys as S3 writes them.
  private static func objects(_ keys: String..., event: String = "ObjectCreated:Put") -> String {
    let records = keys.map { key in
      #"{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"\#(event)","s3":{"s3SchemaVersion":"1.0","#
        + #""bucket":{"name":"shop-files"},"object":{"key":"\#(key)","size":3}}}"#
    }
    return #"{"Records":[\#(records.joined(separator: ","))]}"#
  }

  /// An event of EventBridge.
  private static func event(_ detail: String, source: String = "com.example.shop", type: String = "OrdersChanged")
    -> String
  {
    #"{"version":"0","id":"i","detail-type":"\#(type)","source":"\#(source)","account":"1","time":"2024-05-31T08:00:00Z","#
      + #""region":"us-east-1","resources":[],"detail":\#(detail)}"#
  }

  private static let object =
    #"{"version":"0","bucket":{"name":"shop-files"},"object":{"key":"in/a+b %20.csv","size":3}}"#

  @Test(
    "has a request in each form, and in forms within one another (F09)",
    arguments: [
      (#"{"dataset":"news"}"#, #"{"dataset":"news"}"#),
      ("\u{FEFF} {\"dataset_id\": \"news\", \"items\": [\"a\"]} ", #"{"dataset":"news","items":["a"]}"#),
      (encoded(#"{"dataset":"news"}"#), #"{"dataset":"news"}"#),
      (encoded(encoded(#"{"dataset":"news"}"#)), #"{"dataset":"news"}"#),
      (#"{"job_type":"hourly"}"#, #"{"job_type":"hourly"}"#), (#"{"days_ahead":3}"#, #"{"days_ahead":3}"#),
      (
        #"{"dataset":"x","days_ahead":null,"replay":{"run":"r"},"allow_shrink":true,"trigger":"schedule","other":1}"#,
        #"{"dataset":"x","replay":{"run":"r"},"allow_shrink":true}"#
      ),
      (event(#"{"dataset":"news","job_type":"hourly"}"#), #"{"dataset":"news","job_type":"hourly"}"#),
      (event(encoded(#"{"dataset_id":"news"}"#)), #"{"dataset":"news"}"#),
      (encoded(event(#"{"dataset":"news"}"#)), #"{"dataset":"news"}"#),
      (notification(#"{"dataset":"news"}"#), #"{"dataset":"news"}"#),
      (notification(encoded(#"{"dataset":"news"}"#)), #"{"dataset":"news"}"#),
      (encoded(notification(event(#"{"dataset":"news"}"#))), #"{"dataset":"news"}"#),
      // What a rule of this project makes of an event: the rule's dataset wins.
      (
        #"{"dataset":"orders","trigger":"event","detail":{"dataset":"wwoz","items":["a"]}}"#,
        #"{"dataset":"orders","items":["a"]}"#
      ),
      (
        #"{"dataset":"orders","trigger":"event","detail":\#(object)}"#,
        #"{"dataset":"orders","bucket":"shop-files","key":"in/a+b %20.csv"}"#
      ),
      (#"{"dataset":"orders","bucket":"b","key":"k"}"#, #"{"dataset":"orders","bucket":"b","key":"k"}"#),
    ])
  func forms(body: String, fields: String) throws {
    let requests = try read(body)
    try #require(requests.count == 1)
    #expect(JSONValue.object(requests[0].fields) == (try JSONValue(parsing: fields)))
    #expect(requests[0].occurrence == nil && requests[0].number == nil)
  }

  @Test("may have every field of a request, but those that the run itself sets")
  func names() {
    func fields(_ value: Any) -> [String] {
      Mirror(reflecting: value).children.compactMap(\.label).map { label in
        label.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
      }
    }
    let request = fields(PlanRequest()) + fields(RunRequest()).filter { !["plan", "trigger", "run"].contains($0) }
    #expect(Set(QueuedRequest.names) == Set(request))
  }

  @Test("becomes the input of the execution: its fields, and the trigger")
  func input() throws {
    let request = try read(#"{"trigger":"schedule","dataset":"news","days_ahead":3,"version":"0"}"#)[0]
    #expect(request.input == #"{"dataset":"news","days_ahead":3,"trigger":"event"}"#)
    #expect(
      try read(#"{"days_ahead":1}"#)[0].of("news").input == #"{"days_ahead":1,"dataset":"news","trigger":"event"}"#)
  }

  @Test(
    "of an S3 notification has a request for each object, with its decoded key, to which a dataset is found",
    arguments: [
      objects("in/a.csv", "in/M%C3%BCnchen+1%2B2.csv"), encoded(objects("in/a.csv", "in/M%C3%BCnchen+1%2B2.csv")),
      notification(objects("in/a.csv", "in/M%C3%BCnchen+1%2B2.csv")),
      objects("in/a.csv", "in/M%C3%BCnchen+1%2B2.csv", event: "ObjectCreated:CompleteMultipartUpload"),
    ])
  func notifications(body: String) throws {
    let requests = try read(body)
    #expect(requests.map(\.number) == [1, 2])
    #expect(requests.map { $0.fields["key"] } == ["in/a.csv", "in/München 1+2.csv"])
    #expect(requests.allSatisfy { $0.fields["bucket"] == "shop-files" && $0.fields["dataset"] == nil })
    #expect(requests[1].occurrence == .object(bucket: "shop-files", prefix: "in/München 1+2.csv"))
  }

  @Test(
    "that names no dataset has the object or the event by which one is found",
    arguments: [
      (
        event(object, source: "aws.s3", type: "Object Created"),
        DatasetTrigger.object(bucket: "shop-files", prefix: "in/a+b %20.csv")
      ),
      (#"{"bucket":"shop-files","key":"in/a"}"#, .object(bucket: "shop-files", prefix: "in/a")),
      (event(#"{"order":7}"#), .event(source: "com.example.shop", detailType: "OrdersChanged")),
      (notification(event(#"{"days_ahead":2}"#)), .event(source: "com.example.shop", detailType: "OrdersChanged")),
    ])
  func occurrences(body: String, occurrence: DatasetTrigger) throws {
    let requests = try read(body)
    #expect(requests.count == 1 && requests[0].occurrence == occurrence)
  }

  @Test("by which S3 tests a queue has no request")
  func testEvent() throws {
    let body = #"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2024-05-31T08:00:00.000Z","Bucket":"shop"}"#
    #expect(try read(body).isEmpty)
    #expect(try read(Self.notification(body)).isEmpty)
  }

  @Test(
    "that is no request is InvalidInput, with the reason, and without a value of the body",
    arguments: [
      ("", "it is not JSON, by line 1, column 1"), ("s3cret", "it is not JSON"),
      (#"{"dataset":"s3cret""#, "it is not JSON"),
      (#"{"s3cret":1,"s3cret":2}"#, "it is not JSON"), (#""s3cret""#, "it is not JSON"), ("[]", "it is a list"),
      ("7", "it is a number"), ("null", "it is null"), ("{}", "it has no field of a request: dataset, job_type"),
      (#"{"s3cret":true}"#, "no field of a request"), (#"{"dataset":null}"#, "no field of a request"),
      (#"{"dataset":"a","dataset_id":"b"}"#, "two datasets"),
      (#"{"Records":[]}"#, "no list of records"), (#"{"Records":7}"#, "no list of records"),
      (#"{"Records":[{"s3":{"bucket":{"name":"b"}}}]}"#, "Records[0] has no s3"),
      (#"{"Records":[{"body":"s3cret"}]}"#, "Records[0] has no s3"),
      (objects("a", event: "ObjectRemoved:Delete"), "the S3 event 'ObjectRemoved:Delete'"),
      (event(object, source: "aws.s3", type: "Object Deleted"), "the S3 event 'Object Deleted'"),
      (event("7"), "its detail is a number"), (#"{"detail":{}}"#, "names no dataset"),
      (#"{"detail":{"order":1},"source":"s"}"#, "no source and detail-type"),
      (notification("s3cret"), "it is not JSON"),
      ((1...6).reduce("{}") { body, _ in encoded(body) }, "more than 5 forms"),
      (String(repeating: "[", count: 10_000), "it is not JSON"),
    ])
  func malformed(body: String, reason: String) {
    let error = #expect(throws: PipelineError.self) { try read(body) }
    #expect(error?.name == .invalidInput)
    #expect(error?.message.contains(reason) == true && error?.message.contains("s3cret") == false, "\(error as Any)")
  }
}
