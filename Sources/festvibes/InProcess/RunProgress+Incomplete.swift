extension RunProgress {
  /// The line of the ledger about items that are done and incomplete.
  var incompleteItems: String? {
    var notices: [(text: String, items: [String])] = []
    for (item, notice) in incomplete {
      if let place = notices.firstIndex(where: { $0.text == notice }) {
        notices[place].items.append(item)
      } else {
        notices.append((notice, [item]))
      }
    }
    let texts = notices.prefix(50).map { notice in
      let more = notice.items.count > 3 ? " and \(notice.items.count - 3) more" : ""
      return "\(notice.items.prefix(3).joined(separator: ", "))\(more): \(notice.text)"
    }
    return texts.isEmpty ? nil : RunNotice.prefixInLedger + texts.joined(separator: "; ").prefix(2000)
  }
}
