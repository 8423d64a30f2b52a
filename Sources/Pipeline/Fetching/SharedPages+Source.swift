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
      deliver(index, outcome.flatMap { captured($0, requests[index], instead: nil) })
    }
  }

  /// Sends requests of shared pages: conditional ones for pages that are known.
  /// - Parameter deliver: takes an index, its outcome, and true if the request was conditional.
  func send(
    _ pages: [(address: String, url: String)], known: [String: KnownPage], _ deadline: Deadline,
    deliver: (_ index: Int, Result<CapturedPage, FetchError>, _ isConditional: Bool) -> Void
  ) {
    let requests = pages.map { FetchRequest($0.url, headers: known[$0.address]?.validators ?? [:]) }
    source.send(requests, deadline: deadline) { index, outcome in
      let isConditional = requests[index].isConditional
      let instead = isConditional ? known[pages[index].address] : nil
      deliver(index, outcome.flatMap { captured($0, FetchRequest(pages[index].url), instead: instead) }, isConditional)
    }
  }

  private func captured(
    _ response: PageResponse, _ request: FetchRequest, instead known: KnownPage?
  ) -> Result<CapturedPage, FetchError> {
    // Otherwise a scraper with a slow clock would store a page that the others consider stale, and for which they wait
    // until their time is over.
    let response = response.fetched(at: max(response.fetchedAt, job.started))
    if response.status == 304, let known, let page = store.page(known, validatedAt: response.fetchedAt) {
      counts.validated += 1
      return .success(page)
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
