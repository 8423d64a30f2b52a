import Contracts
import Datasets
import Definitions
import Foundation
import Time

extension DatasetList {
  /// A list of `{id, ok}`, and of those without a problem their names, plugins, runs and schedules. What is not known is null.
  var json: String {
    get throws {
      let list = entries.map { entry -> [String: Any] in
        guard let definition = entry.definition else { return ["id": entry.id, "ok": false] }
        return fields(of: entry, definition)
      }
      let data = try JSONSerialization.data(withJSONObject: list, options: [.sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
    }
  }

  private func fields(of entry: Entry, _ definition: Definition) -> [String: Any] {
    let dataset = definition.dataset
    let activity = ledger.activity[entry.id]
    return [
      "id": entry.id, "ok": true, "description": definition.description, "source": dataset.source,
      "data_type": dataset.dataType, "timezone": dataset.timeZone, "items": definition.plan.text("kind") ?? "",
      "plugins": [
        "extract": [dataset.extractor], "parse": [definition.parse?.plugin].compactMap(\.self),
        "transform": definition.transforms.compactMap(\.plugin), "load": dataset.sinks,
        "publish": dataset.publishers,
      ],
      "last_run": run(of: entry) ?? NSNull(), "success_at": Self.time(activity?.successAt),
      "loaded_at": Self.time(activity?.loadedAt), "next_at": Self.time(next(entry)?.time),
      "overdue_since": Self.time(overdue(entry)?.time),
      "schedules": (entry.schedules ?? []).map { schedule -> [String: Any] in
        [
          "job_type": schedule.jobType ?? NSNull(), "cron": schedule.cron.text, "timezone": schedule.timeZone,
          "next_at": Self.time(schedule.next(after: now)),
        ]
      },
    ]
  }

  private func run(of entry: Entry) -> [String: Any]? {
    guard let run = ledger.runs[entry.id] else { return nil }
    return [
      "run": run.record.run, "status": run.record.status.rawValue, "trigger": run.record.trigger.rawValue,
      "failed": run.isOver && run.isFailure, "started_at": Self.time(run.record.startedAt),
      "ended_at": Self.time(run.record.endedAt),
    ]
  }

  private static func time(_ date: Date?) -> Any { date.map { RFC3339.utc($0) } ?? NSNull() }
}
