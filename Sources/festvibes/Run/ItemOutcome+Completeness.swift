import Contracts

extension ItemOutcome {
  /// True of an item that needs no remark: it has records, no notice, and not many unread pages.
  var isPlain: Bool {
    // Results of an earlier state machine do not have the pages that were read.
    let pages = PageCounts(read: pagesRead > 0 ? pagesRead : .max / 100, failed: pagesFailed)
    return notice == nil && found > 0 && !pages.lacksMany
  }
}
