import Contracts
import Time

extension SectionForm {
  /// The keys of a dataset's definition.
  public static func definition(_ plugins: KnownPlugins) -> SectionForm {
    SectionForm(
      [
        KeyForm("dataset_id", .text(.datasetID), isRequired: true, "The dataset's identity; the name of its folder."),
        KeyForm("description", .text(), "The dataset in a sentence."),
        KeyForm(
          "data_type", .text(.name), isRequired: true, "What a record is, in the plural: the second part of S3 keys."),
        KeyForm("source", .text(.name), standard: "the dataset's id", "The source's name: the first part of S3 keys."),
        KeyForm("timezone", .text(.timeZone), standard: "UTC", "The zone of the source's wall-clock times and days."),
        KeyForm("schedule", .section(.schedule), "When the dataset runs."),
        KeyForm(
          "trigger", plugins.readsTriggers ? .list(of: .section(.trigger)) : .any,
          "Objects and events that start runs, beside the schedule."),
        KeyForm("plan", .section(.plan), standard: "kind: single", "The work items of a run."),
        KeyForm("extract", plugins.extract.map { .plugin($0) } ?? .any, isRequired: true, "Where the data comes from."),
        KeyForm("parse", plugins.parse.map { .plugin($0) } ?? .any, "How the bytes become records."),
        KeyForm(
          "normalize", plugins.normalize.map { .section($0) } ?? .any, "Types, zone, keys and aliases of the records."),
        KeyForm(
          "transform", plugins.transform.map { .list(of: .plugin($0)) } ?? .any, "Changes of the records, in order."),
        KeyForm(
          "expect", plugins.expect.map { .list(of: .plugin($0, by: "check")) } ?? .any,
          "What must be true of an item's document before it is loaded."),
        KeyForm("load", .sinks(of: plugins), "Where the records go."),
        KeyForm(
          "state", plugins.readsState ? .section(.state) : .any,
          "Where the checkpoints are, with extract.incremental, and the last times of the series, with a sink of time series."
        ),
        KeyForm("publish", plugins.publish.map { .list(of: .plugin($0)) } ?? .any, "What is refreshed after a load."),
        KeyForm("lock", plugins.lock.map { .section($0) } ?? .any, "The lock that lets one run at a time work."),
        KeyForm(
          "windowInDays", .integer(1...366_000),
          "The days before the reading from which points are loaded, by their obs_time. Older ones are left out."),
      ] + former, rule: { incrementalRule($0, plugins) ?? windowRule($0, plugins) ?? triggerRule($0) })
  }

  /// Keys that system 002 wrote and never read.
  static let former =
    ["provider", "frequency"].map {
      KeyForm($0, .any, ignored: "it is ignored: no program has ever read it, so it can be deleted", "Ignored.")
    } + [
      // What can be joined with `parse` has been.
      KeyForm(
        "parse_config", .any,
        refused:
          "its keys belong to `parse`, which is missing, is no mapping, or has one of them itself: move them there",
        "System 002's name for a part of parse.")
    ]

  /// Refuses what contradicts `incremental`: an extract of what has changed says nothing about what has vanished.
  @Sendable private static func incrementalRule(
    _ top: Section, _ plugins: KnownPlugins
  ) -> (key: String, problem: String)? {
    let hasSeries = plugins.hasSeries(top)
    guard let extract = top.section("extract"), !extract.values.isEmpty else { return nil }
    guard extract["incremental"] != nil else {
      guard top["state"] != nil, plugins.load != nil, hasSeries == false else { return nil }
      return (
        "state",
        "it has checkpoints, which only extract.incremental and a sink of time series (\(plugins.seriesSinks)) make: delete "
          + "it, or add one of them"
      )
    }
    if hasSeries == true {
      return (
        "extract.incremental",
        "the sink of time series compares all points, so that revisions are seen, and state has the last times of its series: "
          + "delete it"
      )
    }
    guard let index = top.sections("load").firstIndex(where: { $0.flag("soft_delete") == true }) else { return nil }
    return (
      "extract.incremental",
      "it reads what has changed only, and load[\(index)].soft_delete deletes what a document lacks: delete one of them"
    )
  }

  /// Refuses `windowInDays` where it would leave out records that a sink then takes for gone, and where it does nothing.
  @Sendable private static func windowRule(
    _ top: Section, _ plugins: KnownPlugins
  ) -> (key: String, problem: String)? {
    guard top["windowInDays"] != nil, plugins.load != nil, !top.sections("load").isEmpty else { return nil }
    if plugins.hasSeries(top) == false {
      return (
        "windowInDays",
        "it leaves out points by their obs_time, for a sink of time series (\(plugins.seriesSinks)), which the dataset does not "
          + "have: delete it"
      )
    }
    guard let index = top.sections("load").firstIndex(where: { $0.flag("soft_delete") == true }) else { return nil }
    return (
      "windowInDays",
      "it leaves older points out, and load[\(index)].soft_delete deletes what a document lacks: delete one of them"
    )
  }

  static let schedule = SectionForm([
    KeyForm("cron", .text(.cron), isRequired: true, "An EventBridge cron expression: 0 2 * * ? *."),
    KeyForm("timezone", .text(.timeZone), standard: "UTC", "The zone of the expression."),
  ])
}

extension Form {
  /// The sinks that a program loads into; else the part of them that its publishers read.
  fileprivate static func sinks(of plugins: KnownPlugins) -> Form {
    if let sinks = plugins.load { return .list(of: .plugin(sinks)) }
    let read = plugins.sinkPublishers.map(\.sink)
    return read.isEmpty ? .any : .list(of: .plugin(read, isPart: true))
  }
}

extension Form.Rule {
  /// A name that can be part of a key in S3, and of a command.
  public static let name = Form.Rule(
    "1 to 64 letters, digits, '.', '_' or '-'", pattern: "^[A-Za-z0-9._-]{1,64}$"
  ) { text in
    (1...64).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(\.isInKeyAlphabet)
  }

  /// The identity of a dataset. It is the name of a folder, so it does not begin with a dot.
  public static let datasetID = Form.Rule(
    "1 to 64 letters, digits, '.', '_' or '-', not beginning with '.' or '-'",
    pattern: "^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$"
  ) { text in
    Form.Rule.name.isSatisfied(text) && !text.hasPrefix(".") && !text.hasPrefix("-")
  }

  public static let timeZone = Form.Rule("an IANA time zone such as America/Chicago") { text in
    (try? TimeZoneRules(identifier: text)) != nil
  }

  public static let cron = Form.Rule(
    "an EventBridge cron expression such as 0 2 * * ? *",
    problem: { text in
      do throws(CronError) {
        _ = try CronExpression(text)
        return nil
      } catch { return "\(error)" }
    })
}
