import Contracts
import JSON

/// The facts of an item's earlier batches that transforms need.
public final class TransformMemory {
  /// The primary keys so far.
  public var keys = KeySet()
  /// The keys of the transforms that look for repetitions, by the transform.
  public var distinctKeys: [ObjectIdentifier: KeySet] = [:]
  /// The origins of records that filters have dropped since they were last taken; nil if they do not matter: they do for a
  /// dataset with `incremental`, whose checkpoint follows what is in the document.
  private var droppedOrigins: Set<String>?
  /// The records that filters have dropped, by the filter; nil if the item is one batch, of which each filter reports itself.
  private var dropped: [(filter: ObjectIdentifier, reason: DropReason, count: Int, all: Int)]?

  /// The parts of a warning about dropped records: `the filter dropped` 2 of 17 records, `for which it has no output`.
  public struct DropReason: Sendable {
    let dropper: String
    let why: String

    public init(_ dropper: String, _ why: String) {
      self.dropper = dropper
      self.why = why
    }

    fileprivate func warning(_ count: Int, _ all: Int) -> RowProblem {
      RowProblem(reason: "\(dropper) \(count) of \(all) records, \(why)")
    }
  }

  /// A filter of jq has no output for a record.
  public static let noOutput = DropReason("the filter dropped", "for which it has no output")

  /// - Parameters:
  ///   - collectsDropped: true if the item is several batches.
  ///   - notesOrigins: true if the origins of dropped records matter.
  public init(collectsDropped: Bool = false, notesOrigins: Bool = false) {
    dropped = collectsDropped ? [] : nil
    droppedOrigins = notesOrigins ? [] : nil
  }

  /// Takes the origin of a record that a filter drops.
  public func noteDropped(_ origin: String) { droppedOrigins?.insert(origin) }

  /// Returns the origins of the records that filters have dropped since the last call.
  func takeDropped() -> Set<String> {
    defer { if droppedOrigins != nil { droppedOrigins = [] } }
    return droppedOrigins ?? []
  }

  /// Reports records that a filter dropped.
  /// - Returns: the warning; nil if there is none, or if it comes with `warnings`.
  public func dropped(
    _ count: Int, of all: Int, by filter: AnyObject, _ reason: DropReason = noOutput
  ) -> RowProblem? {
    guard let known = dropped else { return count > 0 ? reason.warning(count, all) : nil }
    let id = ObjectIdentifier(filter)
    if let index = known.firstIndex(where: { $0.filter == id }) {
      dropped?[index].count += count
      dropped?[index].all += all
    } else {
      dropped?.append((id, reason, count, all))
    }
    return nil
  }

  /// The warnings about all batches.
  public var warnings: [RowProblem] {
    (dropped ?? []).filter { $0.count > 0 }.map { $0.reason.warning($0.count, $0.all) }
  }
}
