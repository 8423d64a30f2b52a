import Contracts
import JSON

/// The facts of an item's earlier batches that transforms need.
public final class TransformMemory {
  /// The primary keys so far.
  public var keys = KeySet()
  /// The records that filters have dropped, by the filter; nil if the item is one batch, of which each filter reports itself.
  private var dropped: [(filter: ObjectIdentifier, count: Int, all: Int)]?

  public init(collectsDropped: Bool = false) { dropped = collectsDropped ? [] : nil }

  /// Reports records that a filter dropped.
  /// - Returns: the warning; nil if there is none, or if it comes with `warnings`.
  public func dropped(_ count: Int, of all: Int, by filter: AnyObject) -> RowProblem? {
    guard let known = dropped else { return count > 0 ? Self.warning(count, all) : nil }
    let id = ObjectIdentifier(filter)
    if let index = known.firstIndex(where: { $0.filter == id }) {
      dropped?[index].count += count
      dropped?[index].all += all
    } else {
      dropped?.append((id, count, all))
    }
    return nil
  }

  /// The warnings about all batches.
  public var warnings: [RowProblem] {
    (dropped ?? []).filter { $0.count > 0 }.map { Self.warning($0.count, $0.all) }
  }

  private static func warning(_ count: Int, _ all: Int) -> RowProblem {
    RowProblem(reason: "the filter dropped \(count) of \(all) records, for which it has no output")
  }
}
