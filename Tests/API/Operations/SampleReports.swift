import Contracts
import Foundation
import OperationsPage
import Time

/// Reports of invented days, for the tests of the page and for its screens.
enum SampleReports {
  /// Saturday, 2026-11-28 03:12 UTC.
  static let now = Date(timeIntervalSince1970: 1_795_835_520)
  private static let today = CalendarDate(daysSinceEpoch: 20_785)
  static let all: [(name: String, report: OperationsReport)] = [
    ("quiet", quietDay), ("outage", outage), ("first", firstDay),
  ]

  private static func ago(hours: Double) -> Date { now.addingTimeInterval(-3600 * hours) }

  private static func run(_ daysAgo: Int, _ outcome: ReportedRun.Outcome = .success) -> ReportedRun {
    let start = ago(hours: Double(daysAgo) * 24 + 5.2)
    let records = RecordCounts(
      found: 1190 + daysAgo * 7 % 40, new: 38 + daysAgo % 5, changed: 12,
      unchanged: 1137 + daysAgo * 7 % 40 - daysAgo % 5,
      rejected: daysAgo == 4 ? 3 : 0)
    return ReportedRun(
      name: "schedule-wwoz-2026112\(8 - daysAgo % 9)T220\(daysAgo % 10)Z", outcome: outcome, startedAt: start,
      endedAt: start.addingTimeInterval(Double(176 + daysAgo * 13 % 60)), items: 31, itemsDone: 31, records: records,
      requests: 1221 + daysAgo * 11 % 50, requestsFailed: daysAgo % 3)
  }

  private static func days(_ change: (Int, inout ReportedDay) -> Void = { _, _ in }) -> [ReportedDay] {
    (-12...30).map { offset in
      let date = today.adding(days: offset)
      let weekend = [0, 5, 6].contains(date.weekday)
      var day = ReportedDay(
        date: date, state: offset < -2 ? .loaded : .cached,
        records: offset > 18 ? 9 + (offset * 5) % 7 : (weekend ? 58 : 34) + (offset * 7 + 84) % 11,
        listedAt: ago(hours: 5.1),
        loadedAt: ago(hours: offset < 0 ? 5.1 - Double(offset) * 24 : 5.1), cachedAt: ago(hours: 5.1),
        expiresAt: now.addingTimeInterval(6 * 3600))
      change(offset, &day)
      return day
    }
  }

  private static let upcoming: [OperationsReport.Start] = [
    .init(dataset: "coingecko_markets", job: "hourly", time: now.addingTimeInterval(2880), schedule: "0 * * * * (UTC)"),
    .init(dataset: "wwoz", time: now.addingTimeInterval(67_680), schedule: "0 16 * * * (America/Chicago)"),
  ]

  private static let markets = DatasetReport(
    id: "coingecko_markets", summary: "Prices of the largest coins.", records: "items", today: today,
    runs: (0..<10).map { index in
      let start = ago(hours: Double(index) + 0.2)
      return ReportedRun(
        name: "schedule-coingecko_markets-hourly-\(index)", trigger: "schedule, job hourly", outcome: .success,
        startedAt: start, endedAt: start.addingTimeInterval(4), items: 1, itemsDone: 1,
        records: RecordCounts(found: 100, changed: 96, unchanged: 4), requests: 1, requestsFailed: 0)
    }, loadedAt: ago(hours: 0.2), completeAt: ago(hours: 0.2))

  /// Datasets that nobody runs here.
  private static let never = [
    "bcra_infomondia_series", "invictus_wod", "news_feed", "sample_products", "spotify_artists", "ticketmaster_events",
  ].map { DatasetReport(id: $0, today: today) }

  static let quietDay = OperationsReport(
    time: now,
    datasets: [
      DatasetReport(
        id: "wwoz", summary: "Concerts of New Orleans, as WWOZ lists them.", records: "events", isCached: true,
        today: today, runs: (0..<12).map { run($0) }, days: days(), loadedAt: ago(hours: 5.1),
        completeAt: ago(hours: 5.2)
      ), markets,
    ] + never, upcoming: upcoming)

  static let outage: OperationsReport = {
    let message = "www.wwoz.org answered with status 503 (Service Unavailable) 5 times within 2 minutes"
    let failed = (0..<12).map { today.adding(days: $0).description }
    var last = run(0, .failed)
    last.itemsDone = 0
    last.itemsFailed = 12
    last.itemsUndone = 19
    last.records = RecordCounts()
    (last.requests, last.requestsFailed) = (60, 60)
    last.cause = "States.ExceedToleratedFailureThreshold: 12 of 31 items failed; at most 10 % may"
    last.failures = [.init(items: failed, stage: "scrape", error: "SourceUnavailable", message: message)]
    last.next = "festvibes retry \(last.name)"
    var partial = run(1, .partial)
    partial.records.rejected = 7
    partial.next = "festvibes rejected --run \(partial.name)"
    var repaired = run(2, .partial)
    (repaired.itemsDone, repaired.itemsFailed) = (30, 1)
    repaired.failures = [.init(items: ["2026-12-05"], stage: "scrape", error: "SourceUnavailable", message: message)]
    repaired.repair = "Done since by \(partial.name)."
    let marked = days { offset, day in
      if (0..<12).contains(offset) {
        (day.state, day.note) = (.failed, "failed in scrape: SourceUnavailable: \(message)")
      } else if offset == 20 {
        day = ReportedDay(date: day.date, state: .stale, note: "never loaded, although a run had it")
      } else if offset == 15 || offset == 16 {
        day = ReportedDay(date: day.date, state: .gap)
      } else if offset < -10 || offset == 30 {
        day = ReportedDay(date: day.date, state: offset < 0 ? .past : .future)
      } else if offset == 13 {
        (day.state, day.note) = (.listed, "14 of 52 pages unread; the next run reads them again")
      } else if offset == 29 {
        (day.state, day.records) = (.empty, 0)
      }
    }
    return OperationsReport(
      time: now,
      problems: [
        .init(
          dataset: "wwoz", title: "the last run failed",
          cause:
            "2026-11-28, 2026-11-29, 2026-11-30 and 9 more: SourceUnavailable: \(message); 19 items were stopped or "
            + "not tried", since: last.endedAt, next: last.next),
        .init(
          dataset: "coingecko_markets", title: "a scheduled run is overdue",
          cause: "No run began at 27 Nov 21:00 UTC or later. The last one began at 27 Nov 20:00 UTC.",
          since: ago(hours: 6.2), next: "festvibes run --job hourly --dataset coingecko_markets"),
      ],
      remarks: [
        .init(
          dataset: "wwoz", title: "gaps", cause: "no finished run had 2026-12-13, 2026-12-14",
          next: "festvibes run --start 2026-12-13 --end 2026-12-14"),
        .init(
          dataset: "wwoz", title: "7 records in quarantine", cause: "the time '25:00 pm' is not a time",
          next: "festvibes rejected"),
      ],
      datasets: [
        DatasetReport(
          id: "wwoz", summary: "Concerts of New Orleans, as WWOZ lists them.", records: "events", isCached: true,
          today: today, runs: [last, partial, repaired] + (3..<12).map { run($0) }, days: marked,
          loadedAt: ago(hours: 29),
          completeAt: ago(hours: 53.2), staleItems: 13, openRejections: 7,
          rejections: [
            .init(
              reason: "the time '25:00 pm' is not a time", count: 5, items: ["2026-12-03", "2026-12-04"],
              since: ago(hours: 29)),
            .init(reason: "no venue", count: 2, items: ["2026-12-11"], since: ago(hours: 53)),
          ], rejectedCommand: "festvibes rejected"), markets,
      ], upcoming: upcoming)
  }()

  static let firstDay = OperationsReport(
    time: now,
    datasets: [
      DatasetReport(id: "wwoz", summary: "Concerts of New Orleans.", records: "events", today: today),
      DatasetReport(id: "coingecko_markets", summary: "Prices of the largest coins.", records: "items", today: today),
    ], upcoming: upcoming)

  /// Texts that try to become markup, in every place that a source, an operator or a file can fill.
  static let hostileText =
    #"</style></title><script>alert(1)</script><img src=x onerror="a()">'"&amp;\#u{0}\#u{1b}[31m\#u{202e}xt"#

  static let hostile: OperationsReport = {
    let text = hostileText
    let run = ReportedRun(
      name: text, trigger: text, outcome: .failed, startedAt: ago(hours: 1), endedAt: now,
      records: RecordCounts(found: 1, rejected: 1), cause: text,
      failures: [.init(items: [text], stage: text, error: text, message: text)], next: text)
    return OperationsReport(
      time: now, problems: [.init(dataset: text, title: text, cause: text, since: now, next: text)],
      remarks: [.init(dataset: text, title: text, cause: text, next: text)],
      datasets: [
        DatasetReport(
          id: text, summary: text, records: text, isCached: true, today: today, runs: [run],
          days: days { $1.note = text }, openRejections: 1,
          rejections: [.init(reason: text, count: 1, items: [text], since: now)], rejectedCommand: text)
      ], upcoming: [.init(dataset: text, job: text, time: now, schedule: text)])
  }()
}
