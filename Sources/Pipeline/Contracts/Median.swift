extension Collection<Int> {
  /// The value in the middle, or the mean of the two in the middle; nil for no values.
  public var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = self.sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    // Halves first: the sum of two counts may not fit.
    return Double(low) / 2 + Double(high) / 2
  }
}
