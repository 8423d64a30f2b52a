import Contracts
import FoundationEssentials
import Time

extension SharedPages {
  /// Sends requests whose responses are not shared, and passes on each outcome as soon as it is there.
  /// - Parameter deliver: takes the index of a request and its outcome, once for each, in any order.
  func send(
    _ requests: [FetchRequest], deadline: Deadline, deliver: (_ index: Int, Result<CapturedPage, FetchError>) -> Void
  ) {
    guard !requests.isEmpty else { return }
    source.send(requests, deadline: deadline) { index, outcome in
      deliver(index, outcome.flatMap { captured($0, requests[index]) })
    }
  }

  /// Sends requests of shared pages: conditional ones for pages that are known.
  /// - Parameter deliver: takes an index, its outcome, and true if the request was conditional.
  func send(
    _ pages: [(address: String, url: String)], known: KnownPages, _ deadline: Deadline,
    deliver: (_ index: Int, Result<CapturedPage, FetchError>, _ isConditional: Bool) -> Void
  ) {
    let requests = pages.map { known.request($0.address, at: $0.url) }
    source.send(requests, deadline: deadline) { index, outcome in
      let page = outcome.flatMap { response in
        let stored = response.status == 304 ? known.page(pages[index].address) : nil
        return captured(response, FetchRequest(pages[index].url), instead: stored)
      }
      deliver(index, page, requests[index].isConditional)
    }
  }

  private func captured(
    _ response: PageResponse, _ request: FetchRequest, instead known: CapturedPage? = nil
  ) -> Result<CapturedPage, FetchError> {
    // Otherwise a scraper with a slow clock would store a page that the others consider stale, and for which they wait
    // until their time is over.
    let response = response.fetched(at: max(response.fetchedAt, job.started))
    if let known {
      counts.validated += 1
      return .success(known.validated(at: response.fetchedAt))
    }
    do {
      let page = try CapturedPage(response, writer: writer, fingerprint: request.fingerprint(policy))
      counts.fetched += 1
      return .success(page)
    } catch {
      return .failure(FetchError(.unusable, "it cannot be archived: \(error)"))
    }
  }
}

extension FetchRequest {
  /// True if the response may be 304.
  fileprivate var isConditional: Bool { PageResponse.validatorHeaders.contains { headers[$0] != nil } }
}
