import Contracts
import Datasets
import Definitions
import Foundation

/// The datasets of a folder, for `festvibes datasets`.
struct DatasetList {
  /// Each dataset with its definition; nil if that has a problem.
  let datasets: [(id: String, definition: Definition?)]

  /// - Throws: `ConfigurationInvalid` if the folder cannot be read.
  init(_ catalog: DatasetCatalog) throws(PipelineError) {
    var datasets: [(id: String, definition: Definition?)] = []
    for id in try catalog.ids() {
      datasets.append((id, try? catalog.check(id, allowsMissingVariables: true).definition))
    }
    self.datasets = datasets
  }

  func lines(for terminal: Terminal) -> [String] {
    guard !datasets.isEmpty else { return ["There is no dataset yet."] }
    var table = TextTable([
      .init(title: "dataset"), .init(title: "items"), .init(title: "plugins"), .init(title: "description", rank: 1),
    ])
    table.rows = datasets.map { id, definition in
      guard let definition else {
        return [
          .init("✗ \(id)", .red), "",
          .init("it has problems: \(NextStep("check \(NextStep.quoted(id))").command)", .red),
        ]
      }
      return [
        .init(id), .init(definition.plan.text("kind") ?? ""), .init(definition.stages.joined(separator: " → ")),
        .init(definition.description),
      ]
    }
    return table.lines(width: terminal.size?.width, colors: terminal.colors)
  }

  /// A list of `{id, ok}`, and of those without a problem `description`, `source`, `data_type`, `timezone`, `items` and
  /// `plugins`.
  var json: String {
    get throws {
      let list = datasets.map { id, definition -> [String: Any] in
        guard let definition else { return ["id": id, "ok": false] }
        let dataset = definition.dataset
        return [
          "id": id, "ok": true, "description": definition.description, "source": dataset.source,
          "data_type": dataset.dataType, "timezone": dataset.timeZone, "items": definition.plan.text("kind") ?? "",
          "plugins": [
            "extract": [dataset.extractor], "parse": [definition.parse?.plugin].compactMap(\.self),
            "transform": definition.transforms.compactMap(\.plugin), "load": dataset.sinks,
            "publish": dataset.publishers,
          ],
        ]
      }
      let data = try JSONSerialization.data(withJSONObject: list, options: [.sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
    }
  }
}

extension Definition {
  /// The names of the plugins, in the order in which a record meets them.
  fileprivate var stages: [String] {
    [extract.plugin, parse?.plugin].compactMap(\.self) + (normalize == nil ? [] : ["normalize"])
      + transforms.compactMap(\.plugin) + dataset.sinks + dataset.publishers
  }
}
