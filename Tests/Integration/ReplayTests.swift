import AWS
import Contracts
import EventCache
import EventRecords
import Foundation
import TestSupport
import Testing
import Time

extension RunTests {
  /// `festvibes replay` as a process, on the stack.
  @Suite("A replay", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct ReplayTests {
    private static let (first, last) = ("2026-02-01", "2026-02-02")
    private let stack: LocalStack
    private let original: LocalStack.Run

    /// Runs two dates of the sample site, which has stopped when this returns.
    init() throws {
      stack = try LocalStack()
      try stack.empty()
      let site = try SourceSite.sample()
      defer { site.stop() }
      original = try stack.run(from: Self.first, to: Self.last)
      try #require(original.execution.status == .succeeded)
    }

    private func festvibes(_ arguments: String...) throws -> FestVibesProcess {
      try FestVibesProcess(arguments, environment: LocalStack.environment)
    }

    private func cached() throws -> [Data?] {
      try [Self.first, Self.last].map { try stack.cachedBytes(try #require(CalendarDate($0))) }
    }

    private func change(_ statement: String) throws {
      let rows = try stack.database.query(
        "with changed as (\(statement)) select count(*) from changed", deadline: stack.deadline)
      #expect(try rows[0][0] as Int > 0, "\(statement)")
    }

    private func value(_ query: String) throws -> String {
      try stack.database.query("select (\(query))::text", deadline: stack.deadline)[0][0]
    }

    /// Returns the bucket's objects, with keys, sizes and checksums.
    private func objects() throws -> [String] {
      let s3 = try S3Client(AWSSession(environment: LocalStack.environment))
      let bucket = try #require(LocalStack.environment["S3_BUCKET_NAME"])
      // Only those of this suite's dates: other suites use the bucket at the same time.
      return try s3.list(bucket: bucket, prefix: "raw/", deadline: stack.deadline).entries.filter { entry in
        [Self.first, Self.last].contains { entry.key.contains("_\($0)_") }
      }.map { "\($0)" }
    }

    @Test("of a run gives the same result without its source: no row is written, and no cached byte differs")
    func unchanged() throws {
      let (rows, bytes) = (try stack.rowVersions(), try cached())
      let replay = try festvibes("replay", Self.first, Self.last)
      #expect(replay.status == 0, "\(replay.error)\(replay.output)")
      #expect(replay.output.contains("2 dates in "))
      #expect(try stack.rowVersions() == rows)
      #expect(try cached() == bytes)
      #expect(try value("select count(*) from loads where not superseded") == "4")
      #expect(
        try value("select string_agg(status || ' ' || trigger, ', ' order by started_at) from etl_runs")
          == "success manual, success replay")
      let status = try festvibes("status")
      #expect(status.output.contains("replay"))
    }

    @Test("with --dry-run says that no record would change, and changes nothing")
    func dryRun() throws {
      let (versions, objects, bytes) = (try stack.allRowVersions(), try objects(), try cached())
      try #require(!objects.isEmpty)
      let dryRun = try festvibes("replay", Self.first, Self.last, "--dry-run")
      #expect(dryRun.status == 0, "\(dryRun.error)")
      let found = try value("select count(*) from events where event_date = '\(Self.first)'")
      #expect(
        dryRun.output.contains("✓ \(Self.first): \(found) found = 0 new + 0 changed + \(found) unchanged + 0 rejected.")
      )
      #expect(dryRun.output.components(separatedBy: "  no record would change\n").count == 3)
      #expect(try stack.allRowVersions() == versions)
      #expect(try self.objects() == objects)
      #expect(try cached() == bytes)
    }

    @Test("with a better parser adds what the old one missed, and --dry-run shows it before")
    func betterParser() throws {
      let (events, bytes) = (try value("select count(*) from events"), try cached())
      // The result of a parser that misread an event and a venue, found an event where there is none, and missed one.
      let href = try value("select min(wwoz_event_href) from events where event_date = '\(Self.first)'")
      let missed = try value("select max(wwoz_event_href) from events where event_date = '\(Self.first)'")
      let odd = try value("select min(wwoz_event_href) from events where event_date = '\(Self.last)'")
      try change("update events set description = 'misread' where wwoz_event_href = '\(href)' returning id")
      try change(
        "update venues set phone_number = '000' where id in (select venue_id from events where wwoz_event_href = '\(href)') returning id"
      )
      try change(
        "delete from event_genres where event_id in (select id from events where wwoz_event_href = '\(missed)') returning event_id"
      )
      try change("delete from events where wwoz_event_href = '\(missed)' returning id")
      try change(
        """
        insert into events (source, event_date, wwoz_event_href, artist_name, artist_id, venue_id, status)
        select source, event_date, '/events/0', artist_name, artist_id, venue_id, 'scheduled' from events
        where wwoz_event_href = '\(odd)' returning id
        """)
      try change(
        """
        insert into rejected_records (dataset, item, event_date, raw_key, position, reason, href, load_id)
        select dataset, item, event_date, raw_key, 0, 'its time is not a time', '\(missed)', id from loads
        where event_date = '\(Self.first)' returning id
        """)
      let damaged = try stack.allRowVersions()

      let dryRun = try festvibes("replay", Self.first, Self.last, "--dry-run")
      #expect(dryRun.status == 0, "\(dryRun.error)")
      let lines = dryRun.output.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("  ~ ") && $0.hasSuffix("(\(href))") })
      #expect(lines.contains { $0.contains(#"event_data.description: "misread" → "#) })
      #expect(lines.contains { $0.contains(#"venue_data.phone_number: "000" → "#) })
      #expect(lines.contains { $0.hasPrefix("  + ") && $0.hasSuffix("(\(missed))") })
      #expect(lines.contains { $0.hasPrefix("  - ") && $0.hasSuffix("(/events/0)") })
      #expect(try stack.allRowVersions() == damaged)

      let replay = try festvibes("replay", Self.first, Self.last)
      #expect(replay.status == 0, "\(replay.error)\(replay.output)")
      #expect(try cached() == bytes)
      #expect(try value("select count(*) from events where status = 'scheduled'") == events)
      #expect(try value("select status from events where wwoz_event_href = '/events/0'") == "cancelled")
      #expect(try value("select resolution from rejected_records") == "loaded")
      #expect(try festvibes("rejected").output.contains("No record of the dataset wwoz is in quarantine."))
    }

    @Test("of an older run changes nothing that a later run has loaded, and says so")
    func olderRun() throws {
      do {
        let site = try SourceSite.sample()
        defer { site.stop() }
        #expect(try stack.run(from: Self.first, to: Self.last).execution.status == .succeeded)
      }
      try change("update venues set phone_number = '000' where phone_number is not null returning id")
      let rows = try stack.rowVersions()
      let dryRun = try festvibes("replay", Self.first, "--run", original.execution.name, "--dry-run")
      #expect(dryRun.output.contains("  a later listing has been loaded: nothing would change\n"))
      let replay = try festvibes("replay", Self.first, Self.last, "--run", original.execution.name)
      #expect(replay.status == 0, "\(replay.error)\(replay.output)")
      #expect(replay.output.contains("2 dates left unchanged: a later listing had been loaded before."))
      #expect(try stack.rowVersions() == rows)
    }

    @Test("fails a date without an archive with InvalidInput, and does the others")
    func notArchived() throws {
      let day = "2026-01-31"
      for arguments in [["replay", day, Self.first], ["replay", day, Self.first, "--dry-run"]] {
        let ran = try FestVibesProcess(arguments, environment: LocalStack.environment)
        #expect(ran.status == 1)
        #expect(ran.output.contains("✓ \(Self.first)"), "\(ran.output)")
        #expect(ran.output.contains("✗ \(day)"))
        #expect(ran.output.contains("InvalidInput"))
        #expect(ran.output.contains("no run has an archive of \(day)"))
      }
      let other = try festvibes("replay", Self.first, "--run", "unknown", "--dry-run")
      #expect(other.status == 1)
      #expect(other.output.contains("the run 'unknown' has no archive of \(Self.first)"))
    }

    @Test("of dates whose first half is not archived does the other half")
    func halfArchived() throws {
      do {
        let site = try SourceSite.sample()
        defer { site.stop() }
        #expect(try stack.run(from: "2026-02-03", to: "2026-02-06").execution.status == .succeeded)
      }
      let replay = try festvibes("replay", "2026-01-26", "2026-02-06")
      #expect(replay.status == 1)
      let lines = replay.output.split(separator: "\n")
      for day in 26...31 { #expect(lines.contains { $0.hasPrefix("✗ 2026-01-\(day)") }, "\(replay.output)") }
      // The first Tuesday of a month has no events.
      for day in 1...6 {
        let mark = day == 3 ? "~" : "✓"
        #expect(lines.contains { $0.hasPrefix("\(mark) 2026-02-0\(day)") }, "\(replay.output)")
      }
      #expect(replay.output.contains(", 6 done, 6 failed."))
      #expect(try value("select status from etl_runs where trigger = 'replay'") == "partial")
    }

    @Test(
      "of a listing that has lost most of its events is refused with the command that loads it, and that command loads it"
    )
    func allowShrink() throws {
      let bytes = try cached()
      try change(
        """
        insert into events (source, event_date, wwoz_event_href, artist_name, status)
        select 'wwoz', '\(Self.first)', '/events/gone-' || n, 'Gone', 'scheduled' from generate_series(1, 100) n
        returning id
        """)
      let before = try stack.allRowVersions()
      let refused = try festvibes("replay", Self.first, "--dry-run")
      #expect(refused.status == 1)
      #expect(refused.output.contains("`festvibes replay \(Self.first) --allow-shrink` loads it"), "\(refused.output)")
      let allowed = try festvibes("replay", Self.first, "--dry-run", "--allow-shrink")
      #expect(allowed.status == 0, "\(allowed.output)")
      #expect(allowed.output.contains("100 cancelled"))
      #expect(try stack.allRowVersions() == before)

      #expect(try festvibes("replay", Self.first).status == 1)
      #expect(try value("select count(*) from events where status = 'scheduled' and artist_name = 'Gone'") == "100")
      let replay = try festvibes("replay", Self.first, "--allow-shrink")
      #expect(replay.status == 0, "\(replay.error)\(replay.output)")
      #expect(try value("select count(*) from events where status = 'scheduled' and artist_name = 'Gone'") == "0")
      #expect(try cached() == bytes)
    }

    /// Returns what readers of the database and the cache see, with the status of each event.
    private func content() throws -> [String] {
      let events = try stack.database.query(
        """
        select concat_ws('|', e.event_date, e.wwoz_event_href, e.status, e.artist_name, e.performance_time, e.description,
          v.name, v.phone_number, (
            select string_agg(g.name, ',' order by g.name) from event_genres j join genres g on g.id = j.genre_id
            where j.event_id = e.id)) as line
        from events e left join venues v on v.id = e.venue_id order by 1
        """, deadline: stack.deadline)
      return try events.map { try $0["line"] as String }
        + cached().map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "" }
    }

    /// Changes the stored and cached dates into what a bad parser would have left.
    private func damage() throws {
      for date in [Self.first, Self.last] {
        let href = try value("select min(wwoz_event_href) from events where event_date = '\(date)'")
        let missed = try value("select max(wwoz_event_href) from events where event_date = '\(date)'")
        try change("update events set description = 'misread' where wwoz_event_href = '\(href)' returning id")
        // Not every event has genres.
        _ = try stack.database.query(
          "delete from event_genres where event_id in (select id from events where wwoz_event_href = '\(missed)')",
          deadline: stack.deadline)
        try change("delete from events where wwoz_event_href = '\(missed)' returning id")
      }
      try change("update venues set phone_number = '000' where phone_number is not null returning id")
      let settings = EventCacheSettings(
        url: try #require(LocalStack.environment["REDIS_URL"]), authorities: LocalStack.environment["REDIS_CA_FILE"])
      let empty = try [Self.first, Self.last].map { (try #require(CalendarDate($0)), [EventRecord]()) }
      try EventCache(settings, zone: Dataset.wwoz.timeZoneRules()).write(
        Dictionary(uniqueKeysWithValues: empty), deadline: stack.deadline)
    }

    @Test("at the same time as another, or as a run, gives the result of a run alone")
    func atOnce() throws {
      let content = try content()
      let site = try SourceSite.sample()
      defer { site.stop() }
      let replay = #","replay":{}"#
      for runs in [[replay, replay], [replay, "", replay]] {
        try damage()
        #expect(try self.content() != content)
        let executions = try runs.map {
          try stack.start(#"{"start_date":"\#(Self.first)","end_date":"\#(Self.last)"\#($0)}"#)
        }
        for execution in executions { #expect(try stack.finish(execution).execution.status == .succeeded) }
        #expect(try self.content() == content)
      }
    }
  }
}
