import Contracts
import Foundation

/// The display of `--json`: with `--follow` an object in a line for each change of an item, else nothing.
struct JSONDisplay: RunDisplay {
  private let dataset: Dataset
  private let follows: Bool
  private let write: (String) throws -> Void
  private var shown: [String: ItemProgress.State] = [:]

  init(dataset: Dataset, follows: Bool, write: @escaping (String) throws -> Void) {
    self.dataset = dataset
    self.follows = follows
    self.write = write
  }

  mutating func show(_ progress: RunProgress, at now: Date) throws {
    guard follows else { return }
    let object = RunObject(progress: progress, dataset: dataset, now: now)
    for item in progress.items where item.state != .waiting && shown[item.item] != item.state {
      shown[item.item] = item.state
      let event = object.item(item).merging(["event": "item", "run": progress.name]) { $1 }
      try write(try JSONText.line(event) + "\n")
    }
  }

  mutating func finish() {}
}
