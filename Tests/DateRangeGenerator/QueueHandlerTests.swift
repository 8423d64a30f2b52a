import Contracts
import Definitions
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import DateRangeGeneratorFunction

@Suite("Messages of a queue")
struct QueueHandlerTests {
  /// The executions that a handler started, and the lines that it logged.
  private final class World {
    var started: [(name: String, input: String)] = []
    var lines: [String] = []
    /// The errors of starts, by the execution's name.
    var failures: [String: PipelineError] = [:]
    /// The triggers of the datasets; nil for a definition that cannot be read.
    var triggers: [(id: String, triggers: [DatasetTrigger]?)] = [
      ("orders", [.object(bucket: "shop", prefix: "in/"), .event(source: "com.example.shop", detailType: "Changed")]),
      ("audit", [.object(bucket: "shop", prefix: "")]), ("wwoz", []),
    ]

    /// - Returns: the ids of the messages that failed.
    func handle(_ bodies: [(id: String, body: String)]) -> [String] {
      let time = ManualTime()
      let handler = QueueHandler(
        triggered: { (occurrence) throws(PipelineError) in
          TriggeredDatasets(startedBy: occurrence, among: self.triggers.map(\.id)) { (id) throws(PipelineError) in
            guard let triggers = self.triggers.first(where: { $0.id == id })?.triggers else {
              throw PipelineError(.configurationInvalid, "\(id)/dataset.yaml is malformed")
            }
            return triggers
          }
        },
        check: { (request, _) throws(PipelineError) in
          if request.dataset == "unknown" { throw PipelineError(.invalidInput, "dataset is 'unknown'") }
        },
        start: { (name, input, _) throws(PipelineError) in
          if let failure = self.failures[name] { throw failure }
          defer { self.started.append((name, input)) }
          return !self.started.contains { $0.name == name }
        })
      let log = Logger(environment: ["AWS_LAMBDA_LOG_FORMAT": "JSON"], time: time) { self.lines.append($0) }
      let context = LambdaContext(
        requestID: "r", deadline: .none(on: time), log: log, metrics: Metrics(time: time))
      return handler.handle(bodies.map { QueueMessage(id: $0.id, body: $0.body) }, context).batchItemFailures.map(
        \.itemIdentifier)
    }

    var names: [String] { started.map(\.name) }
  }

  private let world = World()

  private static func object(_ keys: String...) -> String {
    let records = keys.map { #"{"s3":{"bucket":{"name":"shop"},"object":{"key":"\#($0)"}}}"# }
    return #"{"Records":[\#(records.joined(separator: ","))]}"#
  }

  @Test("start an execution each, named by the message, with the request as its input")
  func executions() {
    let failed = world.handle([
      ("m1", #"{"dataset":"wwoz","days_ahead":1}"#), ("m2", #""{\"dataset\":\"news\"}""#), ("m3", #"{"days_ahead":2}"#),
      ("m4", #"{"job_type":"hourly"}"#),
    ])
    #expect(failed.isEmpty)
    #expect(world.names == ["sqs-m1", "sqs-m2", "sqs-m3", "sqs-m4"])
    #expect(
      world.started.map(\.input) == [
        #"{"dataset":"wwoz","days_ahead":1,"trigger":"event"}"#, #"{"dataset":"news","trigger":"event"}"#,
        #"{"days_ahead":2,"trigger":"event"}"#, #"{"job_type":"hourly","trigger":"event"}"#,
      ])
  }

  @Test("that are delivered twice are done, and are in the log as such")
  func twice() {
    #expect(world.handle([("m", #"{"dataset":"wwoz"}"#)]).isEmpty)
    #expect(world.handle([("m", #"{"dataset":"wwoz"}"#)]).isEmpty)
    #expect(world.names == ["sqs-m", "sqs-m"])
    #expect(world.lines[0].contains(#""message":"started sqs-m""#))
    #expect(world.lines[1].contains("sqs-m was started by an earlier delivery"))
  }

  @Test("fail one by one: the others of the batch are started, and an error names the message")
  func partial() throws {
    let bodies = (0..<10).map { ("m\($0)", #"{"dataset":"wwoz"}"#) }
    var batch = bodies
    batch[3].1 = "nonsense"
    batch[5].1 = #"{"dataset":"unknown"}"#
    batch[7].1 = #"{"dataset":"wwoz","days_ahead":"many"}"#
    #expect(world.handle(batch) == ["m3", "m5", "m7"])
    #expect(world.names == ["m0", "m1", "m2", "m4", "m6", "m8", "m9"].map { "sqs-\($0)" })
    let errors = world.lines.filter { $0.contains(#""level":"ERROR""#) }
    #expect(errors.count == 3 && errors.allSatisfy { $0.contains(#""errorType":"InvalidInput""#) })
    #expect(errors[0].contains(#""message_id":"m3""#))
    #expect(errors[0].contains("the message m3 failed: the body is no request"))
    #expect(errors[1].contains("dataset is 'unknown'") && errors[1].contains("dead-letter queue"))
    #expect(errors[2].contains("'days_ahead' must be a whole number"))
  }

  @Test("are tried again if Step Functions is away, and start nothing twice then")
  func unavailable() {
    world.failures["sqs-m-2-orders"] = PipelineError(.destinationUnavailable, "Step Functions is away")
    world.triggers.removeAll { $0.id == "audit" }
    let body = Self.object("in/a", "in/b", "in/c")
    #expect(world.handle([("m", body), ("n", #"{"dataset":"wwoz"}"#)]) == ["m"])
    #expect(world.names == ["sqs-m-1-orders", "sqs-m-3-orders", "sqs-n"])
    #expect(world.lines.contains { $0.contains("DestinationUnavailable") })
    world.failures = [:]
    #expect(world.handle([("m", body)]).isEmpty)
    #expect(world.names.filter { $0 == "sqs-m-2-orders" }.count == 1)
    #expect(world.lines.count { $0.contains("sqs-m-1-orders was started by an earlier delivery") } == 1)
  }

  @Test("of S3 start each dataset whose trigger the object meets")
  func triggers() {
    #expect(world.handle([("m", Self.object("other/a")), ("n", Self.object("x", "in/b+c"))]).isEmpty)
    #expect(world.names == ["sqs-m-1-audit", "sqs-n-1-audit", "sqs-n-2-orders", "sqs-n-2-audit"])
    #expect(
      world.started[2].input == #"{"bucket":"shop","key":"in/b c","dataset":"orders","trigger":"event"}"#)
    #expect(world.handle([("e", #"{"source":"com.example.shop","detail-type":"Changed","detail":{"id":7}}"#)]).isEmpty)
    #expect(world.started.last?.name == "sqs-e-orders")
    #expect(world.started.last?.input == #"{"dataset":"orders","trigger":"event"}"#)
  }

  @Test("that no dataset wants fail and say so; WWOZ is not started in its place")
  func none() {
    let other = #"{"Records":[{"s3":{"bucket":{"name":"elsewhere"},"object":{"key":"a"}}}]}"#
    #expect(
      world.handle([("m", other), ("n", #"{"source":"s","detail-type":"t","detail":{}}"#)]) == ["m", "n"])
    #expect(world.started.isEmpty)
    #expect(world.lines[0].contains("no dataset is started by s3://elsewhere/a"))
    #expect(world.lines[1].contains("no dataset is started by t of s"))
  }

  @Test("start the datasets that they can, and stay while a definition cannot be read: it may want them, too")
  func unreadable() {
    world.triggers.insert(("broken", nil), at: 0)
    #expect(world.handle([("m", Self.object("in/a"))]) == ["m"])
    #expect(world.names == ["sqs-m-1-orders", "sqs-m-1-audit"])
    #expect(world.lines.contains { $0.contains("broken/dataset.yaml is malformed") })
    // Once it can be read, what was started keeps its name, and is not started again.
    world.triggers[0] = ("broken", [.object(bucket: "shop", prefix: "in/")])
    #expect(world.handle([("m", Self.object("in/a"))]).isEmpty)
    #expect(world.lines.count { $0.contains("was started by an earlier delivery") } == 2)
    #expect(world.names.last { $0.hasSuffix("broken") } == "sqs-m-1-broken")
    // A message that names its dataset needs no other definition.
    #expect(world.handle([("n", #"{"dataset":"wwoz"}"#)]).isEmpty)
  }

  @Test("by which S3 tests the queue are done, and start nothing")
  func testEvent() {
    #expect(world.handle([("m", #"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#)]).isEmpty)
    #expect(world.started.isEmpty && world.lines.count == 1)
  }

  @Test("have names of at most 80 characters, which differ by dataset")
  func names() {
    let message = "sqs-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f-10"
    let long = String(repeating: "d", count: 63)
    let names = ["\(long)1", "\(long)2", "short"].map { ExecutionName.joining(message, $0) }
    #expect(names.allSatisfy { $0.utf8.count <= 80 && $0.hasPrefix("\(message)-") && (try? RunName.check($0)) != nil })
    #expect(Set(names).count == 3 && names[2] == "\(message)-short")
  }
}
