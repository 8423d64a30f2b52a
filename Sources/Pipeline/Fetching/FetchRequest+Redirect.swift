extension FetchRequest {
  /// Returns the request for the address to which a response redirects; nil for any other response. Only a GET request
  /// without a body is redirected: another one might change something at the source, and must not be sent twice.
  func redirected(by response: PageResponse) -> FetchRequest? {
    guard method == "GET", body == nil, let target = response.redirect else { return nil }
    return FetchRequest(target, headers: headers)
  }
}
