/// What a document tells of one thing, and whether that is all there is to tell.
struct Told<Content> {
  var content: Content
  /// Whether the page that tells of it was read, so that what it does not tell is not so. Else that is unknown, and what is
  /// stored stays.
  var isWhole: Bool

  /// What two records tell of the same thing: first what a read page told, and of two equals the earlier.
  func merged(with other: Told, filling: (Content, Content) -> Content) -> Told {
    let (first, second) = isWhole || !other.isWhole ? (self, other) : (other, self)
    return Told(content: filling(first.content, second.content), isWhole: first.isWhole)
  }
}
