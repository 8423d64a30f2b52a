import Contracts
import Foundation

/// A table with its ledger and its checkpoint: a load is one transaction.
struct ModelDestination {
  /// The rules of loads and runs. The first values are those of the code, the others mistakes that the tests must find.
  struct Rules {
    /// The effect of a late document on a row that is there. It is one whose source was read before that of a document that is
    /// loaded already. A replay of one that was loaded before that one writes as `comparesWriting`.
    enum Late {
      /// Leaves it as it is.
      case inserts
      /// Writes it in any case.
      case upserts
      /// Writes it unless a later reading has written it. One that found the same content has written nothing.
      case comparesWriting
    }

    var late = Late.inserts
    /// True to move the checkpoint over changes that a late document has and does not write.
    var lateMoves = false
    /// False to move the checkpoint over a gap.
    var mindsGaps = true
    /// False to leave the documents of earlier runs where they are.
    var recovers = true
    /// False to take equal cursors for an ascending order.
    var needsAscent = true
  }

  /// A row of the table.
  struct Row {
    var value: Int
    /// The number of the change that the row shows. The table does not have it: it is for the checks.
    var serial: Int
    /// The time at which the content's source was read.
    var writtenAt: Int
  }

  let rules: Rules
  private(set) var table: [Int: Row] = [:]
  private(set) var state = CheckpointState()
  /// The time at which the latest of the loaded documents was read.
  private(set) var latest = -1
  /// The times at which the documents were read that were not late.
  private var inTurn: Set<Int> = []
  /// The greatest `after` of the documents that were loaded since the last reset; without late ones, if they move nothing.
  private(set) var newest: Int?
  /// The last change of each record that a document had that was not late.
  private(set) var inOrder: [Int: Int] = [:]

  init(_ rules: Rules) { self.rules = rules }

  var checkpoint: Int? { state.checkpoint.flatMap { Int($0.value) } }

  mutating func load(_ document: StoredDocument) {
    let isRepeated = inTurn.contains(document.readAt)
    let isLate = latest > document.readAt
    if !isLate { inTurn.insert(document.readAt) }
    for (key, version) in document.records {
      let row = Row(value: version.value, serial: version.serial, writtenAt: document.readAt)
      if !isLate { inOrder[key] = max(inOrder[key] ?? 0, version.serial) }
      guard var stored = table[key] else {
        table[key] = row
        continue
      }
      if stored.value == version.value {
        stored.serial = max(stored.serial, version.serial)
        table[key] = stored
      } else if !isLate || isRepeated && stored.writtenAt <= document.readAt || writes(over: stored, document) {
        table[key] = row
      }
    }
    latest = max(latest, document.readAt)
    var span = document.span
    if !rules.mindsGaps, state.checkpoint != nil || document.before != nil { span.before = state.checkpoint }
    state.load(
      span, isSuperseded: isLate && !rules.lateMoves, records: document.records.count, run: "\(document.run)",
      key: "raw/\(document.run)",
      at: Date(timeIntervalSince1970: Double(document.readAt)))
    if !isLate || rules.lateMoves { newest = [newest, document.after].compactMap { $0 }.max() }
  }

  private func writes(over row: Row, _ document: StoredDocument) -> Bool {
    switch rules.late {
    case .inserts: false
    case .upserts: true
    case .comparesWriting: row.writtenAt <= document.readAt
    }
  }

  /// Starts again, as a person does.
  mutating func reset(losingTable: Bool) {
    state.checkpoint = nil
    newest = nil
    guard losingTable else { return }
    table = [:]
    inOrder = [:]
  }
}
