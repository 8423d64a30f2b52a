/// A request that the server cannot read. It answers, and closes the connection: it does not know where the next one begins.
struct Refusal: Error, Equatable {
  let status: Int
  let detail: String

  init(_ status: Int, _ detail: String) {
    self.status = status
    self.detail = detail
  }
}
