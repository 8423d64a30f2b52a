/// The length of the longest common subsequence of two texts, 64 positions at a time (Hyyrö 2004): bit i of the state
/// is 0 if character i of the pattern is part of it.
enum CommonSubsequence {
  /// - Returns: the length, which is 0 for an empty text.
  static func length(_ first: [UInt32], _ second: [UInt32]) -> Int {
    let (pattern, text) = first.count <= second.count ? (first, second) : (second, first)
    guard !pattern.isEmpty else { return 0 }
    guard pattern.count <= 64 else { return LongPattern(pattern).length(in: text[...]) }
    return masks(of: text, in: pattern) { masks in length(masks, patternLength: pattern.count) }
  }

  /// Calls a function with the positions in the pattern, as bits, of each character of a text.
  /// - Parameter pattern: at most 64 characters.
  static func masks<Value>(
    of text: [UInt32], in pattern: [UInt32], _ use: (UnsafeBufferPointer<UInt64>) -> Value
  ) -> Value {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 128 + text.count) { memory in
      memory.initialize(repeating: 0)
      let masks = UnsafeMutableBufferPointer(rebasing: memory[128...])
      for (index, scalar) in pattern.enumerated() where scalar < 128 { memory[Int(scalar)] |= 1 << UInt64(index) }
      for (index, scalar) in text.enumerated() {
        masks[index] = scalar < 128 ? memory[Int(scalar)] : mask(of: scalar, in: pattern)
      }
      return use(UnsafeBufferPointer(masks))
    }
  }

  private static func mask(of scalar: UInt32, in pattern: [UInt32]) -> UInt64 {
    var mask: UInt64 = 0
    for (index, other) in pattern.enumerated() where other == scalar { mask |= 1 << UInt64(index) }
    return mask
  }

  static func length(_ masks: UnsafeBufferPointer<UInt64>, patternLength: Int) -> Int {
    var state = ~UInt64(0)
    for mask in masks { step(&state, mask) }
    return length(state)
  }

  @inline(__always) static func step(_ state: inout UInt64, _ mask: UInt64) {
    let matched = state & mask
    state = (state &+ matched) | (state &- matched)
  }

  /// Bits behind the pattern stay 1.
  @inline(__always) static func length(_ state: UInt64) -> Int { (~state).nonzeroBitCount }
}

/// A pattern of more than 64 characters.
struct LongPattern {
  let count: Int
  private let words: Int
  private var masks: [UInt32: [UInt64]] = [:]

  init(_ pattern: [UInt32]) {
    count = pattern.count
    words = (pattern.count + 63) / 64
    for (index, scalar) in pattern.enumerated() {
      masks[scalar, default: Array(repeating: 0, count: words)][index / 64] |= 1 << UInt64(index % 64)
    }
  }

  func contains(_ scalar: UInt32) -> Bool { masks[scalar] != nil }

  func length(in text: ArraySlice<UInt32>) -> Int {
    var state = start
    for scalar in text { step(&state, scalar) }
    return length(state)
  }

  var start: [UInt64] { Array(repeating: ~0, count: words) }

  func step(_ state: inout [UInt64], _ scalar: UInt32) {
    guard let mask = masks[scalar] else { return }
    var carry: UInt64 = 0
    for word in 0..<words {
      let matched = state[word] & mask[word]
      let (sum, overflow) = state[word].addingReportingOverflow(matched)
      let (whole, again) = sum.addingReportingOverflow(carry)
      carry = overflow || again ? 1 : 0
      state[word] = whole | (state[word] &- matched)
    }
  }

  func length(_ state: [UInt64]) -> Int { state.reduce(0) { $0 + (~$1).nonzeroBitCount } }
}
