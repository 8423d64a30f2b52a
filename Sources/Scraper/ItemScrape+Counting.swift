import Contracts
import Fetching
import FunctionSupport
import LambdaRuntime

/// The counts and the log of an item, in which secrets are replaced.
extension ItemScrape {
  func log(_ rejected: [RejectedRow], _ warnings: [RowProblem], _ failedPages: [FailedPage] = []) {
    for problem in rejected.map(\.problem) + warnings {
      context.log.warn(
        "odd row", ["item": .text(item.id), "reason": .text(problem.reason), "href": .text(problem.href)])
    }
    for page in failedPages {
      context.log.warn("page not read", ["url": .text(page.url), "error": .text(page.error)])
    }
  }

  /// Counts the extract, and replaces the secrets in it.
  func counted(_ extract: Extract<Plugin.Record>) -> Extract<Plugin.Record> {
    context.metrics.count(.rowsFound, extract.records.count)
    context.metrics.count(.pagesFailed, extract.failedPages.count)
    return extract.redacted(by: dataset.redactor)
  }

  /// Counts and logs a batch, and replaces the secrets in it.
  func counted(_ batch: ExtractBatch<Plugin.Record>) -> ExtractBatch<Plugin.Record> {
    context.metrics.count(.rowsFound, batch.records.count)
    let batch = batch.redacted(by: dataset.redactor)
    log(batch.rejected, batch.warnings)
    return batch
  }

  func count(_ pages: SharedPages.Counts) {
    context.metrics.count(.pagesFetched, pages.fetched)
    context.metrics.count(.pagesValidated, pages.validated)
    context.metrics.count(.pagesShared, pages.shared)
  }
}
