/// The reason why a post, or a part of it, is rejected.
struct Problem: Error, Equatable {
  let reason: String
  /// The part that is rejected.
  var text = ""

  init(_ reason: String, text: String = "") {
    self.reason = reason
    self.text = text
  }
}
