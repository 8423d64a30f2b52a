extension Sequence where Element: Hashable {
  /// Returns the elements without repetitions, in the order in which each occurs first.
  @inlinable public func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
