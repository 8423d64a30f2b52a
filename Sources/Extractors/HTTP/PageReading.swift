import Contracts
import Fetching
import FoundationEssentials
import Processing
import Text
import Time

/// Reads the pages of one item, one at a time.
struct PageReading {
  let fetcher: any PageFetcher
  let deadline: Deadline
  let policy: FetchPolicy
  let redactor: Redactor

  /// Reads a page, and passes the body of a successful response to `use`. Only a page that `use` accepts is shared.
  /// - Throws: `SourceUnavailable`, `SourceThrottled`, `SourceRefused`, `SourceChanged`, `DeadlineExceeded`, `InvalidInput`
  ///   for one that an archive does not hold, and what `use` throws.
  func read(
    _ request: FetchRequest, _ use: (RawBody) throws(PipelineError) -> BodyFacts
  ) throws(PipelineError) -> ReadPage {
    let address = redactor.address(request.url)
    var result: ReadPage?
    let errors = fetcher.read([request], deadline: deadline) { _, page in
      result = ReadPage(page: page, facts: nil)
      guard (200..<300).contains(page.status) else { return }
      // The source says that there is nothing.
      if page.status == 204 || page.status == 205 {
        result = ReadPage(page: page, facts: BodyFacts(recordCount: 0, document: .null))
        return
      }
      let body = RawBody([UInt8](page.body), charset: page.charset, address: address, origin: page.record)
      result = ReadPage(page: page, facts: try use(body))
    }
    switch errors.first ?? nil {
    case let error as PipelineError: throw error
    case let error as FetchError: throw failure(error, address)
    default: break
    }
    guard let result else { throw PipelineError(.sourceUnavailable, "\(address) cannot be read: there is no response") }
    return result
  }

  private func failure(_ error: FetchError, _ address: String) -> PipelineError {
    let failure = error.pipelineError(reading: address, deadline: deadline)
    let advice: String
    switch error.reason {
    case .tooLarge:
      advice = ". Raise max_body_mb, now \(policy.maximumBodyBytes >> 20), or read less at once"
    case .disallowed: advice = ". If the terms of the API permit the requests, set robots: ignore"
    default: return failure
    }
    return PipelineError(failure.name, failure.message + advice)
  }
}

/// A page that was received.
struct ReadPage {
  let page: Page
  /// The facts of its body; nil for a response of another status than 2xx.
  let facts: BodyFacts?

  /// True if the body may have been cut without a sign: nothing shows its end, and its format has no end of its own, as
  /// JSON and XML do.
  var mayBeCut: Bool {
    guard !page.isDelimited else { return false }
    let first = page.body.first { $0 > 0x20 && !"\u{FEFF}".utf8.contains($0) }
    return first.map { !"{[<".utf8.contains($0) } ?? false
  }

  var isMissing: Bool { page.status == 404 || page.status == 410 }

  func facts(at address: String) -> PageFacts {
    PageFacts(
      address: address, headers: page.headers, recordCount: facts?.recordCount ?? 0, document: facts?.document)
  }

  /// - Parameters:
  ///   - addressKey: the key of the address in the person's definition, which may call the section by another name, too.
  ///   - isOfDate: true if the address names a date, whose file may be published later.
  /// - Throws: `SourceRefused` unless the response is a successful one.
  func check(
    _ request: FetchRequest, _ redactor: Redactor, addressKey: String, isOfDate: Bool = false
  ) throws(PipelineError) {
    guard facts == nil else { return }
    let advice =
      switch page.status {
      case 401: "check auth of the definition"
      case 403: "check auth of the definition, and whether the source permits the request"
      case 404 where isOfDate:
        "if the source has not published it yet, run again later, or read the latest that there is with "
          + "fallback_periods: 1; else correct \(addressKey)"
      case 404, 410: "correct \(addressKey)"
      default: "correct the request"
      }
    throw PipelineError(
      .sourceRefused,
      "\(redactor.address(request.url)) responds with status \(page.status)\(redactor.text(beginning)): \(advice)")
  }

  /// The beginning of the body in one line, with the secrets that are in it replaced already.
  private var beginning: String {
    let text = String(decoding: page.body.prefix(300), as: UTF8.self)
    let words = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F || $0.isInvisible ? " " : Character($0) }
    let line = String(words).split(separator: " ").joined(separator: " ").prefix(200)
    return line.isEmpty ? "" : " and '\(line)'"
  }
}

extension RawBody {
  /// Returns the body with a limit of records that count.
  func limited(to records: Int?) -> RawBody {
    var body = self
    body.recordLimit = records
    return body
  }
}
