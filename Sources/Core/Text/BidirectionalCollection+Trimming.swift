extension BidirectionalCollection {
  /// Returns the collection without the elements at both ends that satisfy the predicate.
  @inlinable public func trimming(while isTrimmed: (Element) throws -> Bool) rethrows -> SubSequence {
    let rest = try drop(while: isTrimmed)
    guard let last = try rest.lastIndex(where: { try !isTrimmed($0) }) else { return rest.prefix(0) }
    return rest[...last]
  }
}
