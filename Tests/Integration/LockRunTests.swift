import AWS
import DynamoDB
import Foundation
import TestSupport
import Testing
import Time

extension RunTests {
  /// A dataset with a lock, on the local stack: its runs, and what a person sees of them.
  @Suite("A dataset with a lock", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct LockRunTests {
    enum Kind: String, CaseIterable { case dynamodb, postgres }

    private static let table = "etl-locks-of-tests"
    private let stack: LocalStack

    init() throws { stack = try LocalStack() }

    private func prices(_ kind: Kind) throws -> DatasetCopy {
      let prices = try DatasetCopy(
        plan: "{kind: product, values: {city: [New Orleans, Austin, Houston]}}",
        lock: kind == .dynamodb ? "{kind: dynamodb, table_name: \(Self.table)}" : "{kind: postgres}",
        environment: LocalStack.environment)
      try prices.write("New Orleans", "no-1,1.25", "no-2,2")
      try prices.write("Austin", "au-1,3.5")
      try prices.write("Houston", "ho-1,4")
      return prices
    }

    private func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// Gives the lock to a run that does not exist.
    /// - Parameter end: the seconds until the lock ends.
    private func hold(_ kind: Kind, _ prices: DatasetCopy, run: String, end: Int) throws {
      guard kind == .dynamodb else {
        try prices.database.query(
          """
          insert into etl_locks values ($1, $2, now() - interval '1 hour', now() + make_interval(secs => $3))
          """, [.text("etl:\(prices.id)"), .text(run), .int(end)], deadline: stack.deadline)
        return
      }
      let now = Int(Date().timeIntervalSince1970)
      try DynamoDBClient(AWSSession(environment: LocalStack.environment)).put(
        [
          "lock_key": .text("etl:\(prices.id)"), "owner": .text(run), "acquired_at": .number("\(now - 3600)"),
          "expiration_time": .number("\(now + end)"),
        ], in: Self.table, if: .init("attribute_not_exists(lock_key)"), deadline: stack.deadline)
    }

    @Test(
      "runs once at a time: a second run is locked, which is neither a success nor a failure", arguments: Kind.allCases)
    func second(kind: Kind) throws {
      let prices = try prices(kind)
      #expect(try prices.festvibes("run").status == 0)
      let free = try object(prices.lock("--json").output)
      #expect(free["held"] as? Bool == false, "a run releases the lock at its end")

      try hold(kind, prices, run: "run-a", end: 250)
      let locked = try prices.festvibes("run", "--json")
      #expect(locked.status == 75, "\(locked.error)\(locked.output)")
      let report = try object(locked.output)
      let name = try #require(report["run"] as? String)
      #expect(report["status"] as? String == "locked" && report["error"] as? String == "RunLocked")
      let message = try #require(report["message"] as? String)
      #expect(message.hasPrefix("another run of \(prices.id) is under way: run run-a holds the lock since "))
      let status = try prices.festvibes("status", name)
      #expect(status.status == 75 && status.output.contains("locked: 0 items"), "\(status.error)\(status.output)")
      let all = try prices.festvibes("status", "--json")
      let runs = try #require(try object(all.output)["runs"] as? [[String: Any]])
      #expect(all.status == 0 && runs.map { $0["status"] as? String } == ["locked", "success"])
      let rows = try prices.database.query(
        "select run from etl_runs where dataset = $1", [.text(prices.id)], deadline: stack.deadline)
      #expect(rows.count == 1, "the ledger has no row of it")
      let watch = try prices.festvibes("watch", name)
      #expect(watch.status == 75 && watch.output.contains("locked: the run did nothing: RunLocked"))

      let shown = try prices.lock()
      #expect(shown.status == 0 && shown.output.contains("The run run-a holds the lock etl:\(prices.id) in the "))
      let released = try prices.lock("--release")
      #expect(released.output.contains("its loads are refused as RunLocked from now on"))
      #expect(try prices.festvibes("retry", name).status == 0)
    }

    @Test("is taken over from a dead run, whose late load is refused", arguments: Kind.allCases)
    func takeover(kind: Kind) throws {
      let prices = try prices(kind)
      #expect(try prices.festvibes("run").status == 0)
      try hold(kind, prices, run: "run-dead", end: -30)
      #expect(try prices.festvibes("run").status == 75, "it may be the clock")
      #expect(try prices.lock("--release").status == 0)
      try hold(kind, prices, run: "run-dead", end: -90)
      #expect(try object(prices.lock("--json").output)["expired"] as? Bool == true)
      #expect(try prices.festvibes("run").status == 0)
      let late = try LambdaClient(AWSSession(environment: LocalStack.environment)).invoke(
        prices.function("loader"),
        payload: Data(
          #"{"dataset":"\#(prices.id)","item":{"id":"austin"},"s3_key":"raw/x/y_austin_run-dead.json","run":"run-dead"}"#
            .utf8), deadline: stack.deadline)
      #expect(late.functionError != nil)
      #expect(try object(String(decoding: late.payload, as: UTF8.self))["errorType"] as? String == "RunLocked")
    }

    @Test("lets one of several runs that start at once work", arguments: Kind.allCases)
    func atOnce(kind: Kind) throws {
      let prices = try prices(kind)
      nonisolated(unsafe) let shared = prices
      let statuses = Locked<[Int32]>([])
      concurrently(
        (1...3).map { _ in
          {
            do {
              let status = try shared.festvibes("run").status
              statuses.change { $0.append(status) }
            } catch { Issue.record(error) }
          }
        })
      let all = statuses.change { $0 }
      #expect(all.count == 3 && all.contains(0) && all.contains(75), "\(all)")
      #expect(all.allSatisfy { $0 == 0 || $0 == 75 })
      let rows = try prices.database.query("select sku from \(prices.id)", deadline: stack.deadline)
      #expect(rows.count == 4)
    }
  }
}
