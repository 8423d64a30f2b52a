import Contracts
import Fetching

extension Extract {
  /// Returns the extract with the secrets replaced in everything that goes into logs, responses and the document's head.
  func redacted(by redactor: Redactor) -> Extract {
    var extract = self
    extract.rejected = rejected.map(redactor.row)
    extract.warnings = warnings.map(redactor.problem)
    extract.failedPages = failedPages.map {
      FailedPage(url: redactor.address($0.url), error: redactor.text($0.error))
    }
    extract.notice = notice.map(redactor.text)
    return extract
  }
}

extension ExtractBatch {
  /// Returns the batch with the secrets replaced, as in an extract.
  func redacted(by redactor: Redactor) -> ExtractBatch {
    ExtractBatch(records, rejected: rejected.map(redactor.row), warnings: warnings.map(redactor.problem))
  }
}

extension Redactor {
  fileprivate func problem(_ problem: RowProblem) -> RowProblem {
    RowProblem(reason: text(problem.reason), href: address(problem.href))
  }

  fileprivate func row(_ row: RejectedRow) -> RejectedRow {
    RejectedRow(problem(row.problem), key: row.key.map(address), text: text(row.text))
  }
}

extension PipelineError {
  /// Returns the error with the secrets in its message replaced.
  func redacted(by redactor: Redactor) -> PipelineError { PipelineError(name, redactor.text(message)) }
}
