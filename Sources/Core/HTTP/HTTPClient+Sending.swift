import Time

extension HTTPClient {
  /// Sends one request, without retries.
  public func send(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> HTTPResponse {
    try send(request, deadline: deadline, isCancelled: { false })
  }

  /// Sends one request, without retries.
  /// - Parameter isCancelled: polled about once a second, and after every signal; true drops the request.
  public func send(
    _ request: HTTPRequest, deadline: Deadline, isCancelled: () -> Bool
  ) throws(HTTPError) -> HTTPResponse {
    try sendAll([request], retrying: .never, deadline: deadline, isCancelled: isCancelled)[0].get()
  }

  /// Sends many requests, and keeps all responses in memory; see the function that delivers them.
  /// - Parameter isCancelled: polled about once a second, and after every signal; true drops the requests in flight.
  /// - Returns: the last outcome of each request, in the order of the requests.
  public func sendAll(
    _ requests: [HTTPRequest], retrying policy: HTTPRetryPolicy, deadline: Deadline,
    isCancelled: () -> Bool = { false }
  ) -> [Result<HTTPResponse, HTTPError>] {
    var outcomes = [Result<HTTPResponse, HTTPError>?](repeating: nil, count: requests.count)
    sendAll(requests, retrying: policy, deadline: deadline, isCancelled: isCancelled) { outcomes[$0] = $1 }
    return zip(requests, outcomes).map { request, outcome in
      outcome ?? .failure(HTTPError(.cancelled, url: request.url, detail: "dropped"))
    }
  }
}
