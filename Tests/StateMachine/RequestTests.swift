import Foundation
import TestSupport
import Testing
import Time

extension StateMachineTests {
  /// The requests that the state machine sends to the functions.
  @Suite("Requests") struct RequestTests {
    private func payload(_ task: MachineTask, of run: FinishedRun) throws -> NSDictionary {
      try #require(run.functions.invocations(of: task).first).object() as NSDictionary
    }

    @Test("have what each function needs")
    func all() throws {
      let run = try FinishedRun.run(input: #"{"days_ahead":0}"#)
      let (date, name) = ("2024-01-01", run.execution.name)
      let item = ["id": date, "date": date]
      let child = try jsonObject(run.items[date]?.input ?? "")
      let started = try #require(child["started"] as? String)
      #expect(RFC3339.parse(started).map { abs($0.date.timeIntervalSince(run.execution.startDate)) < 1 } == true)
      let scrape: [String: Any] = [
        "dataset": "wwoz", "item": item, "run": name, "started": started, "sharing": 1, "slot": 0,
        "replay": NSNull(), "progress": true,
      ]
      let others = ["allow_shrink": false, "tolerated": true, "caches": true]
      #expect(child as NSDictionary == scrape.merging(others) { $1 } as NSDictionary)
      #expect(try payload(.plan, of: run) == ["days_ahead": 0, "run": name])
      #expect(try payload(.scrape, of: run) == scrape as NSDictionary)
      let load = try payload(.load, of: run)
      #expect(
        Set(load.allKeys.compactMap { $0 as? String }) == [
          "dataset", "item", "s3_key", "run", "allow_shrink", "extractorData",
        ])
      #expect(load["dataset"] as? String == "wwoz")
      #expect(load["item"] as? [String: String] == item)
      #expect(load["run"] as? String == name)
      #expect(load["allow_shrink"] as? Bool == false)
      #expect(load["s3_key"] as? String == "raw/\(date).json")
      #expect((load["extractorData"] as? [String: Any])?["statusCode"] as? Int == 200)
      #expect(try payload(.cache, of: run) == ["dataset": "wwoz", "item": item, "run": name])
      #expect(
        try payload(.refresh, of: run) == [
          "dataset": "wwoz", "items": [item], "run": name, "completion": ["run": name, "started_at": started],
        ])
    }

    @Test("name the dataset of the run's input", arguments: ["ticketmaster_events", "wwoz"])
    func dataset(_ dataset: String) throws {
      let input = #"{"dataset":"\#(dataset)","days_ahead":0}"#
      let run = try FinishedRun.run(FinishedRun.dates(10), input: input) { call in
        call.task == .scrape && call.item == "2024-01-02" ? .fails("SourceChanged", "no frame") : .succeeds
      }
      #expect(run.execution.status == .succeeded)
      #expect(try payload(.plan, of: run) == ["dataset": dataset, "days_ahead": 0, "run": run.execution.name])
      for task in [MachineTask.scrape, .load, .cache, .refresh] {
        for call in run.functions.invocations(of: task) {
          #expect(try call.object()["dataset"] as? String == dataset, "\(task)")
        }
      }
      let events = run.functions.invocations(of: .ledger)
      #expect(events.count == 3)
      for event in events {
        #expect((try event.object()["ledger"] as? [String: Any])?["dataset"] as? String == dataset)
      }
      #expect(try run.output()["dataset"] as? String == dataset)
      #expect(try run.message().body()["dataset"] as? String == dataset)
    }

    @Test("name the dataset wwoz if the run's input names none", arguments: ["{}", "[]", #"{"dataset":null}"#])
    func noDataset(_ input: String) throws {
      let run = try FinishedRun.run(input: input)
      #expect(run.execution.status == .succeeded)
      #expect(try payload(.scrape, of: run)["dataset"] as? String == "wwoz")
      #expect(try run.output()["dataset"] as? String == "wwoz")
    }

    @Test("pass items with parameters and without a date on as they are planned")
    func parameters() throws {
      let items: [[String: Any]] = [
        ["id": "austin-music", "parameters": ["city": "Austin", "keyword": "music"]],
        ["id": "new-orleans-music", "parameters": ["city": "New Orleans", "keyword": "\"music\" & 'more'"]],
        ["id": "2024-05", "date": "2024-05-01", "parameters": ["month": "May"]],
      ]
      let body: [String: Any] = ["statusCode": 200, "body": ["items": items]]
      let response = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
      let run = try FinishedRun.run(input: FinishedRun.replayInput) { call in
        switch call.task {
        case .plan: .responds(response)
        case .scrape where call.item == "austin-music": .fails("SourceRefused", "no such city")
        case .cache where call.item == "2024-05": .fails("InvalidInput", "not cached")
        default: .succeeds
        }
      }
      #expect(run.execution.status == .succeeded)
      func inOrder(_ sent: [Any?]) -> NSArray {
        let sent = sent.compactMap { $0 as? [String: Any] }
        return items.compactMap { item in sent.first { $0["id"] as? String == item["id"] as? String } } as NSArray
      }
      func sent(_ task: MachineTask) throws -> NSArray {
        inOrder(try run.functions.invocations(of: task).map { try $0.object()["item"] })
      }
      #expect(try sent(.scrape) == items as NSArray)
      #expect(try sent(.load) == Array(items[1...]) as NSArray)
      #expect(try sent(.cache) == Array(items[1...]) as NSArray)
      #expect(try payload(.refresh, of: run)["items"] as? NSArray == items as NSArray)
      let ledger = try run.functions.invocations(of: .ledger).compactMap { try $0.object()["ledger"] as? [String: Any] }
      let opened = ledger.compactMap { $0["opened"] as? [String: Any] }
      #expect(opened.map { $0["items"] as? NSArray } == [items as NSArray])
      let failed = ledger.map { ($0["failed"] as? [String: Any])?["item"] }
      #expect(inOrder(failed) == [items[0], items[2]] as NSArray)
      let closed = try #require(ledger.compactMap { $0["closed"] as? [String: Any] }.first)
      #expect(closed["failed_items"] as? [String] == ["austin-music", "2024-05"])

      let output = try run.output()
      #expect(output["items"] as? Int == 3)
      #expect(output["failed_items"] as? [String] == ["austin-music", "2024-05"])
      // A dataset without dates counts its items as dates.
      #expect(output["dates"] as? Int == 3)
      #expect(output["failed_dates"] as? [String] == ["austin-music", "2024-05-01"])
      let result = try jsonObject(run.items["new-orleans-music"]?.output ?? "")
      #expect(result["item"] as? String == "new-orleans-music")
      #expect(result["date"] is NSNull)
    }

    @Test("make items of the dates if the generator plans only dates, as its earlier versions do", arguments: [1, 7])
    func onlyDates(_ count: Int) throws {
      let dates = FinishedRun.dates(count)
      let run = try FinishedRun.run { call in
        call.task == .plan ? .responds(#"{"statusCode":200,"body":{"dates":\#(dates)}}"#) : .succeeds
      }
      #expect(run.execution.status == .succeeded)
      let items = dates.map { ["id": $0, "date": $0] }
      #expect(try payload(.refresh, of: run)["items"] as? [[String: String]] == items)
      #expect(try payload(.scrape, of: run)["item"] as? [String: String] != nil)
      #expect(run.items.keys.sorted() == dates)
      let output = try run.output()
      #expect(output["items"] as? Int == count)
      #expect(output["status"] as? String == "success")
      #expect(try jsonObject(run.items[dates[0]]?.output ?? "")["date"] as? String == dates[0])
    }

    @Test("have the counts of the dataset's records, or of events from an earlier loader")
    func counts() throws {
      let events = #"{"found":1,"new":1,"changed":0,"unchanged":0,"rejected":0,"cancelled":0}"#
      let records = #"{"found":7,"new":1,"changed":2,"unchanged":3,"rejected":1}"#
      let run = try FinishedRun.run(FinishedRun.dates(2)) { call in
        guard call.task == .load else { return .succeeds }
        let counts = call.item == "2024-01-01" ? #""records":\#(records)"# : #""counts":{"events":\#(events)}"#
        return .responds(#"{"statusCode":200,"body":{"status":"success",\#(counts)}}"#)
      }
      #expect(run.execution.status == .succeeded)
      let output = try run.output()
      let sums = ["found": 8, "new": 2, "changed": 2, "unchanged": 3, "rejected": 1, "cancelled": 0]
      for (name, sum) in sums { #expect(output[name] as? Int == sum, "\(name)") }
      #expect(try jsonObject(run.items["2024-01-01"]?.output ?? "")["cancelled"] as? Int == 0)
    }

    @Test("of the cache leave out days before cached_from, and nothing else", arguments: ["2024-01-03", "2024-02-01"])
    func cachedFrom(_ date: String) throws {
      let dates = FinishedRun.dates(4)
      let run = try FinishedRun.run(dates, input: #"{"cached_from":"\#(date)"}"#)
      #expect(run.execution.status == .succeeded)
      let cached = dates.filter { $0 >= date }
      #expect(run.functions.invocations(of: .cache).map(\.item).sorted() == cached)
      let refreshed = try run.functions.invocations(of: .refresh).flatMap {
        try $0.object()["items"] as? [[String: String]] ?? []
      }
      #expect(refreshed.compactMap { $0["id"] } == cached)
      #expect(run.functions.invocations(of: .load).count == 4)
      #expect(try run.output()["status"] as? String == "success")
      #expect(try run.output()["cached"] as? Int == 9 * cached.count)
    }

    @Test("tell the scraper what to replay")
    func replay() throws {
      let run = try FinishedRun.run(input: #"{"replay":{"run":"r"}}"#)
      #expect(try payload(.scrape, of: run)["replay"] as? NSDictionary == ["run": "r"])
    }

    @Test("tell the loader whether a listing may shrink", arguments: [("true", true), ("null", false), ("1", false)])
    func shrinkage(_ given: String, expected: Bool) throws {
      let run = try FinishedRun.run(input: #"{"allow_shrink":\#(given)}"#)
      #expect(try payload(.load, of: run)["allow_shrink"] as? Bool == expected)
    }

    @Test(
      "give scrapers that run at once, at most five, shares of the source's rate", arguments: [(2, 2), (5, 5), (12, 5)])
    func sharing(_ count: Int, expected: Int) throws {
      let run = try FinishedRun.run(FinishedRun.dates(count))
      let requests = try run.functions.invocations(of: .scrape).map { try $0.object() }
      #expect(requests.map { $0["sharing"] as? Int } == Array(repeating: expected, count: count))
      #expect(requests.compactMap { $0["slot"] as? Int }.sorted() == Array(0..<count))
    }
  }
}
