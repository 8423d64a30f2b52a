import Contracts
import Testing
import Time

@testable import Definitions

@Suite("The profiles of a plan")
struct ProfileTests {
  private func read(
    _ plan: String, extract: String = "{plugin: x}"
  ) -> (definition: Definition?, problems: [String]) {
    let text = "dataset_id: d\ndata_type: items\nextract: \(extract)\nplan: \(plan)\n"
    let (definition, problems) = Definition.read(Array(text.utf8), file: "d.yaml", plugins: KnownPlugins()) { _, _ in
      nil
    }
    return (definition, problems.map(\.description))
  }

  private func plan(
    _ plan: String, job: String? = nil, extract: String = "{plugin: x}", _ request: PlanRequest = PlanRequest()
  ) throws -> [WorkItem] {
    let (definition, problems) = read(plan, extract: extract)
    #expect(problems.isEmpty, "\(problems)")
    return try #require(definition).itemPlan(job: job)
      .response(to: request, of: "d") { () throws(PipelineError) in CalendarDate(daysSinceEpoch: 20_000) }.items
  }

  private let product = """
    {kind: product, max_records: 8, values: {city: [New Orleans, Austin], keyword: [jazz, rock]},
      profiles: {hourly: {schedule: {cron: "0 * * * ? *"}, values: {city: Austin}, max_records: 3}, weekly: {}}}
    """

  @Test("are job types: of the keys that they have they override the plan's")
  func overriding() throws {
    let definition = try #require(read(product).definition)
    #expect(definition.jobTypes == ["hourly", "weekly"])
    #expect(definition.schedule(ofJob: "hourly")?.text("cron") == "0 * * * ? *")
    #expect(definition.schedule(ofJob: "weekly") == nil && definition.schedule(ofJob: nil) == nil)
    #expect(try plan(product).count == 4)
    #expect(try plan(product, job: "weekly") == plan(product))
    let hourly = try plan(product, job: "hourly")
    #expect(hourly.map(\.id) == ["austin_jazz", "austin_rock"])
    #expect(hourly.map { $0.parameters["max_records"] } == ["2", "1"])
  }

  @Test("that are not declared are refused, with those that are")
  func unknown() throws {
    for (text, expected) in [
      (product, "job_type is 'daily': dataset d has hourly, weekly"),
      ("{kind: single}", "dataset d has none: leave it out"),
    ] {
      let definition = try #require(read(text).definition)
      let error = #expect(throws: PipelineError.self) { try definition.itemPlan(job: "daily") }
      #expect(error?.name == .invalidInput && error?.message.contains(expected) == true)
    }
  }

  @Test("have ranges of their own")
  func ranges() throws {
    let days = "{kind: dates, days_ahead: 2, profiles: {today: {days_ahead: 0}, plain: {}}}"
    #expect(try plan(days).count == 3)
    #expect(try plan(days, job: "today").map(\.id) == ["2024-10-04"])
    #expect(try plan(days, job: "plain").count == 3)
    #expect(try plan("{kind: dates}").count == 31)
    let months = "{kind: months, months_back: 2, profiles: {next: {months_back: 0, months_ahead: 1}}}"
    #expect(try plan(months).map(\.id) == ["2024-08", "2024-09", "2024-10"])
    #expect(try plan(months, job: "next").map(\.id) == ["2024-10", "2024-11"])
    #expect(try plan("{kind: months}").map(\.id) == ["2024-10"])
    let definition = try #require(read(months).definition)
    #expect(!definition.dataset.hasDates)
    #expect(try definition.itemPlan().isOfMonths && definition.itemPlan().items == nil)
    #expect(try definition.itemPlan().sample.parameters["month"] == "1970-01")
  }

  @Test(
    "with a flaw are a problem of the definition",
    arguments: [
      ("{kind: dates, profiles: {a: {values: {b: [c]}}}}", "plan.profiles.a.values: only kind product has values"),
      ("{kind: dates, profiles: {a: {max_records: 3}}}", "plan.profiles.a.max_records: kind dates has other items"),
      ("{kind: months, max_records: 3}", "plan.max_records: kind months has other items"),
      ("{kind: single, days_ahead: 3}", "plan.days_ahead: only kind dates has it"),
      ("{kind: dates, months_back: 3}", "plan.months_back: only kind months has it"),
      ("{kind: single, profiles: {a: {months_ahead: 3}}}", "plan.profiles.a.months_ahead: only kind months has it"),
      ("{kind: months, months_back: 200, months_ahead: 200}", "plan.months_back: a run would have 401 months"),
      (
        "{kind: months, months_back: 200, profiles: {a: {months_ahead: 200}}}",
        "plan.profiles.a.months_back: a run would"
      ),
      ("{kind: months, months_back: 366}", "plan.months_back: it is '366'"),
      ("{kind: single, profiles: {a b: {}}}", "plan.profiles.a b: a job type's name"),
      ("{kind: single, profiles: {a.b: {}}}", "plan.profiles.a.b: a job type's name"),
      ("{kind: single, profiles: {a: {kind: dates}}}", "plan.profiles.a.kind: it is not known"),
      ("{kind: single, profiles: {a: {schedule: {}}}}", "plan.profiles.a.schedule.cron: it is missing"),
      (
        "{kind: product, values: {a: [b]}, profiles: {p: {values: {a: [c, c]}}}}",
        "plan.profiles.p.values.a: it has 'c'"
      ),
    ])
  func flaws(plan: String, problem: String) {
    let (definition, problems) = read(plan)
    #expect(definition == nil)
    #expect(problems.count == 1 && problems.first?.contains(problem) == true, "\(problems)")
  }

  @Test("and the plan show all their problems at once")
  func all() {
    let (_, problems) = read(
      """

        kind: dates
        values: {a: [b]}
        months_back: 1
        profiles:
          one: {months_ahead: 1, values: {a: [c]}}
          two: {days_ahead: 3}
          "th ree": {}
      """)
    #expect(
      problems.map { String($0.dropFirst("d.yaml:".count).prefix { $0 != ":" }) } == ["6", "7", "9", "9", "11"],
      "\(problems)")
  }

  @Test("Job types are found without checking anything else of a file")
  func names() {
    let text = "plan: {profiles: {b: 1, a: {}}}\nnonsense: ${MISSING}\n"
    #expect(Definition.jobTypes(in: Array(text.utf8)) == ["b", "a"])
    #expect(Definition.jobTypes(in: Array("plan: {kind: dates}\n".utf8)) == [])
    #expect(Definition.jobTypes(in: Array("plan: [\n".utf8)) == nil)
  }

  @Test("An object that extract reads is needed from the request, and is an item of its own")
  func object() throws {
    let extract = "{plugin: file, path: \"s3://{bucket}/{key}\"}"
    let request = PlanRequest(bucket: "shop", key: "in/a.csv")
    let items = try plan("{kind: single, max_records: 5}", extract: extract, request)
    #expect(items.count == 1 && items[0].id.hasPrefix("in-a.csv-"))
    #expect(items[0].parameters == ["bucket": "shop", "key": "in/a.csv", "max_records": "5"])
    var again = request
    again.items = [items[0].id]
    #expect(try plan("{kind: single, max_records: 5}", extract: extract, again) == items)
    for missing in [PlanRequest(), PlanRequest(bucket: "shop")] {
      let error = #expect(throws: PipelineError.self) { try plan("{kind: single}", extract: extract, missing) }
      #expect(error?.name == .invalidInput)
      let names = missing.bucket == nil ? "bucket and key" : "key"
      #expect(error?.message.contains("give \(names), as the event") == true)
    }
    let dates = try plan("{kind: dates, days_ahead: 1}", extract: "{plugin: x, url: \"{key}\"}", request)
    #expect(dates.map(\.id) == ["2024-10-04", "2024-10-05"] && dates.allSatisfy { $0.parameters["key"] == "in/a.csv" })
    let definition = try #require(read("{kind: single}", extract: extract).definition)
    #expect(try definition.itemPlan().sample.parameters == ["bucket": "name", "key": "name"])
  }

  @Test("An object that extract does not read is a signal only")
  func signal() throws {
    let items = try plan(
      "{kind: single}", extract: "{plugin: x, body: \"{{key}}\"}", PlanRequest(bucket: "shop", key: "a"))
    #expect(items.map(\.id) == ["all"] && items[0].parameters["key"] == "a")
  }

  @Test("Values of the plan named bucket or key are its own")
  func own() throws {
    let text = "{kind: product, values: {key: [a, b]}}"
    #expect(try plan(text, extract: "{plugin: x, url: \"{key}\"}").map(\.id) == ["a", "b"])
    let error = #expect(throws: PipelineError.self) { try plan(text, PlanRequest(key: "c")) }
    #expect(error?.message.contains("has values of its own") == true)
  }

  @Test("A long key in many items is refused before it would fill a state")
  func size() throws {
    let request = PlanRequest(daysAhead: 365, bucket: "shop", key: String(repeating: "k", count: 1000))
    let error = #expect(throws: PipelineError.self) { try plan("{kind: dates}", request) }
    #expect(error?.name == .invalidInput && error?.message.contains("more than 65536") == true)
  }
}
