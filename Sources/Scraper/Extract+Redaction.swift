import Contracts
import Fetching

extension Extract {
  /// Returns the extract with the secrets replaced in everything that goes into logs, responses and the document's head.
  func redacted(by redactor: Redactor) -> Extract {
    func clean(_ problem: RowProblem) -> RowProblem {
      RowProblem(reason: redactor.text(problem.reason), href: redactor.address(problem.href))
    }
    var extract = self
    extract.rejected = rejected.map {
      RejectedRow(clean($0.problem), key: $0.key.map(redactor.address), text: redactor.text($0.text))
    }
    extract.warnings = warnings.map(clean)
    extract.failedPages = failedPages.map {
      FailedPage(url: redactor.address($0.url), error: redactor.text($0.error))
    }
    extract.notice = notice.map(redactor.text)
    return extract
  }
}

extension PipelineError {
  /// Returns the error with the secrets in its message replaced.
  func redacted(by redactor: Redactor) -> PipelineError { PipelineError(name, redactor.text(message)) }
}
