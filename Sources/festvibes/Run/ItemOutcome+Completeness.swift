import Contracts

extension ItemOutcome {
  /// True of an item of which nothing was found, and no notice says why.
  var isEmpty: Bool { found == 0 && notice == nil && superseded == 0 }

  /// True of an item that needs no remark: it has records, no notice, and not many unread pages.
  var isPlain: Bool {
    // Results of an earlier state machine do not have the pages that were read.
    let lacksMany = pagesRead > 0 && PageCounts(read: pagesRead, failed: pagesFailed).lacksMany
    return notice == nil && found > 0 && !lacksMany
  }
}
