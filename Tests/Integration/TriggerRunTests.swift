import AWS
import Foundation
import TestSupport
import Testing
import Time

extension RunTests {
  /// Runs that messages, objects and events start, on functions, a queue and rules of their own.
  @Suite("What starts a run beside the schedule", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct TriggerRunTests {
    private static let source = "com.example.prices"
    private let stack: LocalStack
    private let id = "prices_\(UUID().uuidString.prefix(8).lowercased())"
    private let deployed: DeployedDatasets
    private let queue: RequestQueue
    private let machine: String
    private let bucket: String

    init() throws {
      stack = try LocalStack()
      bucket = "shop-\(UUID().uuidString.lowercased())"
      let definition = """
        dataset_id: \(id)
        data_type: prices
        plan: {kind: single}
        trigger:
          - {kind: s3, bucket: "${PRICES_BUCKET}", prefix: incoming/}
          - {kind: event, source: \(Self.source), detail_type: PricesChanged}
        extract: {plugin: file, path: "s3://{bucket}/{key}"}
        parse: {plugin: csv}
        load:
          plugin: postgres
          table: \(id)
          key: [sku]
          columns: {sku: text, price: numeric}

        """
      deployed = try DeployedDatasets(
        [id: definition], variables: ["PRICES_BUCKET": bucket], environment: LocalStack.environment)
      queue = try RequestQueue(of: deployed.name, environment: deployed.environment)
      machine = try #require(deployed.environment["STATE_MACHINE_ARN"])
    }

    /// Writes an object with one price, and returns the input that names it.
    private func put(_ key: String, sku: String) throws -> String {
      let location = S3Location(bucket: bucket, key: key)
      _ = try S3Client(AWSSession(environment: deployed.environment)).put(
        Data("sku,price\n\(sku),1.5\n".utf8), to: location, deadline: stack.deadline)
      return #"{"dataset":"\#(id)","bucket":"\#(bucket)","key":"\#(key)"}"#
    }

    /// Waits until something is as expected, at most 60 s.
    private func wait(_ comment: Comment, until isTrue: () throws -> Bool) throws {
      let time = SystemTime()
      let deadline = Deadline(after: .seconds(60), on: time)
      while try !isTrue() {
        try #require(!deadline.hasPassed, comment)
        time.sleep(for: .milliseconds(100))
      }
    }

    /// Waits until there are so many executions, and returns all of them when they have ended.
    private func executions(_ count: Int) throws -> [String: LocalStack.Run] {
      try wait("\(count) executions") { try list().count >= count }
      return Dictionary(
        uniqueKeysWithValues: try list().map { ($0.name, try stack.finish($0.executionArn)) })
    }

    private func list() throws -> [ExecutionSummary] {
      try stack.steps.listExecutions(of: .stateMachine(machine), limit: 100, deadline: stack.deadline)
    }

    private func skus() throws -> [String] {
      let rows = try deployed.database.query("select sku from \(id) order by sku", deadline: stack.deadline)
      return try rows.map { try $0[0] as String }
    }

    @Test("A message starts one run, though it is delivered twice, in whatever form it has")
    func messages() throws {
      let request = try put("elsewhere/a.csv", sku: "a")
      let encoded = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
      let ids = try queue.send([request, encoded])
      try wait("an empty queue") { try queue.count() == 0 }
      let runs = try executions(2)
      #expect(Set(runs.keys) == Set(ids.map { "sqs-\($0)" }))
      for run in runs.values {
        #expect(run.summary?["status"] as? String == "success" && run.summary?["trigger"] as? String == "event")
        #expect(run.items.count == 1)
      }
      #expect(try skus() == ["a"])
      #expect(try queue.deadLetters().isEmpty)

      // SQS may deliver a message once more when its run has ended.
      let record = ["messageId": ids[0], "body": request, "eventSource": "aws:sqs"]
      let again = try LambdaClient(AWSSession(environment: deployed.environment)).invoke(
        "\(deployed.name)-date-range-generator", payload: try JSONEncoder().encode(["Records": [record]]),
        deadline: stack.deadline)
      #expect(String(decoding: again.payload, as: UTF8.self) == #"{"batchItemFailures":[]}"#)
      #expect(try list().count == 2)
    }

    @Test("A batch of ten with a bad message starts nine runs; the bad one becomes a dead letter (F09, F63)")
    func batch() throws {
      var bodies = try (0..<10).map { try put("elsewhere/\($0).csv", sku: "\($0)") }
      bodies[4] = #"{"dataset":"unknown"}"#
      let ids = try queue.send(bodies)
      try wait("a dead letter") { try !queue.deadLetters().isEmpty }
      let letters = try queue.deadLetters()
      #expect(letters.map(\.id) == [ids[4]] && letters.map(\.body) == [bodies[4]])
      #expect(try queue.count() == 0)
      let runs = try executions(9)
      #expect(Set(runs.keys) == Set(ids.filter { $0 != ids[4] }.map { "sqs-\($0)" }))
      #expect(runs.values.allSatisfy { $0.summary?["status"] as? String == "success" })
      #expect(try skus() == bodies.indices.filter { $0 != 4 }.map(String.init))
    }

    @Test("An object below the prefix starts one run, which reads just that object; others start none")
    func object() throws {
      _ = try put("other/b.csv", sku: "b")
      _ = try put("incoming/c d+e.csv", sku: "c")
      let runs = try executions(1)
      #expect(runs.count == 1)
      #expect(runs.values.first?.summary?["status"] as? String == "success")
      #expect(runs.values.first?.summary?["trigger"] as? String == "event")
      #expect(try skus() == ["c"])
    }

    @Test("A notification of S3 in the queue starts the dataset whose trigger has the object")
    func notification() throws {
      _ = try put("elsewhere/d e.csv", sku: "d")
      let record = { (key: String) in
        #"{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"\#(bucket)"},"object":{"key":"\#(key)"}}}"#
      }
      // The queue says which bucket and key; only the first is below the trigger's prefix.
      let ids = try queue.send([#"{"Records":[\#(record("incoming/none.csv"))]}"#, #"{"Records":[\#(record("x"))]}"#])
      let runs = try executions(1)
      #expect(Set(runs.keys) == ["sqs-\(ids[0])-1-\(id)"])
      let input = try #require(runs.values.first?.execution.input)
      #expect(input.contains(#""key":"incoming/none.csv""#) && input.contains(#""dataset":"\#(id)""#))
      try wait("a dead letter") { try queue.deadLetters().map(\.id) == [ids[1]] }
    }

    @Test("An event of the default bus starts one run, with the fields of its detail")
    func event() throws {
      _ = try put("elsewhere/f.csv", sku: "f")
      let detail = #"{"bucket":"\#(bucket)","key":"elsewhere/f.csv","dataset":"wwoz"}"#
      try queue.publish(source: Self.source, detailType: "SomethingElse", detail: detail)
      try queue.publish(source: Self.source, detailType: "PricesChanged", detail: detail)
      let runs = try executions(1)
      #expect(runs.count == 1)
      #expect(runs.values.first?.summary?["dataset"] as? String == id)
      #expect(try skus() == ["f"])
    }
  }
}
