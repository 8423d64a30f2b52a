import HTTP
import Time

extension HTTPPageSource {
  /// Sends requests with an access token. Those that the source refuses with 401, since it may have withdrawn the token early,
  /// are sent once more with another one.
  func send(
    _ requests: [FetchRequest], with tokens: AccessTokens, deadline: Deadline,
    deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    let (own, others) = (
      requests.indices.filter { takesCredentials(requests[$0]) },
      requests.indices.filter { !takesCredentials(requests[$0]) }
    )
    if !others.isEmpty {
      sendOnce(others.map { requests[$0] }, deadline: deadline) { deliver(others[$0], $1) }
    }
    guard !own.isEmpty else { return }
    var refused: [Int] = []
    send(own, of: requests, with: tokens, deadline) { index, outcome in
      if (try? outcome.get().status) == 401 { refused.append(index) } else { deliver(index, outcome) }
    }
    guard !refused.isEmpty else { return }
    tokens.discard()
    send(refused, of: requests, with: tokens, deadline, deliver)
  }

  private func send(
    _ indices: [Int], of requests: [FetchRequest], with tokens: AccessTokens, _ deadline: Deadline,
    _ deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    do throws(FetchError) {
      try tokens.prepare(
        via: client, retrying: retries, timeout: policy.sending.timeout, countingTo: policy.site.origin, redactor,
        deadline: deadline)
    } catch {
      for index in indices { deliver(index, .failure(error)) }
      return
    }
    sendOnce(indices.map { requests[$0] }, deadline: deadline) { deliver(indices[$0], $1) }
  }
}
