import Foundation

/// The reason why items of a run are incomplete, as the run's summary has it.
struct RunNotice: Decodable, Equatable {
  /// The prefix of the line in the ledger's `cause` that has the notices of a run.
  static let prefixInLedger = "IncompleteItems: "

  let notice: String
  /// The number of items.
  let count: Int
  let items: [String]

  /// The line for a person: the first items and the reason.
  var line: String {
    let more = count > 3 ? " and \(count - 3) more" : ""
    return TextWidth.cleaned("\(items.prefix(3).joined(separator: ", "))\(more): incomplete: \(notice)")
  }
}
