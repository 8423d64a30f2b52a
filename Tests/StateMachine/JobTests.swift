import Contracts
import Foundation
import TestSupport
import Testing

extension StateMachineTests {
  /// Jobs, which start a run of each dataset that has them, and runs that an event starts.
  @Suite("Jobs and events") struct JobTests {
    private static let job = #"{"job_type":"hourly","trigger":"schedule","days_ahead":1}"#

    /// The generator of two datasets, `a` and `b`, that declare the job.
    @Sendable private static func generator(_ call: FakeFunctions.Invocation) -> FakeFunctions.Behaviour {
      guard call.task == .plan, let request = try? JSONDecoder().decode(RunRequest.self, from: call.payload),
        request.plan.startsJob, let job = request.jobType
      else { return .succeeds }
      let response = JobResponse(request, jobType: job, datasets: ["a", "b"])
      guard let body = try? JSONEncoder().encode(FunctionResponse(GeneratorResponse.job(response))) else {
        return .responds("{}")
      }
      return .responds(String(decoding: body, as: UTF8.self))
    }

    @Test("A job without a dataset starts a run of each dataset, and ends; it writes no ledger and sends no message")
    func two() throws {
      let run = try FinishedRun.run(input: Self.job, Self.generator)
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      let names = ["\(run.execution.name)-a", "\(run.execution.name)-b"]
      #expect(
        try run.output() as NSDictionary == [
          "status": "started", "run": run.execution.name, "job_type": "hourly", "executions": names,
        ])
      #expect(Set(run.started.map(\.name)) == Set(names))
      #expect(run.started.allSatisfy { $0.status == .succeeded })
      for started in run.started {
        let input = try jsonObject(started.input ?? "")
        let dataset = String(started.name.suffix(1))
        #expect(
          input as NSDictionary == [
            "dataset": dataset, "job_type": "hourly", "trigger": "schedule", "days_ahead": 1,
          ])
        let output = try jsonObject(started.output ?? "")
        #expect(output["dataset"] as? String == dataset && output["job_type"] as? String == "hourly")
        #expect(output["trigger"] as? String == "schedule" && output["status"] as? String == "success")
      }
      // Those of the two runs.
      #expect(run.functions.messages.count == 2)
      #expect(run.functions.invocations(of: .ledger).count == 4)
    }

    @Test("A run that was started before is not started again, and counts as started")
    func again() throws {
      let first = try FinishedRun.run(
        input: Self.job, starting: .init { _ in StartedRun.refusal("ExecutionAlreadyExists") }, Self.generator)
      #expect(first.execution.status == .succeeded)
      #expect((try first.output()["executions"] as? [String])?.count == 2)
      #expect(first.started.isEmpty && first.functions.starts.count == 2)
      // Step Functions itself: the second start of the same name.
      let twice = try FinishedRun.run(input: Self.job) { call in
        guard case .responds(let text) = Self.generator(call) else { return .succeeds }
        return .responds(text.replacing("-b\"", with: "-a\""))
      }
      #expect(twice.execution.status == .succeeded, "\(twice.execution.cause ?? "")")
      #expect(twice.functions.starts.count == 2 && twice.started.count == 1)
    }

    @Test("A run that cannot be started stops no other, and fails the job after its retries")
    func refused() throws {
      let environment = try #require(Interpreter.running).environment
      let run = try FinishedRun.run(
        input: Self.job,
        starting: .init { start in
          start.name.hasSuffix("-a") ? StartedRun.refusal("AccessDeniedException") : start.forward(to: environment)
        }, Self.generator)
      #expect(run.execution.status == .failed)
      #expect(run.execution.error?.hasPrefix("StepFunctions.AccessDenied") == true, "\(run.execution.error ?? "")")
      #expect(run.execution.cause?.hasPrefix("not started: \(run.execution.name)-a (") == true)
      #expect(run.started.map(\.name) == ["\(run.execution.name)-b"])
      #expect(run.functions.starts.count { $0.name.hasSuffix("-a") } == 7)
      let message = try #require(run.functions.messages.first { $0.subject.contains("job hourly failed") })
      #expect(message.status == "failed")
    }

    @Test("A job that no dataset has fails with the jobs that there are, and is no run of the standard dataset")
    func unknown() throws {
      let text = "job_type is 'weekly', which no dataset declares under plan.profiles: there are hourly"
      let run = try FinishedRun.run(input: #"{"job_type":"weekly"}"#) { call in
        call.task == .plan ? .fails("InvalidInput", text) : .succeeds
      }
      #expect(run.execution.status == .failed && run.execution.error == "InvalidInput")
      #expect(run.execution.cause?.contains(text) == true)
      #expect(run.functions.invocations(of: .ledger).isEmpty && run.items.isEmpty)
      let message = try run.message()
      #expect(message.subject.hasPrefix("FestVibes ETL: job weekly failed: InvalidInput"))
      #expect(try message.body()["dataset"] is NSNull)
    }

    @Test(
      "An event of EventBridge is a request, as it is",
      arguments: [
        (
          #"{"version":"0","id":"e-1","source":"com.example.shop","detail-type":"OrdersChanged","detail":{"dataset_id":"orders","items":["a"],"max_failures":0}}"#,
          "orders"
        ),
        (
          #"{"dataset":"files","trigger":"event","detail":{"bucket":{"name":"shop"},"object":{"key":"in/a b.csv","size":3},"reason":"PutObject"}}"#,
          "files"
        ),
      ])
    func event(input: String, dataset: String) throws {
      let run = try FinishedRun.run(FinishedRun.dates(12), input: input) { call in
        call.task == .scrape && call.item < "2024-01-03" ? .fails("SourceChanged", "no frame") : .succeeds
      }
      // As of a schedule: it is given up, where a person's run would go on.
      #expect(run.execution.status == .failed)
      #expect(run.execution.error == "States.ExceedToleratedFailureThreshold")
      var sent = try jsonObject(input)
      sent["run"] = run.execution.name
      #expect(try run.functions.invocations(of: .plan).first?.object() as? NSDictionary == sent as NSDictionary)
      let events = try run.functions.invocations(of: .ledger).map { try $0.object()["ledger"] as? [String: Any] }
      #expect(events.allSatisfy { $0?["dataset"] as? String == dataset })
      #expect((events.first??["opened"] as? [String: Any])?["trigger"] as? String == "event")
    }

    @Test("The detail of an event has the options of a run, too, and what stands beside it wins")
    func options() throws {
      let run = try FinishedRun.run(
        input: #"{"dataset":"top","detail":{"dataset":"inner","replay":{"run":"r"},"allow_shrink":true}}"#)
      #expect(run.execution.status == .succeeded)
      let child = try jsonObject(run.items["2024-01-01"]?.input ?? "")
      #expect(child["dataset"] as? String == "top" && child["allow_shrink"] as? Bool == true)
      #expect(child["replay"] as? NSDictionary == ["run": "r"])
      #expect(try run.output()["trigger"] as? String == "replay")
    }

    @Test("An event that names no dataset is no run of the standard one; that of a rule with a schedule is")
    func withoutDataset() throws {
      let refused = try FinishedRun.run(input: #"{"detail":{"orders":3}}"#) { call in
        call.task == .plan ? .fails("InvalidInput", "the event names no dataset") : .succeeds
      }
      #expect(refused.execution.error == "InvalidInput" && refused.functions.invocations(of: .ledger).isEmpty)
      #expect(try refused.message().subject.hasPrefix("FestVibes ETL: event failed: InvalidInput"))
      let scheduled = try FinishedRun.run(
        input: #"{"detail-type":"Scheduled Event","source":"aws.events","detail":{}}"#)
      #expect(try scheduled.output()["dataset"] as? String == "wwoz")
      #expect(try scheduled.output()["trigger"] as? String == "manual")
    }
  }
}
