import Contracts
import Datasets
import Definitions
import Foundation
import TestSupport
import Testing
import Time

@Suite("Schedules of datasets")
struct DatasetScheduleTests {
  private static let shop = """
    dataset_id: shop
    data_type: items
    schedule: {cron: "0 2 * * ? *", timezone: America/Chicago}
    plan:
      kind: product
      values: {city: [Austin, Houston]}
      profiles:
        hourly: {schedule: {cron: "0 * * * ? *"}, values: {city: [Austin]}}
        by-hand: {values: {city: [Austin]}}
    extract: {plugin: wwoz_livewire}
    """

  private func time(_ text: String) throws -> Date { try #require(RFC3339.parse(text)).date }

  private func schedules(_ text: String) throws -> [DatasetSchedule] {
    let fixture = try DatasetFixture(["shop": text])
    return try DatasetSchedules(fixture.catalog(KnownPlugins())).schedules
  }

  @Test("A dataset has its own and those of its profiles, each with its zone, times, names and input (F07)")
  func all() throws {
    let found = try schedules(Self.shop)
    #expect(found.map(\.title) == ["shop", "shop, job hourly"])
    #expect(found.map(\.timeZone) == ["America/Chicago", "UTC"])
    let noon = try time("2024-05-31T12:30:00Z")
    #expect(found[0].next(after: noon) == (try time("2024-06-01T07:00:00Z")))
    #expect(found[0].previous(at: noon) == (try time("2024-05-31T07:00:00Z")))
    #expect(found[1].next(after: noon) == (try time("2024-05-31T13:00:00Z")))
    #expect(found[0].executionName(at: noon) == "schedule-shop-20240531T1230Z")
    #expect(found[1].executionName(at: noon) == "schedule-shop-hourly-20240531T1230Z")
    #expect(found[0].input == #"{"dataset":"shop","trigger":"schedule"}"#)
    #expect(found[1].input == #"{"dataset":"shop","job_type":"hourly","trigger":"schedule"}"#)
    for (schedule, job) in zip(found, [nil, "hourly"]) {
      let request = try JSONDecoder().decode(RunRequest.self, from: Data(schedule.input.utf8))
      #expect(request.plan.dataset == "shop" && request.plan.jobType == job && request.trigger == .schedule)
    }
  }

  @Test("No two schedules have one name, and each name fits Step Functions")
  func names() throws {
    let long = String(repeating: "l", count: 64)
    func definition(_ id: String, _ jobs: [String]) -> String {
      "dataset_id: \(id)\ndata_type: items\nschedule: {cron: \"0 2 * * ? *\"}\nplan:\n  kind: single\n  profiles:\n"
        + jobs.map { "    \($0): {schedule: {cron: \"0 3 * * ? *\"}}\n" }.joined()
        + "extract: {plugin: wwoz_livewire}\n"
    }
    let fixture = try DatasetFixture([
      "a": definition("a", ["b", "b-c", "c"]), "a-b": definition("a-b", ["c"]), "a-b-c": definition("a-b-c", ["b"]),
      "a_b": definition("a_b", ["c"]), long: definition(long, ["b", String(repeating: "j", count: 32)]),
      "\(long.dropLast())m": definition("\(long.dropLast())m", ["b"]),
    ])
    let found = try DatasetSchedules(fixture.catalog(KnownPlugins()))
    #expect(found.problems.isEmpty && found.schedules.count == 15)
    let names = try found.schedules.map { $0.executionName(at: try time("2024-05-31T12:30:00Z")) }
    #expect(Set(names).count == names.count)
    for name in names { #expect(name.utf8.count <= 80 && name.hasSuffix("-20240531T1230Z"), "\(name)") }
    #expect(names.contains("schedule-a-b-20240531T1230Z") && names.contains("schedule-a_b-c-20240531T1230Z"))
  }

  @Test("A dataset that cannot be read stops no other, and is named with its first problem")
  func problems() throws {
    let fixture = try DatasetFixture([
      "shop": Self.shop, "bad": "dataset_id: bad\ndata_type: x\nschedule: {cron: 0 25 * * ? *}\nextract: {plugin: y}\n",
      "open": "dataset_id: open\ndata_type: x\nschedule: {cron: \"${OPEN_CRON}\"}\nextract: {plugin: y}\n",
    ])
    let found = try DatasetSchedules(fixture.catalog(KnownPlugins()))
    #expect(found.schedules.map(\.dataset) == ["shop", "shop"])
    #expect(found.problems.map(\.dataset) == ["bad", "open"])
    #expect(found.problems[0].text.contains("schedule.cron: hours is '25': it must be"))
    #expect(found.problems[1].text.contains("it is '${OPEN_CRON}': it must be six fields"))
  }

  @Test("Each dataset of the repository that has a schedule has a next time")
  func repository() throws {
    let found = try DatasetSchedules(RepositoryDatasets.catalog())
    #expect(found.problems.isEmpty && found.schedules.contains { $0.dataset == "coingecko_markets" })
    for schedule in found.schedules { #expect(schedule.next(after: Date()) != nil, "\(schedule.title)") }
  }
}
