import Contracts
import Definitions
import JSON
import Text

/// Reads the body of a message, in each of the forms in which programs and AWS's services send a request to a queue. Forms
/// may be nested: an S3 notification in SNS's envelope, in a JSON string.
enum MessageDecoder {
  /// The most forms within one another.
  static let maximumDepth = 5

  /// Returns the requests of a message: one, those of an S3 notification, or none of the event by which S3 tests a queue.
  /// - Throws: `InvalidInput` for a body that is no request. The message shows no value.
  static func requests(in body: String) throws(PipelineError) -> [QueuedRequest] { try read(body, depth: 1) }

  private static func read(_ text: String, depth: Int) throws(PipelineError) -> [QueuedRequest] {
    guard depth <= maximumDepth else {
      throw malformed("it has more than \(maximumDepth) forms within one another")
    }
    switch try value(text) {
    // Encoded twice: a JSON string that has JSON.
    case .string(let inner): return try read(inner, depth: depth + 1)
    case .object(let object): return try read(object, depth: depth)
    case let other: throw malformed("it is \(other.kind), not an object")
    }
  }

  private static func read(_ body: JSONObject, depth: Int) throws(PipelineError) -> [QueuedRequest] {
    // https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
    if body["Type"] == "Notification", let message = body["Message"]?.string {
      return try read(message, depth: depth + 1)
    }
    // S3 sends it when a bucket's notifications are set up.
    if body["Event"] == "s3:TestEvent" { return [] }
    if let records = body["Records"] { return try notification(records) }
    if let detail = body["detail"] { return [try event(body, detail)] }
    let fields = try QueuedRequest.fields(of: body)
    guard !fields.isEmpty else {
      throw malformed("it has no field of a request: \(QueuedRequest.names.joined(separator: ", "))")
    }
    return [QueuedRequest(fields, occurrence: object(in: fields))]
  }

  /// The object that a request is of.
  private static func object(in fields: JSONObject) -> DatasetTrigger? {
    guard let bucket = fields["bucket"]?.string, let key = fields["key"]?.string else { return nil }
    return .object(bucket: bucket, prefix: key)
  }

  // MARK: - S3

  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
  private static func notification(_ records: JSONValue) throws(PipelineError) -> [QueuedRequest] {
    guard let records = records.array, !records.isEmpty else { throw malformed("its Records are no list of records") }
    var requests: [QueuedRequest] = []
    for (index, record) in records.enumerated() {
      let name = "Records[\(index)]"
      guard let s3 = record.object?["s3"]?.object, let bucket = s3["bucket"]?.object?["name"]?.string,
        let encoded = s3["object"]?.object?["key"]?.string
      else { throw malformed("\(name) has no s3 with the bucket's name and the object's key") }
      if let event = record.object?["eventName"]?.string, !event.hasPrefix("ObjectCreated:") {
        throw malformed(
          "\(name) is the S3 event '\(event.prefix(40))', and only created objects start runs: let the bucket send "
            + "s3:ObjectCreated:* only")
      }
      // Keys in notifications are encoded as in a form; those of EventBridge's events are not.
      let key = PercentEncoding.decode(encoded, plusIsSpace: true)
      let fields = JSONObject([("bucket", .string(bucket)), ("key", .string(key))])
      requests.append(QueuedRequest(fields, occurrence: object(in: fields), number: index + 1))
    }
    return requests
  }

  // MARK: - EventBridge

  /// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
  /// - Parameter event: the event, or what a rule made of it: then fields beside `detail` are the rule's, and win.
  private static func event(_ event: JSONObject, _ detail: JSONValue) throws(PipelineError) -> QueuedRequest {
    var written = detail
    if case .string(let text) = detail { written = try value(text) }
    guard let detail = written.object else { throw malformed("its detail is \(written.kind), not an object") }
    var fields = try QueuedRequest.fields(of: detail)
    let source = event["source"]?.string
    let type = event["detail-type"]?.string
    if let bucket = detail["bucket"]?.object?["name"]?.string, let key = detail["object"]?.object?["key"]?.string {
      guard type == nil || type == "Object Created" else {
        throw malformed(
          "it is the S3 event '\(type?.prefix(40) ?? "")', and only created objects start runs: let the rule select "
            + "Object Created only")
      }
      fields["bucket"] = .string(bucket)
      fields["key"] = .string(key)
    }
    let outer = try QueuedRequest.fields(of: event)
    for (name, value) in outer.members { fields[name] = value }
    if let object = object(in: fields) { return QueuedRequest(fields, occurrence: object) }
    if let source, let type { return QueuedRequest(fields, occurrence: .event(source: source, detailType: type)) }
    guard fields["dataset"] != nil || fields["job_type"] != nil else {
      throw malformed("it is an event whose detail names no dataset, and which has no source and detail-type")
    }
    return QueuedRequest(fields)
  }

  // MARK: -

  private static func value(_ text: String) throws(PipelineError) -> JSONValue {
    do throws(JSONError) { return try JSONValue(parsing: text) } catch {
      // Its text may quote a part of the message.
      throw malformed("it is not JSON, by line \(error.line), column \(error.column)")
    }
  }

  private static func malformed(_ reason: String) -> PipelineError {
    PipelineError(.invalidInput, "the body is no request: \(reason)")
  }
}
