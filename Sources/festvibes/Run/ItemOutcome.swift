/// The result of an item: the output of its child execution.
struct ItemOutcome: Equatable {
  var found = 0
  var new = 0
  var changed = 0
  var unchanged = 0
  var rejected = 0
  /// Stored events that are no longer listed.
  var cancelled = 0
  var cached = 0
  var pagesFailed = 0
  var pagesRead = 0
  /// The number of items that changed nothing, because a later listing of them had been loaded before.
  var superseded = 0
  /// The reason why the item as a whole is incomplete, although it was done; nil if it is complete, and in a sum.
  var notice: String?

  static func + (left: ItemOutcome, right: ItemOutcome) -> ItemOutcome {
    ItemOutcome(
      found: left.found + right.found, new: left.new + right.new, changed: left.changed + right.changed,
      unchanged: left.unchanged + right.unchanged, rejected: left.rejected + right.rejected,
      cancelled: left.cancelled + right.cancelled, cached: left.cached + right.cached,
      pagesFailed: left.pagesFailed + right.pagesFailed, pagesRead: left.pagesRead + right.pagesRead,
      superseded: left.superseded + right.superseded)
  }
}

extension ItemOutcome: Decodable {
  private enum CodingKeys: String, CodingKey {
    case found, new, changed, unchanged, rejected, cancelled, cached, load, notice
    case pagesFailed = "pages_failed"
    case pagesRead = "pages_read"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys) throws -> Int { try container.decode(Int.self, forKey: key) }
    self.init(
      found: try count(.found), new: try count(.new), changed: try count(.changed), unchanged: try count(.unchanged),
      rejected: try count(.rejected),
      // Runs of an earlier state machine lack it.
      cancelled: try container.decodeIfPresent(Int.self, forKey: .cancelled) ?? 0,
      cached: try count(.cached), pagesFailed: try count(.pagesFailed),
      pagesRead: try container.decodeIfPresent(Int.self, forKey: .pagesRead) ?? 0,
      superseded: try container.decodeIfPresent(String.self, forKey: .load) == "superseded" ? 1 : 0,
      notice: try container.decodeIfPresent(String.self, forKey: .notice).map(TextWidth.cleaned))
  }
}
